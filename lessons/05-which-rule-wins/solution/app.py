from flask import Flask

app = Flask(__name__)


@app.route("/<name>")
def show_page(name):
    return f"A page about {name}"


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
    return f"The album {title}"


@app.route("/album/<int:number>")
def by_number(number):
    return f"Album number {number}"


@app.route("/top/<int(max=40):place>")
def by_place(place):
    return f"Number {place} in the charts"


@app.route("/top/<name>")
def by_name(name):
    return f"The best of {name}"


@app.post("/top/100")
def nominate():
    return "Thank you for your nomination."


@app.route("/genre/<name>/history")
def genre_history(name):
    return f"How {name} began"


@app.route("/genre/<any(rock, pop):genre>")
def show_genre(genre):
    return f"We have a lot of {genre}."


@app.route("/genre/<name>")
def other_genre(name):
    return f"We have a little {name}."


@app.route("/<path:rest>")
def nothing_here(rest):
    return f"Nothing plays at {rest}."
