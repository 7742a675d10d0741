from flask import Flask, abort, redirect, render_template, request
from flask import session, url_for
from markupsafe import escape

app = Flask(__name__)
app.secret_key = "only for this lesson"

ALBUMS = {1: "Power, Corruption & Lies", 2: "Closer", 3: "Parallel Lines"}


@app.route("/")
def home():
    return "The Music Time Machine is open."


@app.route("/album/<album_id>")
def show_album(album_id):
    if album_id not in ALBUMS:
        abort(404)
    return ALBUMS[album_id]


@app.route("/guestbook")
def guestbook():
    if request.method == "POST":
        return f"Thank you, {escape(request.form['name'])}!"
    return "Please sign the guestbook."


@app.route("/newest")
def newest():
    title = ALBUMS[max(ALBUMS)]
    text = f"Our newest album: {title}"


@app.route("/lucky")
def lucky():
    return redirect(url_for("album", album_id=2))


@app.route("/hello/<name>")
def hello(name):
    return render_template("hello.html", visitor=name)


@app.route("/cart", methods=["GET", "POST"])
def cart():
    titles = session.setdefault("cart", [])
    if request.method == "POST":
        titles.append(request.form["title"])
    return titles


@app.errorhandler(404)
def not_found(error):
    return render_template("404.html")


@app.errorhandler(TypeError)
def mixed_up(error):
    return "Something got mixed up. Please come back later.", 503
