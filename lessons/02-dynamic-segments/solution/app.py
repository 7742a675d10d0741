from flask import Flask

app = Flask(__name__)

ALBUMS = {"1": "Power, Corruption & Lies", "2": "Closer"}


@app.route("/")
def home():
    return "Hello from the Music Time Machine!"


@app.route("/user/<username>")
def show_user(username):
    return f"Profile page for: {username}"


@app.route("/user/<username>/album/<album_id>")
def show_album(username, album_id):
    title = ALBUMS.get(album_id)
    if title is None:
        return f"{username} has no album {album_id}.", 404
    return f"{username} listens to {title}."


@app.route("/artist/<name>")
def show_artist(name):
    return f"Albums by {name}"


@app.route("/year/{year}")
def show_year(year):
    return f"The songs of {year}"


@app.route("/next/<track>")
def next_track(track):
    return f"After track {track} comes track {track + 1}."


@app.route("/hello")
@app.route("/hello/<name>")
def hello(name="World"):
    return f"Hello, {name}!"
