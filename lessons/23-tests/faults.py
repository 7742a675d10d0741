"""The shop again, with one fault in each."""

from flask import redirect, session
from shop import create_app


def rude():
    app = create_app()
    app.view_functions["home"] = lambda: "Go away!"
    return app


def no_404():
    app = create_app()
    app.view_functions["album"] = lambda number: {"title": "Unknown"}
    return app


def forgetful():
    app = create_app()
    app.view_functions["add"] = lambda: redirect("/albums", 303)
    return app


def lost():
    app = create_app()
    add = app.view_functions["add"]
    app.view_functions["add"] = lambda: add() and redirect("/", 303)
    return app


def open_door():
    app = create_app()
    app.view_functions["me"] = lambda: f"Hello, {session.get('user')}!"
    return app


def locked():
    app = create_app()
    app.view_functions["me"] = lambda: ("Not now.", 401)
    return app


def long_urls():
    app = create_app()
    app.url_defaults(lambda endpoint, values: values.update(page=1))
    return app


FAULTS = {
    "rude": rude,
    "no-404": no_404,
    "forgetful": forgetful,
    "lost": lost,
    "open-door": open_door,
    "locked": locked,
    "long-urls": long_urls,
}
