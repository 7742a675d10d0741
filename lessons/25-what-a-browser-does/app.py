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


@app.route("/songs/<int:number>")
def song(number):
    page = '<p>Song {}</p>\n<a href="/songs/{}">next</a>'
    return page.format(number, number + 1)


@app.route("/chart")
def chart():
    response = make_response(f"Blue Monday is number {PLACE}.")
    response.set_etag(f"chart-{PLACE}")
    return response.make_conditional(request)


@app.route("/me")
def me():
    name = request.cookies.get("name", "nobody")
    response = make_response({"name": name})
    response.set_cookie("name", "ann")
    return response


@app.route("/radio")
def radio():
    titles = charts_from_the_radio()
    return {"radio": titles}
