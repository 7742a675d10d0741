from flask import Flask

app = Flask(__name__)


@app.route("/")
def home():
    return "Hello from the Music Time Machine!"


@app.route("/status")
def status():
    return {"app": "Music Time Machine", "status": "running"}


@app.route("/latest")
def latest_tracks():
    return "Blue Monday"


@app.route("/about")
def about():
    return "About us"


@app.route("/motto")
def motto():
    return "Music first."


@app.route("/next")
def next_track():
    return {"title": "Atomic"}
