"""A small blog: people register, log in, and write posts that only they may change."""

from flask import Flask, render_template


def create_app(database="blog.sqlite"):
    app = Flask(__name__)
    app.config.from_mapping(SECRET_KEY="only for tests", DATABASE=database)

    from . import people, posts, store

    store.attach(app)
    app.register_blueprint(people.bp)
    app.register_blueprint(posts.bp)
    app.add_url_rule("/", endpoint="index")

    @app.errorhandler(403)
    @app.errorhandler(404)
    def told_kindly(error):
        return render_template("error.html", error=error), error.code

    return app
