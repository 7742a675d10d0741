"""An app of the very shape of Flask's own tutorial (factory, instance folder, commands) does the same on both."""

import importlib
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from engine.test_engine_equals_flask import as_in_3_1
from engine.twins import ENGINE, FLASK, Answer, bound, send

APP = Path(__file__).parent.parent / "apps" / "recordshop"
SETTINGS = "SECRET_KEY = 'from the instance folder'\nSHOP = 'Round and black'\n"

ANN, BOB = "name=ann&password=secret", "name=bob&password=other"

# Who asks, for what, and which status comes of it.
VISIT = (
    ("guest", "GET /", 200),
    ("guest", "GET /open", 200),
    ("guest", "GET /static/shop.css", 200),
    ("guest", "GET /add", 302),
    ("ann", "GET /accounts/join", 200),
    ("ann", "POST /accounts/join name=&password=x", 200),
    ("ann", "POST /accounts/join name=ann&password=", 200),
    ("ann", "POST /accounts/join name=ann", 400),
    ("ann", f"POST /accounts/join {ANN}", 302),
    ("ann", f"POST /accounts/join {ANN}", 200),
    ("ann", "POST /accounts/enter name=nobody&password=x", 200),
    ("ann", "POST /accounts/enter name=ann&password=wrong", 200),
    ("ann", f"POST /accounts/enter {ANN}", 302),
    ("ann", "GET /add", 200),
    ("ann", "POST /add title=&artist=x", 200),
    ("ann", "POST /add title=Kind+of+%3Cblue%3E&artist=É.", 302),
    ("ann", "GET /", 200),
    ("guest", "GET /1", 200),
    ("guest", "GET /9", 404),
    ("guest", "GET /one", 404),
    ("bob", f"POST /accounts/join {BOB}", 302),
    ("bob", f"POST /accounts/enter {BOB}", 302),
    ("bob", "GET /1/change", 403),
    ("bob", "POST /1/remove", 403),
    ("bob", "GET /1/remove", 405),
    ("ann", "GET /1/change", 200),
    ("ann", "POST /1/change title=&artist=y", 200),
    ("ann", "POST /1/change title=Blue&artist=y", 302),
    ("ann", "POST /2/remove", 404),
    ("ann", "POST /1/remove", 302),
    ("ann", "GET /accounts/leave", 302),
    ("ann", "GET /add", 302),
    ("guest", "GET /", 200),
)


def shop_in(folder: Path) -> Path:
    """Put the shop into a folder, with its instance folder's settings and an empty database."""
    shutil.rmtree(folder, ignore_errors=True)  # always the same path, since a file's ETag depends on it
    shutil.copytree(APP, folder / "recordshop")
    (folder / "instance").mkdir()
    (folder / "instance" / "config.py").write_text(SETTINGS, encoding="utf-8")
    with bound(FLASK, folder):
        app = importlib.import_module("recordshop").create_app()
        with app.app_context():
            importlib.import_module("recordshop.db").init_db()
    return folder


def visit(engine: str, folder: Path) -> list[Answer]:
    with bound(engine, shop_in(folder / "shop")):
        app = importlib.import_module("recordshop").create_app()
        clients = {name: app.test_client() for name in ("guest", "ann", "bob")}
        return [send(app, clients[who], line) for who, line, _ in VISIT]


@as_in_3_1
def test_the_shop_is_the_same_on_both(tmp_path: Path) -> None:
    on_flask = visit(FLASK, tmp_path)
    assert [answer.status and int(answer.status[:3]) for answer in on_flask] == [s for *_, s in VISIT]
    assert b"Round and black" in on_flask[0].body
    assert visit(ENGINE, tmp_path) == on_flask


@pytest.mark.parametrize("engine", [FLASK, ENGINE])
def test_the_shops_own_tests_pass(engine: str, tmp_path: Path) -> None:
    """As a tutorial writes them: a factory with settings for tests, a client that keeps its context."""
    shutil.copytree(APP, tmp_path / "recordshop")
    with bound(engine, tmp_path):
        package = importlib.import_module("recordshop")
        assert not package.create_app().testing
        app = package.create_app({"TESTING": True, "DATABASE": str(tmp_path / "test.sqlite")})
        assert app.testing
        assert app.config["SECRET_KEY"] == "only while it is being built"
        assert (tmp_path / "instance").is_dir()
        assert set(app.cli.commands) >= {"init-db", "count"}
        with app.app_context():
            importlib.import_module("recordshop.db").init_db()
        use_the_client(app, engine)


def use_the_client(app: Any, engine: str) -> None:
    flask = importlib.import_module(engine)
    client = app.test_client()
    joined = client.post("/accounts/join", data={"name": "a", "password": "b"})
    assert joined.headers["Location"] == "/accounts/enter"
    with client:
        assert client.post("/accounts/enter", data={"name": "a", "password": "b"}).status_code == 302
        client.get("/")
        assert flask.session["member_id"] == 1
        assert flask.g.member["name"] == "a"
    with client:
        client.get("/accounts/leave")
        assert "member_id" not in flask.session
    with app.app_context():
        get_db = importlib.import_module("recordshop.db").get_db
        db = get_db()
        assert get_db() is db
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        db.execute("SELECT 1")


def test_the_shops_command_runs_on_flask_alone(tmp_path: Path) -> None:
    shutil.copytree(APP, tmp_path / "recordshop")
    with bound(FLASK, tmp_path):
        app = importlib.import_module("recordshop").create_app()
        result = app.test_cli_runner().invoke(args=["init-db"])
        assert result.output == "The shelf is empty.\n"
    with bound(ENGINE, tmp_path):
        app = importlib.import_module("recordshop").create_app()
        with pytest.raises(AttributeError, match=r"no Flask\.test_cli_runner; use --engine flask"):
            app.test_cli_runner()
