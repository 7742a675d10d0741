from flask import Flask, request

app = Flask(__name__)

RECIPES = {
    "pancakes": {"title": "Pancakes", "minutes": 20},
    "soup": {"title": "Lentil soup", "minutes": 40},
}
LIKES = []


@app.route("/")
def home():
    return "My recipes"


@app.route("/about")
def about():
    return "All my recipes in one place."


@app.route("/recipes/<name>")
def show_recipe(name):
    recipe = RECIPES.get(name)
    if recipe is None:
        return "There is no such recipe."
    return f"{recipe['title']}, {recipe['minutes']} minutes"


@app.route("/recipes/below/<int:limit>")
def list_below(limit):
    found = [it["title"] for it in RECIPES.values() if it["minutes"] < limit]
    return ", ".join(found) or "There is none."


@app.route("/likes", methods=["GET", "POST"])
def likes():
    if request.method == "POST":
        LIKES.append("one more")
    return f"Likes: {len(LIKES)}"


@app.route("/recipes/newest")
def newest():
    return list(RECIPES.values())[-1]["title"]
