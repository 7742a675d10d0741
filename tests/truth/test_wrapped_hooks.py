"""What a decorator did in the place of a hook, a handler or a view is told as its own, and not as theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

APP = """
from functools import wraps
from flask import Flask, Response, abort, redirect
app = Flask(__name__)
def kept(f):
    @wraps(f)
    def inner(*given, **named):
        {does}
    return inner
@app.get("/")
def home():
    return "home"
@app.get("/fails")
def fails():
    abort(404)
{where}
@kept
def function(*given):
    return given[0] if given else None
"""
PASSES = "return f(*given, **named)"
# Where the function is registered, what the decorator does, the path, what is said, and what is not.
CASES = {
    "before, redirect": (
        "@app.before_request",
        "return redirect('/login')",
        "/",
        "The before_request function function() never ran: kept (inner() at app.py:6) answered, so Flask called no view",
        "was stopped",
    ),
    "before, abort": (
        "@app.before_request",
        "abort(403)",
        "/",
        "function() never ran: kept (inner() at app.py:6) raised Forbidden at app.py:7, so Flask called no view",
        "was stopped",
    ),
    "before, abort, the view": (
        "@app.before_request",
        "abort(403)",
        "/",
        "view home was not called by Flask: kept around before_request function raised Forbidden",
        "before_request function raised Forbidden, ",
    ),
    "before, called first": (
        "@app.before_request",
        "f(*given); return 'stop'",
        "/",
        "function() returned None, and kept (inner() at app.py:6) around it answered, so Flask called no view",
        "never ran",
    ),
    "before, passes": ("@app.before_request", PASSES, "/", "Hook: before_request function", "kept"),
    "after, another": (
        "@app.after_request",
        "return Response('other', 203)",
        "/",
        "203 NON AUTHORITATIVE INFORMATION, set by kept",
        "set by function",
    ),
    "after, nothing": (
        "@app.after_request",
        "f(*given)",
        "/",
        "The wrapper kept: inner() at app.py:6 around the after_request function function() at app.py:",
        "was stopped",
    ),
    "after, a header": (
        "@app.after_request",
        "given[0].headers['X-Own'] = '1'; return f(*given)",
        "/",
        "X-Own: 1 (set by ",
        "was stopped",
    ),
    "handler": (
        "@app.errorhandler(404)",
        "return 'lost', 410",
        "/fails",
        "The error handler function() never ran: kept (inner() at app.py:6) handled NotFound.",
        "handler function() (app.py",
    ),
    "handler, fails": (
        "@app.errorhandler(404)",
        "return 1 // 0",
        "/fails",
        "function() never ran: kept (inner() at app.py:6) raised ZeroDivisionError",
        "function() failed",
    ),
    "teardown": ("@app.teardown_request", "return None", "/", "function did not run", "was stopped"),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_a_decorator_that_answered_is_named_and_the_function_did_not_run(
    tmp_path: Path, case: str, engine: str
) -> None:
    where, does, path, said, unsaid = CASES[case]
    with lab_of(tmp_path, APP.format(where=where, does=does), engine) as lab:
        trace = lab.send(f"GET {path}")
    checked(trace)
    shown = plain(trace, verbose=True)
    assert said in shown
    assert unsaid not in shown


OWN_SYNC = """
from flask import Flask, views
class Own(Flask):
    def ensure_sync(self, func):
        func = super().ensure_sync(func)
        def call(*given, **named):
            {does}
        return call
app = Own(__name__)
@app.get("/a")
def a():
    return "a"
class V(views.MethodView):
    def get(self):
        return "v"
app.add_url_rule("/v", view_func=V.as_view("v"))
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("path", "does", "said"),
    [
        ("/a", "return 'never'", "a() never ran: ensure_sync (call() at app.py:5) answered in its place."),
        ("/v", "return 'never'", "V.get() never ran: ensure_sync (call() at app.py:5) answered in its place"),
        ("/a", "return func(*given, **named)", "a() returned a string, which became the body."),
        ("/v", "return func(*given, **named)", "V.get() returned a string, which became the body."),
        ("/a", "return func(*given, **named) + '!'", "a() returned a string, and ensure_sync (call() at app"),
    ],
)
def test_an_ensure_sync_of_the_apps_own_need_not_call_the_view(
    tmp_path: Path, path: str, does: str, said: str, engine: str
) -> None:
    with lab_of(tmp_path, OWN_SYNC.format(does=does), engine) as lab:
        trace = lab.send(f"GET {path}")
    checked(trace)
    assert said in trace.answer.cause[0]
