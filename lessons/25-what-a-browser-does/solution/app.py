from flask import Flask, make_response, redirect, render_template, request
from flask import url_for

from services import charts_from_the_radio

app = Flask(__name__)
PLACE = 7


@app.route("/")
def home():
    return render_template("home.html")


@app.route("/home")
def old_home():
    return redirect(url_for("home"))


@app.route("/song/<int:number>")
def song(number):
    page = '<p>Song {}</p>\n<a href="{}">next</a>'
    return page.format(number, url_for("song", number=number + 1))


@app.route("/songs")
def songs():
    links = ""
    for n in [1, 2, 3]:
        path = url_for("song", number=n)
        links += f'<a href="{path}">Song {n}</a>\n'
    return links


@app.route("/chart")
def chart():
    response = make_response(f"Blue Monday is number {PLACE}.")
    response.set_etag(f"chart-{PLACE}")
    response.headers["Cache-Control"] = "max-age=3600"
    return response.make_conditional(request)


@app.route("/me")
def me():
    name = request.cookies.get("name", "nobody")
    response = make_response({"name": name})
    response.set_cookie("name", "ann")
    response.headers["Cache-Control"] = "no-store"
    return response


@app.route("/radio")
def radio():
    try:
        titles = charts_from_the_radio()
    except TimeoutError:
        return {"error": "The radio does not answer."}, 503
    return {"radio": titles}
