from flask import Flask, render_template

app = Flask(__name__)

TRACKS = ["Blue Monday", "Temptation", "Ceremony"]
ALBUM = {"title": "Low-Life", "year": 1985}


@app.route("/")
def home():
    return render_template("home.html", title="Music Time Machine")


@app.route("/latest")
def latest_tracks():
    return render_template("tracks.html", tracks=TRACKS)


@app.route("/tomorrow")
def tomorrow():
    return render_template("tracks.html", tracks=[])


@app.route("/about")
def about():
    return "about.html"


@app.route("/hello/<name>")
def hello(name):
    return render_template("hello.html", visitor=name)


@app.route("/album")
def show_album():
    return render_template("album.html", album=ALBUM)


@app.route("/record")
def show_record():
    return render_template("album.html", record=ALBUM)


@app.route("/history")
def history():
    return render_template("history.html")


@app.route("/count")
def count():
    return render_template("count.html", tracks=TRACKS)


@app.route("/label/<name>")
def show_label(name):
    return render_template("label.html", name=name, albums=["Low-Life", "Movement"])


@app.route("/charts")
def charts():
    return render_template("charts.html", tracks=TRACKS)
