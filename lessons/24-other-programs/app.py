import hashlib
import hmac

from flask import Flask, abort, request
from markupsafe import escape

app = Flask(__name__)
KEY = b"only for this lesson"
ALBUMS = {1: "Dummy", 2: "Debut"}


@app.get("/api/albums")
def index():
    return [{"id": number, "title": ALBUMS[number]} for number in ALBUMS]


@app.get("/api/albums/<int:number>")
def show(number):
    if number not in ALBUMS:
        abort(404, description=f"There is no album {number}.")
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
