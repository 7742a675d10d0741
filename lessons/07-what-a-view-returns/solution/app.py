from flask import Flask

app = Flask(__name__)

ALBUMS = {1: "Closer", 2: "Café Bleu", 3: "Parallel Lines"}


@app.route("/")
def home():
    return "<h1>The Music Time Machine</h1>"


@app.route("/artists")
def artists():
    return ["Blondie", "Kraftwerk", "New Order"]


@app.route("/album/<int:album_id>")
def show_album(album_id):
    if album_id not in ALBUMS:
        return "404 Not Found"
    return {"title": ALBUMS[album_id], "id": album_id}


@app.route("/albums", methods=["POST"])
def add_album():
    ALBUMS[4] = "Movement"
    return "One more album.", 201, {"Location": "/album/4"}


@app.route("/concerts")
def concerts():
    return 404, "No concerts this year"


@app.route("/motto")
def motto():
    return "Music is", "the answer"


@app.route("/count")
def count_albums():
    return str(len(ALBUMS))


@app.route("/welcome")
def welcome():
    return "Welcome back, time traveller!"


@app.route("/year/<int:year>")
def songs_of(year):
    if year == 1983:
        return ["Blue Monday", "Age of Consent"]
    return f"Nothing from {year}.", 404


@app.route("/radio")
def radio():
    return {"station": "Time Machine FM", "on air": True}


@app.route("/requests", methods=["POST"])
def add_request():
    return {"id": 1}, 201, {"Location": "/requests/1"}


@app.route("/requests/<int:number>")
def show_request(number):
    if number == 1:
        return "Blue Monday, for Ann"
    return f"There is no request {number}.", 404
