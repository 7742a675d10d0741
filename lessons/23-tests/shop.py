from flask import Flask, abort, redirect, request, session, url_for
from markupsafe import escape


def create_app(settings=None):
    app = Flask(__name__)
    app.config.from_mapping({"SECRET_KEY": "only for tests"} | (settings or {}))
    albums = ["Dummy", "Debut"]

    @app.route("/")
    def home():
        return "Welcome!"

    @app.get("/albums")
    def index():
        return albums

    @app.post("/albums")
    def add():
        albums.append(request.form["title"])
        return redirect(url_for("index"), 303)

    @app.route("/albums/<int:number>")
    def album(number):
        if number >= len(albums):
            abort(404)
        return {"number": number, "title": albums[number]}

    @app.route("/me")
    def me():
        if "user" not in session:
            abort(401)
        return f"Hello, {escape(session['user'])}!"

    return app
