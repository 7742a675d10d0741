"""What raises before any view does: a converter's HTTP error, and a hook that this installation cannot run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from routelab.requestline.parsing import parse
from routelab.tracing.verdict import answer_of, decision_answer
from support import ENGINES, checked, live
from truth.shown import plain

CONVERTER = """
from flask import Flask, abort
from werkzeug.routing import BaseConverter, ValidationError
app = Flask(__name__)
class Code(BaseConverter):
    def to_python(self, value):
        if value == "no": raise ValidationError
        if value == "bug": raise ValueError(value)
        abort(int(value))
app.url_map.converters["code"] = Code
@app.get("/<code:c>")
def view(c): return "x"
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_status_of_an_error_that_a_converter_raises_is_the_one_that_is_sent(
    engine: str, tmp_path: Path
) -> None:
    _, lab = live(tmp_path, CONVERTER, engine)
    for asked in ("404", "403", "418", "no", "bug"):
        trace = lab.send(f"GET /{asked}")
        checked(trace)
        assert trace.response is not None
        said = " ".join(answer_of(trace).cause)
        if asked == "no":
            assert trace.response.status == 404
            assert "a rejection ends the search" in said
        elif asked == "bug":
            assert trace.response.status == 500
            assert "that is a 500, not a 404" in said
        else:
            assert trace.response.status == int(asked)
            assert f"an HTTP error ends the search with a {asked}." in said
            assert "a 500" not in plain(trace, verbose=True)
        if asked != "no":
            request = parse(f"GET /{asked}")
            alone = decision_answer(lab.match(request).match, "GET", request.path, "app.py")
            assert alone.cause == answer_of(trace).cause[: len(alone.cause)]


ASYNC = """
from flask import Flask
app = Flask(__name__)
{hook}
async def {name}(*args): pass
@app.get("/there")
def view(): return "x"
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_hook_that_needs_what_is_not_installed_is_the_cause_and_not_the_router(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "asgiref", None)
    monkeypatch.setitem(sys.modules, "asgiref.sync", None)
    said = "Install Flask with the 'async' extra" if engine == "flask" else "engine has no async functions"
    (folder := tmp_path / "app").mkdir()
    source = ASYNC.format(hook="@app.before_request", name="hook")
    _, lab = live(folder, source, engine)
    for line in ("GET /there", "GET /nowhere", "POST /there"):
        trace = lab.send(line)
        checked(trace)
        cause = " ".join(answer_of(trace).cause)
        assert trace.response is not None
        assert trace.response.status == 500
        assert said in cause, (line, cause)
        assert "rule" not in cause


PULLS = (
    "values.pop('lang')",
    "values['lang']",
    "values.get('lang')",
    "'lang' in values",
    "values and values['lang']",
)
PULL = """
from flask import Flask, g
app = Flask(__name__)
@app.url_value_preprocessor
def pull(endpoint, values):
    g.lang = {pull}
@app.get("/<lang>/page/")
def page(lang): return lang
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("pull", PULLS)
def test_a_preprocessor_that_had_no_values_is_told_why(pull: str, engine: str, tmp_path: Path) -> None:
    _, lab = live(tmp_path, PULL.format(pull=pull), engine)
    said = "No rule was chosen, and then Flask gives it None for values."
    for path in ("/nowhere", "/en/page"):
        assert (said in lab.send(f"GET {path}").cause) is not pull.startswith("values and")
    assert said not in lab.send("GET /en/page/").cause
