"""What a message of Flask's or Werkzeug's leaves to guess is said beside it: what lacks, and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.lab import load
from routelab.tracing.phrases import one_line
from support import ENGINES, checked, lab_of, write_app
from truth.shown import plain

HEAD = """from flask import Flask, request
from flask.views import MethodView
app = Flask(__name__)
class Items(MethodView):
    def get(self): return "items"
"""
READS = """@app.after_request
def size(response):
    if "open" in request.args: response.direct_passthrough = False
    response.headers["X-Size"] = str(len(response.data))
    return response
"""
PASSED = "(the body is passed on unread; response.direct_passthrough = False before that lets it be read)"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_response_that_is_passed_on_is_told_with_its_way_out(engine: str, tmp_path: Path) -> None:
    write_app(tmp_path, "text", "static/a.txt")
    with lab_of(tmp_path, HEAD + READS, engine) as lab:
        trace = lab.send("GET /static/a.txt")
        checked(trace)
        assert PASSED in plain(trace)
        opened = plain(lab.send("GET /static/a.txt?open=1"))
    assert "200 OK" in opened
    assert "X-Size: 4" in opened


@pytest.mark.parametrize("engine", ENGINES)
def test_as_view_without_its_call_is_told(engine: str, tmp_path: Path) -> None:
    added = "app.add_url_rule('/a', 'a', Items.as_view)\napp.add_url_rule('/b', 'b', Items.as_view('b'))\n"
    with lab_of(tmp_path, HEAD + added, engine) as lab:
        trace, other = lab.send("GET /a"), plain(lab.send("GET /b"))
    checked(trace)
    shown = plain(trace)
    assert (
        "as_view makes the view, which Flask calls: it is registered with as_view('a_name'). (R408)" in shown
    )
    assert "the rule needs that variable" not in shown
    assert "200 OK" in other


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "lacks"),
    [
        ("kept.Dev", "ImportError: module 'kept' has no attribute 'Dev'"),
        ("nowhere.Dev", "No module named 'nowhere'"),
    ],
)
@pytest.mark.own_process
def test_what_import_string_lacks_is_told(name: str, lacks: str, engine: str, tmp_path: Path) -> None:
    write_app(tmp_path, "class Prod: pass", "kept.py")
    for number, source in enumerate((
        f"app.config.from_object('{name}')\n",
        f"@app.get('/')\ndef home(): app.config.from_object('{name}')\n",
    )):  # fmt: skip
        with load(write_app(tmp_path, HEAD + source), engine=engine, folder=tmp_path) as lab:
            trace = lab.send("GET /")
        checked(trace)
        shown = plain(trace)
        assert lacks in shown, number
        assert "Possible reasons" not in shown, number


def test_what_announces_another_paragraph_is_left_out() -> None:
    assert one_line("It failed. Possible reasons are:\n\n- none") == "It failed."
    assert one_line("These are left:\n\n- none") == "These are left:"
    assert one_line("It failed. See: here:") == "It failed. See: here:"
