"""Methods of the app's own class in the place of Flask's: what each made of the answer is told as its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.tracing.steps.response import ResponseStep
from support import ENGINES, checked, lab_of, live
from truth.shown import plain

APP = """
from flask import Flask, Response, abort, jsonify, request

class Own(Flask):
    def {stage}(self, *args):
        given = super().{stage}(*args)
        {does}
        return given

app = Own(__name__)
@app.get("/")
def home():
    return "home"
@app.get("/fails")
def fails():
    return 1 // 0
@app.get("/closed")
def closed():
    abort(403)
@app.errorhandler(403)
def forbidden(error):
    return "closed", 403
"""
BODY = "put another body into the response"
# Path, the method, what it does to what Flask's own gave, what is said of it, and what is not.
CASES = {
    "dispatch another": ("/", "dispatch_request", "given += '!'", "around it returned a string, which", ""),
    "dispatch tuple": ("/", "dispatch_request", "given = given, 202", "returned a string, and Own.dis", ""),
    "dispatch nothing": ("/", "dispatch_request", "pass", "home() returned a string, which", "Own."),
    "finalize status": (
        "/",
        "finalize_request",
        "given.status_code = 299",
        "299 UNKNOWN, set by Own.fin",
        "",
    ),
    "process body": ("/", "process_response", "given.set_data('b')", BODY, ""),
    "process nothing": ("/", "process_response", "given.get_data()", "because no status", "Own."),
    "full other": (
        "/",
        "full_dispatch_request",
        "given = Response('b', 203)",
        "then made it 203 NON AUTHORITATIVE INFORMATION, with another body.",
        "no status was given, s",
    ),
    "full status": ("/", "full_dispatch_request", "given.status_code = 203", "203 NON", "203 because"),
    "make status": ("/", "make_response", "given.status_code = 202", "202, set by Own.make_response", ""),
    "make body": ("/", "make_response", "given.set_data('b')", "a response in Own.make_response()", ""),
    "make nothing": ("/", "make_response", "pass", "which became the body", "Own."),
    "error json": (
        "/lost",
        "handle_http_exception",
        "given = {'e': 1}, 404",
        "NotFound  ->  Own.h",
        "own 404",
    ),
    "error made": ("/lost", "handle_http_exception", "given = self.make_response(given)", "own 404", "Own."),
    "error nothing": ("/lost", "handle_http_exception", "pass", "sends its own 404 page", "Own."),
    "handled other": (
        "/closed",
        "handle_http_exception",
        "given = 'x', 403",
        "was called, but",
        "forbidden (",
    ),
    "handled made": (
        "/closed",
        "handle_http_exception",
        "given = self.make_response(given)",
        ") handled Forbidden",
        "Own.",
    ),
}
SWALLOWS = APP.replace(
    "given = super().{stage}(*args)\n",
    "try:\n            given = super().{stage}(*args)\n        except ZeroDivisionError:\n            given = 'zero'\n",
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_what_a_method_of_the_apps_own_made_is_its_own(tmp_path: Path, case: str, engine: str) -> None:
    path, stage, does, said, unsaid = CASES[case]
    with lab_of(tmp_path, APP.format(stage=stage, does=does), engine) as lab:
        trace = lab.send(f"GET {path}")
    checked(trace)
    shown = plain(trace, verbose=True).partition("\nBody:")[0]
    assert said in shown
    assert not unsaid or unsaid not in shown


@pytest.mark.parametrize("engine", ENGINES)
def test_an_exception_that_a_dispatch_of_the_apps_own_swallowed_is_told(tmp_path: Path, engine: str) -> None:
    source = SWALLOWS.format(stage="dispatch_request", does="pass")
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /fails")
    checked(trace)
    assert "Own.dispatch_request() at app.py:4 around it answered in its place" in trace.answer.cause[0]


RAISES = """
from flask import Flask, abort
class Own(Flask):
    def raise_routing_exception(self, request):
        abort(410)
app = Own(__name__)
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_an_http_error_that_neither_the_router_nor_a_view_raised_has_its_place(
    tmp_path: Path, engine: str
) -> None:
    with lab_of(tmp_path, RAISES, engine) as lab:
        trace = lab.send("GET /lost")
    checked(trace)
    assert "Gone was raised at app.py:4 in raise_routing_exception()." in trace.answer.cause


STREAM = """
from flask import Flask
app = Flask(__name__)
@app.get("/")
def pieces():
    yield "a"
    yield "b"
@app.after_request
def after(response):
    {does}
    return response
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("does", "another"), [("response.get_data()", False), ("response.set_data('c')", True), ("pass", False)]
)
def test_a_stream_that_a_hook_only_read_keeps_its_body(
    tmp_path: Path, does: str, another: bool, engine: str
) -> None:
    with lab_of(tmp_path, STREAM.format(does=does), engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    step = trace.first(ResponseStep)
    assert step is not None
    assert (step.body_by is not None) is another
    assert (BODY in " ".join(trace.answer.cause)) is another
    assert ("piece by piece" in " ".join(trace.answer.cause)) is (does == "pass")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/2024/13", "year: int took '2024', and what it made was dropped, month: int rejected '13'"),
        ("/24/1", "year: int rejected '24', month: '1' was not converted"),
    ],
)
def test_a_converter_before_the_one_that_refused_was_asked(
    tmp_path: Path, path: str, said: str, engine: str
) -> None:
    source = """
from flask import Flask
app = Flask(__name__)
@app.get("/<int(fixed_digits=4):year>/<int(max=12):month>")
def dated(year, month):
    return "dated"
"""
    with lab_of(tmp_path, source, engine) as lab:
        assert f"Converters: {said}." in plain(lab.send(f"GET {path}"), verbose=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_class_that_an_app_is_given_later_is_asked(tmp_path: Path, engine: str) -> None:
    source = """
from flask import Flask
class Own(Flask):
    def make_response(self, rv):
        response = super().make_response(rv)
        response.status_code = 203
        return response
app = Flask(__name__)
@app.get("/<what>")
def home(what):
    app.__class__ = Own if what == "own" else Flask
    return "home"
"""
    app, lab = live(tmp_path, source, engine)
    client = app.test_client()
    ways = ("flask", "own", "own", "flask", "flask")
    alone = [client.get(f"/{what}").status_code for what in ways]
    traces = [lab.send(f"GET /{what}") for what in ways]
    assert (
        [trace.response and trace.response.status for trace in traces] == alone == [200, 203, 203, 200, 200]
    )
    checked(traces[2])
    assert "203 NON AUTHORITATIVE INFORMATION, set by Own.make_response" in plain(traces[2])
    assert "200 OK, because no status was given" in plain(traces[4])
