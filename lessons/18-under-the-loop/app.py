from flask import Flask, current_app, g, redirect, request, url_for
from markupsafe import escape

app = Flask(__name__)

CATALOGUE = []


@app.before_request
def load_user():
    user = request.headers.get("X-User", "stranger")
    g.name = user


@app.before_request
def guard():
    if request.path.startswith("/staff") and g.name == "stranger":
        return redirect(url_for("staff_login"))


@app.after_request
def add_year(response):
    if "year" not in request.args:
        return response
    response.headers["X-Year"] = request.args["year"]


@app.after_request
def first(response):
    response.headers["X-Stamp"] = "first"
    return response


@app.after_request
def second(response):
    response.headers["X-Stamp"] = "second"
    return response


@app.teardown_request
def close(error):
    print("Closed.")


@app.route("/hello")
def hello():
    return f"Hello, {escape(g.name)}! You asked {current_app.name}."


@app.route("/badge")
def badge():
    return f"Badge of {escape(user)}"


@app.route("/staff")
def staff():
    return f"Staff room: {escape(g.name)} is in."


@app.route("/staff/login")
def staff_login():
    return "Please say who you are, in the header X-User."


def load_catalogue():
    CATALOGUE.extend(["Blue Monday", "Temptation"])


@app.route("/catalogue")
def catalogue():
    return CATALOGUE


class Radio:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path.startswith("/radio/"):
            environ["SCRIPT_NAME"] = "/radio"
            environ["PATH_INFO"] = path.removeprefix("/radio")
        return self.inner(environ, start_response)
