from flask import Flask, make_response, redirect, render_template, request
from flask import url_for

app = Flask(__name__)

RECIPES = {
    "pancakes": {"title": "Pancakes", "minutes": 20},
    "soup": {"title": "Lentil soup", "minutes": 40},
}
LIKES = []


@app.route("/")
@app.route("/home")
def home():
    return render_template("home.html", recipes=RECIPES)


@app.route("/about")
def about():
    return "All my recipes in one place."


@app.route("/recipes/<name>")
def show_recipe(name):
    recipe = RECIPES.get(name)
    if recipe is None:
        return "There is no such recipe.", 404
    return render_template("recipe.html", recipe=recipe)


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


@app.route("/recipes/")
def list_recipes():
    return ", ".join(recipe["title"] for recipe in RECIPES.values())


@app.route("/recipes/data")
def recipes_as_data():
    return RECIPES


@app.route("/recipes.txt")
def download():
    lines = [recipe["title"] for recipe in RECIPES.values()]
    response = make_response("\n".join(lines))
    response.headers["Content-Type"] = "text/plain"
    response.headers["Content-Disposition"] = "attachment"
    return response


@app.route("/search")
def search():
    word = request.args.get("q", "").lower()
    titles = [recipe["title"] for recipe in RECIPES.values()]
    found = [title for title in titles if word in title.lower()]
    return ", ".join(found) or "Nothing was found."


@app.route("/recipes/", methods=["POST"])
def add_recipe():
    title = request.form["title"]
    minutes = request.form.get("minutes", 0, type=int)
    name = title.lower()
    RECIPES[name] = {"title": title, "minutes": minutes}
    return redirect(url_for("show_recipe", name=name), 303)


@app.route("/api/recipes", methods=["POST"])
def add_by_program():
    sent = request.get_json()
    if not sent.get("title"):
        return {"error": "A recipe needs a title."}, 400
    recipe = {"title": sent["title"], "minutes": sent.get("minutes", 0)}
    RECIPES[recipe["title"].lower()] = recipe
    return recipe, 201
