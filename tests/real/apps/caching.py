"""Flask-Caching: a view whose function is not entered, memoized functions, keys by the query."""

from flask import Flask, request
from flask_caching import Cache

app = Flask(__name__)
app.config["CACHE_TYPE"] = "SimpleCache"
cache = Cache(app)
runs = {"count": 0}


@app.route("/")
@cache.cached(timeout=60)
def home():
    runs["count"] += 1
    return f"run {runs['count']}"


@app.route("/query")
@cache.cached(timeout=60, query_string=True)
def query():
    runs["count"] += 1
    return {"q": request.args.get("q"), "run": runs["count"]}


@app.route("/user/<name>")
@cache.memoize(60)
def user(name):
    runs["count"] += 1
    return f"{name}, run {runs['count']}"


@app.route("/unless")
@cache.cached(timeout=60, unless=lambda: "fresh" in request.args)
def unless():
    runs["count"] += 1
    return f"run {runs['count']}", 201


@app.route("/marked")
@cache.cached(timeout=60, response_hit_indication=True)
def marked():
    return "marked"


@app.route("/fails")
@cache.cached(timeout=60)
def fails():
    return 1 // 0


@cache.memoize(60)
def add(a, b):
    return a + b


@app.route("/add/<int:a>/<int:b>", methods=["GET", "POST"])
def sums(a, b):
    return str(add(a, b))


@app.route("/clear", methods=["POST"])
def clear():
    cache.clear()
    return "", 204
