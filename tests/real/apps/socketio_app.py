"""Flask-SocketIO: middleware in app.wsgi_app that takes one path for itself."""

from flask import Flask, request, session
from flask_socketio import SocketIO, emit

app = Flask(__name__)
app.secret_key = "k"
socketio = SocketIO(app, async_mode="threading")


@app.route("/")
def home():
    session["seen"] = 1
    return "home"


@app.route("/user/<name>", methods=["GET", "POST"])
def user(name):
    return {"name": name, "path": request.path}


@app.route("/fails")
def fails():
    return 1 // 0


@socketio.on("word")
def word(data):
    emit("told", data)


@app.route("/send")
def send():
    socketio.emit("told", {"a": 1})
    return "", 204
