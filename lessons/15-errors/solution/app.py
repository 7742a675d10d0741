from flask import Flask, abort, render_template
from werkzeug.exceptions import HTTPException

app = Flask(__name__)

TRACKS = {1: "Blue Monday", 2: "Temptation", 3: "Time After Time"}
LENGTHS = []


@app.route("/")
def home():
    return "Try /track/1, /track/2 or /track/3."


@app.route("/track/<int:track_id>")
def show_track(track_id):
    if track_id not in TRACKS:
        abort(404)
    return render_template("track.html", title=TRACKS[track_id])


@app.route("/vault")
def vault():
    logged_in = False
    if not logged_in:
        abort(403)
    return "The unreleased tapes"


@app.route("/lyrics/<int:track_id>")
def show_lyrics(track_id):
    return "No lyrics yet.", 404


@app.route("/play/<int:track_id>")
def play(track_id):
    try:
        if track_id not in TRACKS:
            abort(404)
        return f"Now playing: {TRACKS[track_id]}"
    except Exception:
        return "The player is busy."


@app.route("/average")
def average():
    return f"{sum(LENGTHS) / len(LENGTHS)} seconds"


@app.route("/tour")
def tour():
    abort(410)


@app.route("/error/<int:code>")
def show_error(code):
    abort(code)


@app.errorhandler(404)
def not_found(error):
    return render_template("404.html"), 404


@app.errorhandler(403)
def closed(error):
    return "Members only.", 403


@app.errorhandler(410)
def gone():
    return "The tour is over.", 410


@app.errorhandler(500)
def broken(error):
    return "We are sorry. Please come back later.", 500


@app.route("/seat/<int:number>")
def show_seat(number):
    if number > 40:
        abort(404)
    if number == 13:
        abort(403)
    return f"Seat {number} is free."


@app.errorhandler(HTTPException)
def any_error(error):
    return {"error": error.name}, error.code
