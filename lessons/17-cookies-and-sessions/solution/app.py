from base64 import urlsafe_b64decode

from flask import Flask, make_response, redirect, request, session, url_for
from markupsafe import escape

app = Flask(__name__)
app.secret_key = "only for this lesson"

LAST_VISITOR = None


@app.route("/theme")
def show_theme():
    return f"Theme: {escape(request.cookies.get('theme'))}"


@app.route("/theme/<name>")
def set_theme(name):
    theme = request.cookies.get("theme")
    response = make_response(f"Theme: {escape(theme)}")
    response.set_cookie("theme", name)
    return response


@app.route("/login", methods=["POST"])
def login():
    global LAST_VISITOR
    LAST_VISITOR = request.form["name"]
    session["user"] = request.form["name"]
    session["wishes"] = []
    session["cart"] = {}
    return redirect(url_for("me"))


@app.route("/me")
def me():
    return f"User: {escape(session.get('user'))}"


@app.route("/wishes", methods=["GET", "POST"])
def wishes():
    if request.method == "POST":
        session["wishes"].append(request.form["title"])
    return session.get("wishes", [])


@app.route("/cart", methods=["GET", "POST"])
def cart():
    if request.method == "POST":
        session["cart"][request.form["title"]] = 1
        session.modified = True
    return session.get("cart", {})


@app.route("/last")
def last():
    name = session.get("user")
    return f"Variable: {escape(LAST_VISITOR)}, session: {escape(name)}"


@app.route("/peek")
def peek():
    data = request.cookies["session"].split(".")[0]
    text = urlsafe_b64decode(data + "==").decode()
    return {"cookie": text, "session": dict(session)}


@app.route("/visits")
def count_visits():
    visits = session.get("visits", 0) + 1
    session["visits"] = visits
    return f"Visit number {visits}"


@app.route("/logout", methods=["POST"])
def logout():
    session.clear()
    return redirect(url_for("me"), 303)
