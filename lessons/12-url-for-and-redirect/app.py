from flask import Flask, redirect, request, url_for
from markupsafe import escape

app = Flask(__name__)

ALBUMS = {1: "Movement", 2: "Power, Corruption & Lies", 3: "Low-Life"}


@app.route("/")
def home():
    return "Hello from the Music Time Machine!"


@app.route("/album/<int:album_id>")
def show_album(album_id):
    title = ALBUMS.get(album_id)
    if title is None:
        return "We do not have that album.", 404
    return title


@app.route("/share/<int:album_id>")
def share(album_id):
    url = url_for("show_album", album_id=album_id, sent_by="ann")
    return f"Tell your friends: {url}"


@app.route("/newest")
def newest():
    return redirect(url_for("show_album", album_id=3))


@app.route("/join", methods=["POST"])
def join():
    return redirect(url_for("welcome"))


@app.route("/welcome")
def welcome():
    name = request.form.get("name", "stranger")
    return f"Welcome, {escape(name)}!"


@app.route("/archive/new")
def new_in_archive():
    return redirect("newest")


@app.route("/artist/<name>")
def show_artist(name):
    return f"Albums by {escape(name)}"


@app.route("/loudest")
def loudest():
    return redirect(url_for("show_artist", name="AC/DC"))


@app.route("/first")
def first():
    redirect(url_for("/album/1"))


@app.route("/search", methods=["POST"])
@app.route("/search/<words>")
def search(words=""):
    if request.method == "POST":
        words = request.form["words"]
        return redirect(url_for("search", words=words))
    return f"You look for {escape(words)}."


MENU = {"start": "/index", "newest": "/new"}


@app.route("/menu")
def menu():
    return MENU
