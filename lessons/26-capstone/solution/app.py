from flask import Flask, abort, redirect, render_template, request
from flask import session, url_for
from markupsafe import escape
from radio import radio_bp

app = Flask(__name__)
app.secret_key = "only for this lesson"
app.register_blueprint(radio_bp)

ALBUMS = {1: "Power, Corruption & Lies", 2: "Closer", 3: "Parallel Lines"}


@app.route("/")
def home():
    return "The Music Time Machine is open."


@app.route("/album/<int:album_id>")
def show_album(album_id):
    if album_id not in ALBUMS:
        abort(404)
    return ALBUMS[album_id]


@app.route("/guestbook", methods=["GET", "POST"])
def guestbook():
    if request.method == "POST":
        return f"Thank you, {escape(request.form['name'])}!"
    return "Please sign the guestbook."


@app.route("/newest")
def newest():
    title = ALBUMS[max(ALBUMS)]
    return f"Our newest album: {title}"


@app.route("/lucky")
def lucky():
    return redirect(url_for("show_album", album_id=2))


@app.route("/hello/<name>")
def hello(name):
    return render_template("hello.html", name=name)


@app.route("/cart", methods=["GET", "POST"])
def cart():
    titles = session.setdefault("cart", [])
    if request.method == "POST":
        titles.append(request.form["title"])
        session.modified = True
    return titles


@app.route("/travel/<int:year>")
def travel(year):
    return f"Welcome to {year}!"


@app.errorhandler(404)
def not_found(error):
    return render_template("404.html"), 404


@app.errorhandler(TypeError)
def mixed_up(error):
    return "Something got mixed up. Please come back later.", 503
