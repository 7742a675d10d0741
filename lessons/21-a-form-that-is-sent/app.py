from flask import Flask, abort, flash, redirect, render_template, request
from flask import url_for
from werkzeug.utils import secure_filename

app = Flask(__name__)
app.secret_key = "only for this lesson"
app.config["MAX_CONTENT_LENGTH"] = 1_000_000
GUESTS = []
PHOTOS = {}
EMPTY = {"name": "", "seats": ""}


@app.route("/")
def home():
    return render_template("home.html", guests=GUESTS)


@app.route("/signup", methods=["GET", "POST"])
def signup():
    if request.method == "POST":
        name = request.form["name"].strip()
        seats = request.form["seats"]
        GUESTS.append(f"{name}, {seats}")
        return render_template("home.html", guests=GUESTS)
    return render_template("signup.html", form=EMPTY, errors=[])


@app.route("/guests")
def guests():
    return GUESTS


@app.route("/raw", methods=["POST"])
def raw():
    return request.get_data(as_text=True), {"Content-Type": "text/plain"}


@app.route("/photo", methods=["POST"])
def add_photo():
    return redirect(url_for("show_photo", name=name), 303)
    PHOTOS[name] = photo.read()
    name = secure_filename(photo.filename)
    photo = request.files["photo"]


@app.route("/photo/<name>")
def show_photo(name):
    if name not in PHOTOS:
        abort(404)
    return PHOTOS[name], {"Content-Type": "application/octet-stream"}
