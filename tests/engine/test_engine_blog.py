"""A whole app of the tutorials' kind, with SQLite, blueprints and sessions, does the same on both."""

import importlib
from pathlib import Path

import pytest

from engine.twins import ENGINE, FLASK, Answer, bound, send

APPS = Path(__file__).parent.parent / "apps"

ANN, BOB = "name=ann&password=secret", "name=bob&password=other"

# Who asks, for what, and which status comes of it.
VISIT = (
    ("guest", "GET /", 200),
    ("guest", "GET /static/style.css", 200),
    ("guest", "GET /post/new", 302),
    ("ann", "GET /people/register", 200),
    ("ann", f"POST /people/register {ANN}", 302),
    ("ann", f"POST /people/register {ANN}", 200),
    ("ann", "POST /people/register name=&password=x", 200),
    ("ann", "POST /people/register name=eve", 400),
    ("ann", "POST /people/login name=ann&password=wrong", 200),
    ("ann", f"POST /people/login?next=/post/new {ANN}", 302),
    ("ann", "GET /post/new", 200),
    ("ann", "POST /post/new title=&text=x", 200),
    ("ann", "POST /post/new title=Tea+%3Cb%3E&text=First+line%0AÉtude", 302),
    ("ann", "GET /post/1", 200),
    ("ann", "GET /post/1/edit", 200),
    ("bob", f"POST /people/register {BOB}", 302),
    ("bob", f"POST /people/login {BOB}", 302),
    ("bob", "GET /post/1", 200),
    ("bob", "GET /post/1/edit", 403),
    ("bob", "POST /post/1 title=Mine&text=now", 403),
    ("bob", "DELETE /post/1", 403),
    ("bob", "GET /post/2", 404),
    ("bob", "GET /post/tea", 404),
    ("bob", "PUT /post/1", 405),
    ("bob", "OPTIONS /post/1", 200),
    ("guest", "DELETE /post/1", 302),
    ("guest", "GET /people/login", 200),
    ("ann", "POST /post/1 title=Tea&text=again", 302),
    ("guest", "GET /posts.json", 200),
    ("ann", "GET /", 200),
    ("ann", "DELETE /post/1", 204),
    ("ann", "GET /people/logout", 405),
    ("ann", "POST /people/logout", 302),
    ("ann", "GET /post/new", 302),
    ("ann", "GET /", 200),
)


def visit(engine: str, folder: Path) -> list[Answer]:
    with bound(engine, APPS):
        app = importlib.import_module("blog").create_app(str(folder / f"{engine}.sqlite"))
        clients = {name: app.test_client() for name in ("guest", "ann", "bob")}
        return [send(app, clients[who], line) for who, line, _ in VISIT]


@pytest.mark.parametrize("engine", [FLASK, ENGINE])
def test_the_blog_works(engine: str, tmp_path: Path) -> None:
    statuses = [answer.status and int(answer.status[:3]) for answer in visit(engine, tmp_path)]
    assert statuses == [status for _, _, status in VISIT]


def test_the_blog_is_the_same_on_both(tmp_path: Path) -> None:
    assert visit(ENGINE, tmp_path) == visit(FLASK, tmp_path)
