"""The playground: a bit of everything, to send requests to."""

from flask import (
    Blueprint,
    Flask,
    abort,
    flash,
    get_flashed_messages,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)

app = Flask(__name__)
app.secret_key = "playground, so anyone may know it"

POSTS = {1: "Hello, world", 2: "Blue Monday", 3: "Time after time"}


@app.before_request
def greet_the_visitor():
    g.visitor = request.cookies.get("visitor", "stranger")


@app.after_request
def stamp(response):
    response.headers["X-Playground"] = "open"
    return response


@app.route("/")
def home():
    return f"Hello, {g.visitor}! Try /user/alice, /post/2 or /search?q=blue."


# Dynamic segments and converters


@app.route("/user/<name>")
def show_user(name):
    return f"Profile page for: {name}"


@app.route("/user/me")
def show_me():
    return f"You are {g.visitor}."


@app.route("/post/<int:post_id>")
def show_post(post_id):
    if post_id not in POSTS:
        abort(404)
    return {"id": post_id, "title": POSTS[post_id]}


@app.route("/price/<float:amount>")
def price(amount):
    return f"{amount:.2f}"


@app.route("/files/<path:filename>")
def show_file(filename):
    return f"You asked for the file {filename}."


@app.route("/paint/<any(red, green, blue):colour>")
def paint(colour):
    return f"Everything is {colour} now."


# Slashes


@app.route("/about/")
def about():
    return "About the playground"


@app.route("/contact")
def contact():
    return "Shout loudly."


# Methods and request data


@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        session["user"] = request.form["username"]
        flash("Welcome back!")
        return redirect(url_for("cart"))
    return render_template("login.html")


@app.get("/logout")
def logout():
    session.clear()
    return redirect(url_for("home"))


@app.get("/search")
def search():
    words = request.args.get("q", "").lower()
    found = [title for title in POSTS.values() if words in title.lower()]
    return jsonify(q=words, found=found)


@app.post("/posts")
def add_post():
    title = request.get_json()["title"]
    return {"title": title}, 201, {"Location": url_for("show_post", post_id=len(POSTS) + 1)}


# Responses


@app.route("/visit/<name>")
def visit(name):
    response = make_response(f"I will call you {name}.")
    response.set_cookie("visitor", name)
    return response


@app.route("/nothing")
def nothing():
    print("This view prints, and returns nothing.")


@app.route("/crash")
def crash():
    return 1 / 0


@app.route("/stream")
def stream():
    return (f"line {number}\n" for number in range(3))


@app.errorhandler(404)
def not_found(error):
    return render_template("404.html", path=request.path), 404


# A blueprint

shop = Blueprint("shop", __name__, url_prefix="/shop")


@shop.route("/")
def list_items():
    return ["records", "posters", "time machines"]


@shop.route("/<item>")
def show_item(item):
    return render_template("item.html", item=item)


app.register_blueprint(shop)


@app.route("/cart")
def cart():
    user = session.get("user")
    if user is None:
        abort(403)
    return {"user": user, "messages": get_flashed_messages()}
