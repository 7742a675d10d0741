from flask import Flask
from markupsafe import escape

app = Flask(__name__)

ALBUMS = {"1": "Power, Corruption & Lies", "2": "Closer"}


@app.route("/")
def home():
    return "Hello from the Music Time Machine!"


@app.route("/user/<username>")
def show_user(username):
    return f"Profile page for: {escape(username)}"


@app.route("/user/<username>/album/<album_id>")
def show_album(username, album_id):
    title = ALBUMS.get(album_id)
    if title is None:
        return f"{escape(username)} has no album {escape(album_id)}.", 404
    return f"{escape(username)} listens to {title}."


@app.route("/artist/<name>")
def show_artist(name):
    return f"Albums by {escape(name)}"


@app.route("/year/{year}")
def show_year(year):
    return f"The songs of {escape(year)}"


@app.route("/next/<track>")
def next_track(track):
    return f"After track {escape(track)} comes track {track + 1}."


@app.route("/twice/<number>")
def twice(number):
    return {"twice": number * 2}


@app.route("/hello")
@app.route("/hello/<name>")
def hello(name="World"):
    return f"Hello, {escape(name)}!"


@app.route("/song/<title>")
def show_song(title):
    return f"A song called {escape(title)}"


@app.route("/band/<band>/song/<title>")
def song_of(band, title):
    return f"{escape(title)}, by {escape(band)}"


@app.route("/trip/<start>/to/<end>")
def trip(start, end):
    return {"start": start, "end": end}
