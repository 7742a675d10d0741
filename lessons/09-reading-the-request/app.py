from flask import Flask, request
from markupsafe import escape

app = Flask(__name__)

WELCOMES = {"en": "Welcome!", "de": "Willkommen!"}


@app.route("/")
def home():
    return "Hello from the Music Time Machine!"


@app.route("/search")
def search():
    words = request.args["q"]
    page = request.args.get("page", 1, type=int)
    return f"Tracks with {escape(words)}, page {page}"


@app.route("/login", methods=["POST"])
def login():
    username = request.form["username"]
    return f"Welcome, {escape(username)}!"


@app.route("/concert")
def concert():
    return f"Your seat: {escape(request.headers['X-Seat'])}"


@app.route("/tracks")
def tracks():
    if request.args.get("live", type=bool):
        return "Live recordings"
    return "Studio recordings"


try:
    language = request.headers.get("Accept-Language")
except RuntimeError:
    language = "en"


@app.route("/welcome")
def welcome():
    return WELCOMES[language]
