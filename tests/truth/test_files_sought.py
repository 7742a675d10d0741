"""Which file was looked for, where, and what else has its name: static files, send_from_directory, send_file."""

from __future__ import annotations

from pathlib import Path

import pytest
import werkzeug.utils
from werkzeug.exceptions import NotFound

from routelab.lab import load
from routelab.tracing.sought import SoughtFile
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace
from support import ENGINES, checked, write_app

pytestmark = pytest.mark.worker

APP = """
    from pathlib import Path
    import traceback
    from flask import Blueprint, Flask, send_file, send_from_directory
    from werkzeug.exceptions import NotFound

    shop = Blueprint("shop", __name__, static_folder="shop_files", static_url_path="/static", url_prefix="/shop")
    hidden = Blueprint("hidden", __name__, static_folder="hidden_files", static_url_path="/static")
    app = Flask(__name__)
    app.register_blueprint(shop)
    app.register_blueprint(hidden)

    @app.get("/up/<path:name>")
    def up(name):
        return send_from_directory("uploads", name)

    @app.get("/whole/<path:name>")
    def whole(name):
        return send_from_directory(Path(app.root_path) / "uploads", name)

    @app.get("/gone/<path:name>")
    def gone(name):
        return send_from_directory("nowhere", name)

    @app.get("/file/<path:name>")
    def file(name):
        return send_file("uploads/" + name)

    @app.get("/open/<path:name>")
    def opened(name):
        return open("uploads/" + name).read()

    @app.get("/away/<path:name>")
    def away(name):
        import os
        os.chdir(Path(app.root_path, "deep"))
        return open("uploads/" + name).read()

    @app.get("/path/<path:name>")
    def by_path(name):
        return Path(app.root_path, "uploads", name).read_text()

    @app.get("/taken/<path:name>")
    def taken(name):
        try:
            return send_from_directory("uploads", name)
        except NotFound:
            return traceback.format_exc(), 404

    @app.get("/default/<path:name>")
    def default(name):
        try:
            return send_from_directory("uploads", name)
        except NotFound:
            return send_from_directory("static", "site.css")

    @app.get("/program")
    def program():
        import subprocess
        subprocess.run(["no-such-program"])

    @app.before_request
    def hook():
        from flask import request
        if request.path == "/hook":
            return send_from_directory("uploads", "lost.txt")
"""
FILES = {
    "static/site.css": "b {}",
    "static/img/a.png": "png",
    "static/both.css": "app",
    "shop_files/shop.css": "i {}",
    "hidden_files/hidden.css": "h {}",
    "hidden_files/both.css": "hidden",
    "uploads/here.txt": "here",
    "uploads/Photo.JPG": "jpg",
    "uploads/sub/x.txt": "x",
    "templates/page.html": "page",
}
LOST = "there is no such file"
CASES: dict[str, tuple[int, str, tuple[str, ...]]] = {
    # request: status, the path that was looked for, what is said besides
    "GET /static/site.css": (200, "static/site.css", ()),
    "GET /static/none.css": (404, "static/none.css", (LOST,)),
    "GET /static/Site.css": (
        404,
        "static/Site.css",
        (LOST, "static/site.css differs from that in capital letters"),
    ),
    "GET /static/a.png": (
        404,
        "static/a.png",
        (LOST, "static/img/a.png has that name, too, in another folder; its URL is /static/img/a.png"),
    ),
    "GET /static/img": (404, "static/img", ("that is a folder, not a file",)),
    "GET /static/page.html": (404, "static/page.html", (LOST, "templates/page.html has that name, too")),
    "GET /static/shop.css": (
        404,
        "static/shop.css",
        (
            LOST,
            "shop_files/shop.css",
            "belongs to shop.static, whose rule is /shop/static/<path:filename>",
            "its URL is /shop/static/shop.css",
        ),
    ),
    "GET /static/hidden.css": (
        404,
        "static/hidden.css",
        (
            LOST,
            "hidden_files/hidden.css",
            "belongs to hidden.static, whose rule is /static/<path:filename>",
            "its URL would be /static/hidden.css, but the router gives that to static",
        ),
    ),
    "GET /static/both.css": (
        200,
        "static/both.css",
        (
            "hidden_files/both.css has that name, too, and belongs to hidden.static",
            "the router gives that to static",
        ),
    ),
    "GET /shop/static/shop.css": (200, "shop_files/shop.css", ()),
    "GET /shop/static/site.css": (
        404,
        "shop_files/site.css",
        (LOST, "static/site.css", "its URL is /static/site.css"),
    ),
    "GET /up/here.txt": (200, "uploads/here.txt", ()),
    "GET /up/lost.txt": (404, "uploads/lost.txt", (LOST,)),
    "GET /up/photo.jpg": (
        404,
        "uploads/photo.jpg",
        (LOST, "uploads/Photo.JPG differs from that in capital letters"),
    ),
    "GET /up/x.txt": (
        404,
        "uploads/x.txt",
        (LOST, "uploads/sub/x.txt has that name, too, in another folder"),
    ),
    "GET /up/../app.py": (404, "uploads/../app.py", ("'../app.py' leads out of the folder uploads",)),
    "GET /whole/lost.txt": (404, "uploads/lost.txt", (LOST,)),
    "GET /gone/here.txt": (
        404,
        "nowhere/here.txt",
        ("there is no folder nowhere", "uploads/here.txt has that name"),
    ),
    "GET /file/here.txt": (200, "uploads/here.txt", ()),
    "GET /file/lost.txt": (500, "uploads/lost.txt", (LOST,)),
    "GET /file/sub": (500, "uploads/sub", ("that is a folder, not a file",)),
    "GET /path/lost.txt": (500, "uploads/lost.txt", (LOST,)),
}


def send(folder: Path, engine: str, *requests: str) -> list[Trace]:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    with load(write_app(folder, APP), engine=engine, folder=folder) as lab:
        assert lab.failure is None
        traces = [lab.send(request) for request in requests]
    for trace in traces:
        checked(trace)
    return traces


def sought(trace: Trace) -> SoughtFile | None:
    step = trace.first(ViewStep)
    return None if step is None else step.call.sought


@pytest.mark.parametrize("engine", ENGINES)
def test_the_file_is_told_and_others_of_its_name(tmp_path: Path, engine: str) -> None:
    for trace, (status, path, words) in zip(send(tmp_path, engine, *CASES), CASES.values(), strict=True):
        assert trace.response is not None
        assert trace.response.status == status
        found = sought(trace)
        assert found is not None, trace.request.words
        assert (found.path, found.found) == (path, status == 200), trace.request.words
        view = trace.first(ViewStep)
        assert view is not None
        said = "\n".join(view.details)
        for word in words:
            assert word in said, said
        if status == 200:
            assert f"the file is {path}" in said
            assert len(found.others) == bool(words)
        if not words[1:]:
            assert found.others == () or status == 200, said


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_no_file_is_not_told_as_one(tmp_path: Path, engine: str) -> None:
    for trace in send(tmp_path, engine, "GET /program", "GET /open/here.txt"):
        assert sought(trace) is None


@pytest.mark.parametrize("engine", ENGINES)
def test_open_starts_at_the_current_folder(tmp_path: Path, engine: str) -> None:
    (tmp_path / "deep").mkdir()
    requests = ("GET /open/lost.txt", "GET /away/lost.txt")
    app, away = send(tmp_path, engine, *requests)
    for trace, path, here in ((app, "uploads/lost.txt", "."), (away, "deep/uploads/lost.txt", "deep")):
        found = sought(trace)
        assert found is not None
        assert (found.path, found.started) == (path, here)
        view = trace.first(ViewStep)
        assert view is not None
        assert any("starts at the current folder" in line for line in view.details)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_hook_may_look_for_a_file_too(tmp_path: Path, engine: str) -> None:
    (trace,) = send(tmp_path, engine, "GET /hook")
    step = next(step for step in trace.steps if isinstance(step, HookStep) and step.call.raised)
    assert f"looked for uploads/lost.txt: {LOST}" in step.details


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("path", "note"),
    [
        ("/site.css", "static/site.css has that name: its URL is /static/site.css"),
        ("/css/Site.css", "static/site.css has that name: its URL is /static/site.css"),
        ("/shop.css", "shop_files/shop.css has that name: its URL is /shop/static/shop.css"),
        ("/page.html", "templates/page.html has that name; Flask sends no template by itself"),
        ("/hidden.css", None),
        ("/here.txt", None),
        ("/favicon.ico", None),
        ("/site", None),
    ],
)
def test_a_file_that_no_rule_leads_to(tmp_path: Path, engine: str, path: str, note: str | None) -> None:
    (trace,) = send(tmp_path, engine, f"GET {path}")
    notes = [each.text for each in trace.notes if each.code == "file_elsewhere"]
    assert len(notes) == (note is not None)
    assert note is None or notes[0].startswith(note)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_view_that_takes_the_404_itself_still_tells_the_file(tmp_path: Path, engine: str) -> None:
    for trace in send(tmp_path, engine, "GET /taken/lost.txt", "GET /taken/deep/../../lost.txt"):
        view = trace.first(ViewStep)
        assert view is not None
        assert view.call.returned is not None
        assert view.call.sought is not None
        assert not view.call.sought.found
        assert any(
            line.startswith("looked for uploads/lost.txt") or "lost.txt" in line for line in view.details
        )
        assert trace.response is not None
        assert b"routelab/tracing" not in trace.response.body  # no frame of ours in what the app shows
    (sent,) = send(tmp_path, engine, "GET /default/lost.txt")
    found = sought(sent)
    assert found is not None
    assert (found.path, found.found) == ("static/site.css", True)
    assert vars(werkzeug.utils)["NotFound"] is NotFound
