import hashlib
import hmac

from flask import Flask, abort, request, url_for
from markupsafe import escape
from werkzeug.exceptions import HTTPException

app = Flask(__name__)
KEY = b"only for this lesson"
ALBUMS = {1: "Dummy", 2: "Debut"}
FRIEND = "https://radio.example"


@app.errorhandler(HTTPException)
def failed(error):
    return {"error": error.description}, error.code


@app.after_request
def share(response):
    if request.headers.get("Origin") == FRIEND:
        response.headers["Access-Control-Allow-Origin"] = FRIEND
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    response.vary.add("Origin")
    return response


@app.get("/api/albums")
def index():
    return [{"id": number, "title": ALBUMS[number]} for number in ALBUMS]


@app.get("/api/albums/<int:number>")
def show(number):
    if number not in ALBUMS:
        abort(404, description=f"There is no album {number}.")
    return {"id": number, "title": ALBUMS[number]}


@app.post("/api/albums")
def create():
    title = request.get_json().get("title")
    if not title:
        abort(400, description="An album needs a title.")
    number = max(ALBUMS) + 1
    ALBUMS[number] = title
    url = url_for("show", number=number)
    return {"id": number, "title": title}, 201, {"Location": url}


@app.put("/api/albums/<int:number>")
def change(number):
    if number not in ALBUMS:
        abort(404, description=f"There is no album {number}.")
    ALBUMS[number] = request.get_json()["title"]
    return {"id": number, "title": ALBUMS[number]}


@app.delete("/api/albums/<int:number>")
def delete(number):
    if number not in ALBUMS:
        abort(404, description=f"There is no album {number}.")
    del ALBUMS[number]
    return "", 204


@app.get("/albums/<int:number>")
def page(number):
    if number not in ALBUMS:
        abort(404)
    title = ALBUMS[number]
    kinds = ["text/html", "application/json"]
    if request.accept_mimetypes.best_match(kinds) == "application/json":
        return {"title": title}
    return f"<h1>{escape(title)}</h1>"


@app.post("/hooks/payment")
def payment():
    body = request.get_data()
    expected = hmac.new(KEY, body, hashlib.sha256).hexdigest()
    signature = request.headers.get("X-Signature", "")
    if not hmac.compare_digest(expected, signature):
        abort(403)
    print("Paid:", request.get_json())
    return "", 204
