"""Error handlers of blueprints that are not asked, because no rule won: told where the path looks like theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support import ENGINES, checked, lab_of, live, step

SHOP = """
    from flask import Blueprint, Flask, abort
    from werkzeug.exceptions import HTTPException, NotFound

    app = Flask(__name__)

    albums = Blueprint("albums", __name__, url_prefix="/albums")

    @albums.route("/")
    def list_albums():
        return "albums"

    @albums.route("/<int:album_id>")
    def show_album(album_id):
        abort(404)

    @albums.route("/refused")
    def refused():
        abort(405)

    @albums.errorhandler(404)
    def no_album(error):
        return "no album", 404

    @albums.errorhandler(405)
    def no_method(error):
        return "no method", 405

    reviews = Blueprint("reviews", __name__, url_prefix="/reviews")

    @reviews.route("/new")
    def new():
        abort(404)

    albums.register_blueprint(reviews)

    covers = Blueprint("covers", __name__)

    @covers.route("/<name>")
    def show_cover(name):
        abort(404)

    @covers.errorhandler(HTTPException)
    def no_cover(error):
        return "no cover", 404

    tapes = Blueprint("tapes", __name__, url_prefix="/tapes")

    @tapes.route("/<int:n>")
    def show_tape(n):
        abort(404)

    app.register_blueprint(albums)
    app.register_blueprint(albums, url_prefix="/records", name="records")
    app.register_blueprint(covers, url_prefix="/covers/front")
    app.register_blueprint(tapes)
"""
WITH_HANDLER_OF_THE_APP = """
    @app.errorhandler(404)
    def no_page(error):
        return "no page", 404
"""
BOTH = pytest.mark.parametrize("engine", ENGINES)


def unasked(folder: Path, source: str, engine: str, line: str) -> list[tuple[str, str]]:
    trace = lab_of(folder, source, engine).send(line)
    return [(each["blueprint"], each["function"]) for each in step(checked(trace), "error")["unasked"]]


@BOTH
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GET /albums/closer", [("albums", "no_album")]),
        ("GET /albums", []),  # a redirect, which is nobody's error
        ("POST /albums/", [("albums", "no_method")]),
        ("POST /albums/closer", [("albums", "no_album")]),
        ("GET /records/closer", [("records", "no_album")]),
        ("GET /albums/reviews/old", [("albums", "no_album")]),
        ("GET /covers/front/a/b", [("covers", "no_cover")]),
        ("GET /covers/back", []),
        ("GET /albumsandmore", []),
        ("GET /tapes/one", []),
        ("GET /nowhere", []),
        ("GET /albums/1", []),
        ("GET /albums/refused", []),
    ],
)
def test_handlers_are_told_where_the_path_looks_like_their_blueprints(
    tmp_path: Path, engine: str, line: str, expected: list[tuple[str, str]]
) -> None:
    assert unasked(tmp_path, SHOP, engine, line) == expected


@BOTH
@pytest.mark.parametrize(
    ("line", "lost", "asked"),
    [
        ("GET /{}/closer", "/albums", "/albums/1"),
        ("GET /{}/closer", "/records", "/records/1"),
        ("GET /{}/a/b", "/covers/front", "/covers/front/a"),
    ],
)
def test_what_is_told_is_what_flask_asks_once_a_rule_wins(
    tmp_path: Path, engine: str, line: str, lost: str, asked: str
) -> None:
    """The oracle is Flask: where a view of the blueprint raises the same error, that very handler answers."""
    for source in (SHOP, SHOP + WITH_HANDLER_OF_THE_APP):
        told = [function for _, function in unasked(tmp_path, source, engine, line.format(lost[1:]))]
        trace = lab_of(tmp_path, source, engine).send(f"GET {asked}")
        answered: Any = step(checked(trace), "error")["handler"]["function"]
        # A handler of the app for the code comes before a blueprint's for the class, so no_cover is never asked.
        assert [answered] == (told or ["no_page"])


@BOTH
def test_it_is_said_in_words(tmp_path: Path, engine: str) -> None:
    lab = lab_of(tmp_path, SHOP + WITH_HANDLER_OF_THE_APP, engine)
    said = []
    for line in ("GET /albums/closer", "POST /albums/"):
        error = next(each for each in lab.send(line).steps if each.kind() == "error")
        said.append(error.details[-1])
    assert said == [
        "no_album of blueprint albums is not called: no rule fitted, so no blueprint was chosen",
        "no_method of blueprint albums is not called: no rule fitted with this method, "
        "so no blueprint was chosen",
    ]


@BOTH
def test_only_an_error_of_the_router_is_nobodys(tmp_path: Path, engine: str) -> None:
    source = SHOP + (
        """
    @app.before_request
    def closed():
        abort(404)
"""
    )
    assert unasked(tmp_path, source, engine, "GET /albums/closer") == []


@BOTH
def test_a_blueprint_of_another_subdomain_is_elsewhere(tmp_path: Path, engine: str) -> None:
    source = """
        from flask import Blueprint, Flask

        app = Flask(__name__, subdomain_matching=True)
        app.config["SERVER_NAME"] = "example.com"
        shop = Blueprint("shop", __name__, subdomain="shop")

        @shop.route("/cart")
        def cart():
            return "cart"

        @shop.errorhandler(404)
        def no_thing(error):
            return "no thing", 404

        app.register_blueprint(shop)
    """
    assert unasked(tmp_path, source, engine, "GET http://example.com/nope") == []
    assert unasked(tmp_path, source, engine, "GET http://shop.example.com/nope") == [("shop", "no_thing")]


@BOTH
def test_looking_for_handlers_leaves_the_app_as_it_was(tmp_path: Path, engine: str) -> None:
    app, lab = live(tmp_path, SHOP, engine)
    lab.send("GET /nowhere")  # Flask's own look-up makes the entries of the app itself
    before = {name: {code: dict(table) for code, table in codes.items()} for name, codes in _tables(app)}
    lab.send("GET /albums/closer")
    after = {name: {code: dict(table) for code, table in codes.items()} for name, codes in _tables(app)}
    assert after == before


def _tables(app: Any) -> list[tuple[Any, Any]]:
    return list(app.error_handler_spec.items())
