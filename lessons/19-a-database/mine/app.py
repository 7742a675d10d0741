import os

from flask import Flask, abort, make_response, redirect
from flask import render_template, request, session, url_for

import store
from guestbook import guestbook

app = Flask(__name__)
app.secret_key = os.environ.get("SECRET_KEY", "only for trying out")
app.register_blueprint(guestbook)
app.teardown_appcontext(store.close_db)
store.make_table()

LIKES = []
USERS = {"ann": "a long secret"}


@app.route("/")
@app.route("/home")
def home():
    return render_template("home.html", recipes=store.all_recipes())


@app.route("/about")
def about():
    return "All my recipes in one place."


@app.route("/recipes/<name>")
def show_recipe(name):
    recipe = store.find(name)
    if recipe is None:
        abort(404)
    return render_template("recipe.html", recipe=recipe)


@app.route("/recipes/below/<int:limit>")
def list_below(limit):
    found = [it["title"] for it in store.all_recipes() if it["minutes"] < limit]
    return ", ".join(found) or "There is none."


@app.route("/likes", methods=["GET", "POST"])
def likes():
    if request.method == "POST":
        LIKES.append("one more")
    return f"Likes: {len(LIKES)}"


@app.route("/recipes/newest")
def newest():
    return render_template("recipe.html", recipe=store.all_recipes()[-1])


@app.route("/recipes/")
def list_recipes():
    return render_template("home.html", recipes=store.all_recipes())


@app.route("/recipes/data")
def recipes_as_data():
    return [dict(recipe) for recipe in store.all_recipes()]


@app.route("/recipes.txt")
def download():
    lines = [recipe["title"] for recipe in store.all_recipes()]
    response = make_response("\n".join(lines))
    response.headers["Content-Type"] = "text/plain"
    response.headers["Content-Disposition"] = "attachment"
    return response


@app.route("/search")
def search():
    word = request.args.get("q", "").lower()
    found = [it for it in store.all_recipes() if word in it["title"].lower()]
    return render_template("home.html", recipes=found)


@app.route("/recipes/", methods=["POST"])
def add_recipe():
    title = request.form["title"]
    name = title.lower()
    store.save(name, title, request.form.get("minutes", 0, type=int))
    return redirect(url_for("show_recipe", name=name), 303)


@app.route("/api/recipes", methods=["POST"])
def add_by_program():
    sent = request.get_json()
    if not sent.get("title"):
        return {"error": "A recipe needs a title."}, 400
    recipe = {"title": sent["title"], "minutes": sent.get("minutes", 0)}
    store.save(recipe["title"].lower(), **recipe)
    return recipe, 201


@app.errorhandler(404)
def not_found(error):
    return render_template("404.html"), 404


@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "GET":
        return render_template("login.html")
    user = request.form["user"]
    if USERS.get(user) != request.form["password"]:
        return render_template("login.html"), 403
    session["user"] = user
    return redirect(url_for("notes"), 303)


@app.route("/logout", methods=["POST"])
def logout():
    session.clear()
    return redirect(url_for("home"), 303)


@app.route("/notes")
def notes():
    if "user" not in session:
        return redirect(url_for("login"))
    return render_template("home.html", recipes=store.all_recipes())


@app.after_request
def count_in_header(response):
    response.headers["X-Recipes"] = str(len(LIKES))
    return response
