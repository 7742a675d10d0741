from flask import Flask, render_template, render_template_string, request
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import escape

app = Flask(__name__)


@app.route("/")
def home():
    return render_template("home.html")


@app.route("/tour")
def tour():
    return render_template("tour.html")


@app.route("/hello")
def hello():
    name = request.args.get("name", "stranger")
    return render_template("hello.html", name=name)


@app.route("/ticket")
def ticket():
    name = request.args.get("name", "stranger")
    return render_template("ticket.txt", name=name)


@app.route("/news")
def news():
    return render_template("news.html")


@app.route("/card")
def card():
    return render_template_string(request.args.get("text", ""))


@app.route("/boxed-card")
def boxed_card():
    sandbox = SandboxedEnvironment()
    return sandbox.from_string(request.args.get("text", "")).render()


@app.route("/<any(covers, static):folder>/<name>")
def show_file(folder, name):
    return f"We keep no {escape(name)} in {folder}."


@app.route("/join")
def join():
    return render_template("join.html")
