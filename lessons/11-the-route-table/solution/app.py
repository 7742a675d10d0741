from functools import wraps

from flask import Flask, request
from markupsafe import escape

app = Flask(__name__)


@app.route("/")
def page():
    return "Hello from the Music Time Machine!"


@app.route("/about")
def about():
    return "We play what the radio forgot."


@app.route("/contact")
def contact():
    return "Write to hello@example.com."


@app.get("/latest")
def latest_tracks():
    return ["Blue Monday", "Temptation"]


@app.route("/latest", methods=["HEAD"])
def latest_in_short():
    return ""


@app.route("/search")
def search():
    q = request.args.get("q", "")
    return f"You look for {escape(q)}."


def members_only(view):
    @wraps(view)
    def guarded(*args, **kwargs):
        if "X-Ticket" not in request.headers:
            return "Members only.", 403
        return view(*args, **kwargs)

    return guarded


@app.route("/rehearsal")
@members_only
def rehearsal():
    return "Tuesday at eight."


@members_only
@app.route("/backstage")
def backstage():
    return "By the back door."


@app.route("/vault")
@members_only
def vault():
    return "The master tapes."


@app.route("/soundcheck")
@members_only
def soundcheck():
    return "One, two, one, two."


def shout():
    return "LOUDER!"


app.add_url_rule("/shout", endpoint="noise", view_func=shout)


@app.route("/party")
def party():
    @app.route("/party/guests")
    def guests():
        return "Nobody yet."

    return "The party has begun."


app.run()


@app.route("/charts")
def charts():
    return "1. Blue Monday"
