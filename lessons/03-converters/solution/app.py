from flask import Flask
from markupsafe import escape
from werkzeug.routing import BaseConverter

app = Flask(__name__)

NOW = 1983
HITS = {1978: "Heart of Glass", 1983: "Blue Monday"}


class LengthConverter(BaseConverter):
    regex = r"\d+:\d\d"

    def to_python(self, value):
        minutes, seconds = value.split(":")
        return int(minutes) * 60 + int(seconds)


app.url_map.converters["length"] = LengthConverter


@app.route("/")
def home():
    return "Hello from the Music Time Machine!"


@app.route("/next/<int:track>")
def next_track(track):
    return f"After track {track} comes track {track + 1}."


@app.route("/artist/<path:name>")
def show_artist(name):
    return f"Albums by {escape(name)}"


@app.route("/travel/<int:years>")
def travel(years):
    return f"Welcome to {NOW + years}!"


@app.route("/price/<float:amount>")
def show_price(amount):
    return f"That record is ${amount:.2f}."


@app.route("/year/<int:year>")
def show_year(year):
    return HITS.get(year, "That year was silent.")


@app.route("/best/<any(singles, albums):kind>/<string(length=2):country>")
def show_best(kind, country):
    return f"The best {kind} in {escape(country.upper())}"


@app.route("/longer/<length:seconds>")
def longer_than(seconds):
    return f"Tracks of more than {seconds} seconds"


@app.route("/years/<int:first>/<int:last>")
def show_years(first, last):
    return f"{first} to {last}"


@app.route("/double/<int:number>")
def double(number):
    return f"{number * 2}"


@app.route("/half/<float:number>")
def half(number):
    return f"{number / 2}"


@app.route("/photos/<path:name>")
def show_photos(name):
    return {"photos of": name}
