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
    username = request.form.get("username", "stranger")
    return f"Welcome, {escape(username)}!"


@app.route("/concert")
def concert():
    return f"Your seat: {escape(request.headers['X-Seat'])}"


@app.route("/tracks")
def tracks():
    if request.args.get("live", type=bool):
        return "Live recordings"
    return "Studio recordings"


@app.route("/welcome")
def welcome():
    language = request.headers.get("Accept-Language", "en")
    return WELCOMES[language]


@app.route("/tickets")
def tickets():
    count = request.args.get("count", 1, type=int)
    return f"Tickets: {count}"


@app.route("/sum")
def add_up():
    a = request.args.get("a", 0, type=int)
    b = request.args.get("b", 0, type=int)
    return {"sum": a + b}


@app.route("/letters", methods=["POST"])
def take_letter():
    text = request.form.get("text", "")
    if not text:
        return "An empty letter?", 400
    return f"Your letter has {len(text)} characters.", 201


@app.route("/door")
def open_door():
    if request.headers.get("X-Key") != "1983":
        return "The door stays shut.", 403
    return "Come in."
