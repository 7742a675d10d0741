"""What a call into Flask was given is told where the exception that came of it has no word on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, lab_of

SOURCE = """
from flask import Flask, abort, jsonify, url_for
from flask.views import MethodView, View
from werkzeug.routing import BaseConverter

class Rows(BaseConverter):
    def to_url(self, value):
        return ",".join(value)

app = Flask(__name__)
app.url_map.converters["rows"] = Rows

@app.get("/item/<int:item_id>/<float:price>/<any(a, b):kind>/<rows:rows>")
def item(item_id, price, kind, rows):
    return "item"

@app.get("/failing")
def failing():
    {failing}

class Gets(View):
    def get(self):
        return "got"

class Bare(View):
    pass

app.add_url_rule("/gets", view_func=Gets.as_view("gets"))
app.add_url_rule("/bare", view_func=Bare.as_view("bare"))
"""
VALUES = {"item_id": "1", "price": "1.5", "kind": '"a"', "rows": '["x"]'}
RULE = "of the rule /item/<int:item_id>/<float:price>/<any(a, b):kind>/<rows:rows>"


def link(**values: str) -> str:
    given = ", ".join(f"{name}={value}" for name, value in (VALUES | values).items())
    return f'return url_for("item", {given})'


# What fails in the view, and what is told of it.
FAILING = {
    link(item_id='"four"'): f"url_for was to write 'four' into <int:item_id> {RULE}",
    link(item_id="None"): None,  # a BuildError, which says what it lacks
    link(price='"much"'): f"url_for was to write 'much' into <float:price> {RULE}",
    link(kind='"c"'): f"url_for was to write 'c' into <any(a, b):kind> {RULE}",
    link(rows="3"): f"url_for was to write 3 into <rows:rows> {RULE}",
    link(rows="[object()]"): f"url_for was to write an object of the type list into <rows:rows> {RULE}",
    'return str(int("four"))': None,
    "abort(jsonify(error=1), 400)": "the 400 behind the response was not used",
    "abort(jsonify(error=1), 422, 'why')": "the 422 behind the response was not used",
    "abort(jsonify(error=1))": None,
    "abort(400, 'why')": None,
    "raise NotImplementedError": None,
}
# The words of all these, none of which may be said of what made no such mistake.
SAID = ("url_for was to write", "was not used", "dispatch_request()")


def told_of(folder: Path, engine: str, failing: str, path: str = "/failing") -> str:
    with lab_of(folder, SOURCE.replace("{failing}", failing), engine) as lab:
        trace = lab.send(f"GET {path}")
    checked(trace)
    return " ".join(answer_of(trace).cause)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("failing", FAILING)
def test_what_was_given_is_told(tmp_path: Path, failing: str, engine: str) -> None:
    said, expected = told_of(tmp_path, engine, failing), FAILING[failing]
    if expected is None:
        assert not any(words in said for words in SAID)
    else:
        assert expected in said


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/gets", "a View has one dispatch_request(); Gets has get(), which a MethodView would call"),
        ("/bare", "Bare is a View, and has no dispatch_request() of its own"),
    ],
)
def test_a_view_without_dispatch_request(tmp_path: Path, path: str, expected: str, engine: str) -> None:
    assert expected in told_of(tmp_path, engine, "pass", path)
