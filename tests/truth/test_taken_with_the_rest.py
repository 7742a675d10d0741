"""An HTTP error that a handler for any exception took is told as that, and what a preflight needs to be taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

APP = """
from functools import wraps
from flask import Flask, abort, g, redirect, request
app = Flask(__name__)
@app.errorhandler(Exception)
def anything(error):
    if "kept" in request.args: return error
    return "broken", 500
@app.errorhandler(410)
def gone_for_good(error):
    return "none left", 500
@app.get("/gone")
def gone():
    abort(410)
@app.get("/fails")
def fails():
    return 1 / 0
@app.before_request
def guard():
    if request.path in ("/to-login", "/fails") and request.method == "OPTIONS": return redirect("/login")
    if request.path == "/guarded": return "who?", 401
def signed(view):
    @wraps(view)
    def inner(*given, **named):
        if "Authorization" not in request.headers: return "who?", 401
        return view(*given, **named)
    return inner
@app.post("/guarded")
def guarded():
    return "x"
@app.post("/to-login")
def to_login():
    return "x"
@app.route("/around", methods=["POST", "OPTIONS"])
@signed
def around():
    return "x"
@app.route("/view", methods=["POST", "OPTIONS"])
def view():
    return "who?", 401
@app.post("/slash/")
def slash():
    return "x"
@app.route("/cors", methods=["POST", "OPTIONS"])
def cors():
    return "", 204, {"Access-Control-Allow-Origin": "*"}
@app.url_value_preprocessor
def pulling(endpoint, values):
    if values and "lang" in values: g.lang = values["lang"]
@app.get("/<lang>/about")
def about():
    return g.lang
@app.get("/named/<city>")
def named(town):
    return town
"""
ASKED = " Origin:http://x.example Access-Control-Request-Method:POST"
REST = "It is registered for Exception, and an HTTP error is one, too"
REFUSED = "sends the POST only after a 2xx: what refuses it has to let OPTIONS through."


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("GET /nowhere/at/all", True),
        ("POST /gone", True),
        ("GET /nowhere/at/all?kept", False),
        ("GET /gone", False),  # a handler for 410 had it
        ("GET /fails", False),  # no HTTP error
    ],
)
def test_an_http_error_that_went_with_the_rest(tmp_path: Path, line: str, told: bool, engine: str) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        trace = lab.send(line)
    checked(trace)
    assert (REST in plain(trace)) is told


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"OPTIONS /guarded{ASKED}", REFUSED),
        (f"OPTIONS /to-login{ASKED}", REFUSED),
        (f"OPTIONS /around{ASKED}", REFUSED),
        (f"OPTIONS /slash{ASKED}", "and it follows no redirect of one: the request needs the path itself."),
        (
            f"OPTIONS /slash/{ASKED}",
            "without Access-Control-Allow-Origin in its answer it does not send the POST.",
        ),
        (f"OPTIONS /cors{ASKED}", None),
        (f"OPTIONS /view{ASKED}", None),
        ("OPTIONS /guarded Origin:http://x.example", None),
        ("POST /guarded Origin:http://x.example", None),
    ],
)
def test_a_preflight_that_a_browser_cannot_use(
    tmp_path: Path, line: str, said: str | None, engine: str
) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        trace = lab.send(line)
    checked(trace)
    shown = plain(trace)
    assert ("This is a CORS preflight" in shown) is (said is not None)
    assert said is None or said in shown


@pytest.mark.parametrize("engine", ENGINES)
def test_a_variable_that_a_preprocessor_left_in(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        trace, other = lab.send("GET /en/about"), plain(lab.send("GET /named/Rome"))
    checked(trace)
    shown = plain(trace)
    assert "names lang and left it in: pop takes it out of the values" in shown
    assert "have to be the same" not in shown
    assert "The names have to be the same." in other
