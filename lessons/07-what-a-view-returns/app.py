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
    return len(ALBUMS)


@app.route("/welcome")
def welcome():
    return "Welcome back, time traveller!",
