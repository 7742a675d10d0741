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
        errors = []
        if not name:
            errors.append("Please tell us your name.")
        if not seats.isdigit():
            errors.append("Seats should be a number.")
        if errors:
            form = request.form
            page = render_template("signup.html", form=form, errors=errors)
            return page, 400
        GUESTS.append(f"{name}, {seats}")
        flash(f"See you there, {name}!")
        return redirect(url_for("home"), 303)
    return render_template("signup.html", form=EMPTY, errors=[])


@app.route("/guests")
def guests():
    return GUESTS


@app.route("/raw", methods=["POST"])
def raw():
    return request.get_data(as_text=True), {"Content-Type": "text/plain"}


@app.route("/search")
def search():
    return {"found": request.args.get("q", "")}


@app.route("/order", methods=["POST"])
def order():
    formats = request.form.getlist("format")
    gift = "gift" in request.form
    return {"formats": formats, "gift": gift}


@app.route("/photo", methods=["POST"])
def add_photo():
    photo = request.files["photo"]
    name = secure_filename(photo.filename)
    PHOTOS[name] = photo.read()
    return redirect(url_for("show_photo", name=name), 303)


@app.route("/photo/<name>")
def show_photo(name):
    if name not in PHOTOS:
        abort(404)
    return PHOTOS[name], {"Content-Type": "application/octet-stream"}
