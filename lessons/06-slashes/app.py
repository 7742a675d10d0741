from flask import Flask
from markupsafe import escape
from werkzeug.routing import RequestRedirect

app = Flask(__name__)


@app.route("/")
def home():
    return "Hello from the Music Time Machine!"


@app.route("/albums/")
def list_albums():
    return "Closer, Parallel Lines"


@app.route("/about")
def about():
    return "About the Music Time Machine"


@app.post("/guestbook/")
def sign():
    return "Thank you for signing."


@app.route("/artist/<name>")
def show_artist(name):
    return f"Albums by {escape(name)}"


@app.route("/charts/page/<int:page>")
def charts(page):
    return f"The charts, page {page}"


@app.errorhandler(RequestRedirect)
def moved(error):
    return "Look for that page elsewhere."
