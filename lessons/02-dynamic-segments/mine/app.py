from flask import Flask

app = Flask(__name__)

RECIPES = {
    "pancakes": "Pancakes, 20 minutes",
    "soup": "Lentil soup, 40 minutes",
}


@app.route("/")
def home():
    return "My recipes"


@app.route("/about")
def about():
    return "All my recipes in one place."


@app.route("/recipes/<name>")
def show_recipe(name):
    return RECIPES.get(name, "There is no such recipe.")
