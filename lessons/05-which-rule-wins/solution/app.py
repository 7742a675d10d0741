from flask import Flask
from markupsafe import escape

app = Flask(__name__)


@app.route("/<name>")
def show_page(name):
    return f"A page about {escape(name)}"


@app.route("/about")
def about():
    return "About the Music Time Machine"


@app.post("/vote")
def vote():
    return "Your vote is counted."


@app.route("/album/<any(new, loved):shelf>")
def by_shelf(shelf):
    return f"All {shelf} albums"


@app.route("/album/<title>")
def by_title(title):
    return f"The album {escape(title)}"


@app.route("/album/<int:number>")
def by_number(number):
    return f"Album number {number}"


@app.route("/top/<int(max=40):place>")
def by_place(place):
    return f"Number {place} in the charts"


@app.route("/top/<name>")
def by_name(name):
    return f"The best of {escape(name)}"


@app.post("/top/100")
def nominate():
    return "Thank you for your nomination."


@app.route("/genre/<name>/history")
def genre_history(name):
    return f"How {escape(name)} began"


@app.route("/genre/<any(rock, pop):genre>")
def show_genre(genre):
    return f"We have a lot of {genre}."


@app.route("/genre/<name>")
def other_genre(name):
    return f"We have a little {escape(name)}."


@app.route("/shop/open")
def opening():
    return "Open until six."


@app.route("/shop/<int:number>")
def show_shelf(number):
    return f"Shelf number {number}"


@app.route("/shop/<name>")
def show_genre_shelf(name):
    return f"The shelf for {escape(name)}"


@app.route("/shop/<name>/<int:number>")
def show_place(name, number):
    return f"Shelf {number} for {escape(name)}"


@app.route("/<path:rest>")
def nothing_here(rest):
    return f"Nothing plays at {escape(rest)}."
