import os

from flask import Flask, redirect, render_template, request, session
from werkzeug.utils import secure_filename

app = Flask(__name__)
app.secret_key = os.environ.get("SECRET_KEY", "only for this lesson")
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"


@app.route("/")
def home():
    return "Welcome to the shop."


@app.route("/hello")
def hello():
    name = request.args.get("name", "you")
    return f"<h1>Hello, {name}!</h1>"


@app.route("/card")
def card():
    return render_template("card.html", name=request.args.get("name", "you"))


@app.route("/login", methods=["POST"])
def login():
    session["user"] = request.form["name"]
    target = request.args.get("next", "/")
    return redirect(target, 303)


@app.route("/upload", methods=["POST"])
def upload():
    photo = request.files["photo"]
    sent = f"uploads/{photo.filename}"
    safe = f"uploads/{secure_filename(photo.filename)}"
    return {"sent": sent, "safe": safe}
