"""A rehearsal in a warm parent: an app is loaded and asked, so that no worker is the first to do what all do.

Records read their fields when the first is made, patterns are compiled when they are first used: what is
done before a fork is done once. The app is gone afterwards; it knows no app of a learner's.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from routelab.loading.engine import start
from routelab.loading.records import Engine
from routelab.messages import Limits, request_message
from routelab.requestline.record import URLENCODED, BodyKind, RequestLine
from routelab.worker.processstate import Beginning
from routelab.worker.service import Service

_APP = """
from flask import Flask, abort, redirect, render_template_string, request, session, url_for

app = Flask(__name__)
app.secret_key = "rehearsal"
app.logger.disabled = True

@app.route("/")
def home():
    return "x"

@app.route("/one/<name>")
def one(name):
    return f"one {name}"

@app.get("/number/<int:number>")
def number(number):
    return {"number": number}, 201

@app.get("/page/<name>")
def page(name):
    session["name"] = name
    return render_template_string("<p>{{ name }}</p>", name=name)

@app.post("/form")
def form():
    return request.form["name"]

@app.get("/away")
def away():
    return redirect(url_for("home"))

@app.get("/gone")
def gone():
    abort(410)

@app.get("/fails")
def fails():
    return {}["key"]
"""
_PATHS = ("/", "/one/a", "/number/3", "/number/a", "/nope", "/page/a", "/away", "/gone", "/fails")
_ASKED = (
    *(RequestLine(method="GET", path=path) for path in _PATHS),
    RequestLine(method="POST", path="/"),
    RequestLine(
        method="POST",
        path="/form",
        body=b"name=a",
        kind=BodyKind.FORM,
        headers=(("Content-Type", URLENCODED),),
    ),
)


class _Nobody:
    """Hears what a service says, for nobody else does."""

    def __init__(self) -> None:
        self.said: dict[str, Any] = {}

    @property
    def past(self) -> int:
        """The descriptor of standard error; nothing is written there, for no request has a limit."""
        return 2

    def write(self, message: dict[str, Any]) -> None:
        """Keep what was said last."""
        self.said = message

    def mark(self, word: str) -> None:
        """Mark nothing."""


def rehearse(engine: str) -> None:
    """Load an app of this module's own, and ask it; what fails here fails again in a worker."""
    with suppress(Exception):
        start(Engine(engine))
        for _ in perform(engine):
            pass
        # It looks for Werkzeug's version, for which much is loaded.
        import_module("routelab.engine" if engine == "routelab" else "flask").Flask(__name__).test_client()


def perform(engine: str) -> Iterator[dict[str, Any]]:
    """Load it and ask it, and give each reply; then put the process back as it was."""
    with tempfile.TemporaryDirectory(prefix="routelab-") as name:
        folder = str(Path(name).resolve())
        Path(folder, "app.py").write_text(_APP, encoding="utf-8")
        beginning = Beginning()
        try:
            yield from _asked(engine, folder)
        finally:
            beginning.put_back(folder)


def _asked(engine: str, folder: str) -> Iterator[dict[str, Any]]:
    hears = _Nobody()
    service = Service(hears)

    def answer(do: str, **more: Any) -> dict[str, Any]:
        service.answer({"id": 0, "do": do, "seconds": None, **more})
        return hears.said

    limits = Limits(memory=None).to_json()
    place = {"target": None, "folder": folder, "environ": dict(os.environ)}
    yield answer("load", engine=engine, limits=limits, own_thread=False, **place)
    options = {"cookies": None, "all_candidates": True, "suggestions": True}
    for request in _ASKED:
        yield answer("send", request=request_message(request), **options)
    yield answer("routes")
