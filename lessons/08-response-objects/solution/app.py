import json

from flask import Flask, Response, jsonify, make_response

app = Flask(__name__)

TRACKS = [{"title": "Blue Monday", "year": 1983}, {"title": "Atomic", "year": 1980}]


@app.route("/")
def home():
    response = make_response("Hello from the Music Time Machine!")
    response.headers["X-Year"] = "1983"
    return response


@app.route("/tracks")
def tracks():
    response = jsonify(TRACKS)
    response.headers["X-Total"] = str(len(TRACKS))
    return response


@app.route("/tracks.csv")
def tracks_as_table():
    lines = [f"{track['title']},{track['year']}" for track in TRACKS]
    return Response("\n".join(lines) + "\n", mimetype="text/csv")


@app.route("/latest")
def latest_track():
    return json.dumps(TRACKS[0])


@app.route("/genres")
def genres():
    return {"genres": {"disco", "new wave", "punk"}}


@app.route("/chart")
def chart():
    return {1: "Blue Monday", 2: "Atomic", "new": "Temptation"}


@app.route("/ticket")
def ticket():
    response = make_response("One ticket to 1983, please.")
    response.headers["X-Seat"] = "17"
    return response


@app.route("/chart.txt")
def chart_as_text():
    return Response("Blue Monday\nAtomic\n", mimetype="text/plain")


@app.route("/tracks/<int:number>")
def show_track(number):
    if number > len(TRACKS):
        return {"error": "no such track"}, 404
    response = jsonify(TRACKS[number - 1])
    response.headers["X-Number"] = str(number)
    return response
