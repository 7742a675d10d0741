"""Shapes that real apps have and small examples do not, each with the sentence that would be false of it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from routelab.requestline import parsing
from routelab.screen.plain import lines
from routelab.screen.shown.router import decision_blocks
from support import ENGINES, checked, live
from truth.shown import plain


class Shape(NamedTuple):
    """An app, and of each request what is said and what would be false."""

    source: str
    asked: tuple[tuple[str, str, str], ...]


HEAD = """
import functools
from flask import Flask, Response, abort, after_this_request, current_app, jsonify, make_response, redirect, request
"""
SHAPES = {
    "a batch that dispatches inside": Shape(
        """
app = Flask(__name__)
@app.route("/x")
def x():
    return "x"
@app.route("/batch")
def batch():
    answers = []
    for path in ("/x", "/none"):
        with app.test_request_context(path):
            try:
                returned = app.preprocess_request() or app.dispatch_request()
            except Exception as error:
                returned = app.handle_user_exception(error)
            response = app.process_response(app.make_response(returned))
            answers.append(response.status_code)
    return jsonify(answers)
@app.route("/data")
def data():
    response = make_response("text")
    return response.get_data(as_text=True) + str(make_response("y").status_code)
@app.route("/dropped")
def dropped():
    response = make_response("text")
    response.headers["X-A"] = "1"
    response.set_cookie("a", "b")
    return "other"
@app.route("/thrown")
def thrown():
    redirect("/x")
    return "other"
""",
        (
            ("GET /batch", "batch() returned a response", "R402"),
            ("GET /data", "data() returned a string", "R402"),
            ("GET /dropped", "make_response() made a response in dropped()", "R404"),
            ("GET /thrown", "redirect() made a response in thrown()", "R404"),
        ),
    ),
    "a wrapper that asks Flask to handle errors": Shape(
        """
app = Flask(__name__)
def measured(view):
    @functools.wraps(view)
    def inner():
        try:
            return view()
        except Exception as error:
            return current_app.handle_user_exception(error)
    return inner
@app.errorhandler(403)
def forbidden(error):
    return "go away", 403
@app.route("/inside")
@measured
def inside():
    abort(403)
@app.route("/direct")
def direct():
    return forbidden(None)
""",
        (
            ("GET /inside", "caught the exception and returned ('go away', 403)", "forbidden was not called"),
            ("GET /direct", "forbidden was not called by Flask: 403 was returned", "was not called:"),
        ),
    ),
    "a make_response of the app's own": Shape(
        """
class App(Flask):
    def make_response(self, rv):
        response = super().make_response("" if rv is None else rv)
        response.headers["X-Version"] = "7"
        return response
app = App(__name__)
@app.route("/text")
def text():
    return "text", 201, {"X-View": "1"}
@app.route("/none")
def none():
    pass
@app.route("/made")
def made():
    return Response("made", headers={"X-View": "1"})
@app.route("/error")
def error():
    abort(Response("own", headers={"X-View": "1"}))
""",
        (
            ("GET /text", "X-Version: 7 (set by App.make_response)", "X-View: 1 (set by App"),
            ("GET /none", "X-Version: 7 (set by App.make_response)", "set by make_response"),
            ("GET /made", "X-Version: 7 (set by App.make_response)", "X-View: 1 (set by App"),
            ("GET /error", "X-Version: 7 (set by App.make_response)", "X-View: 1 (set by App"),
            ("GET /nope", "X-Version: 7 (set by App.make_response)", "X-Version: 7 (from"),
            ("POST /text", "Allow: GET, HEAD, OPTIONS (from Flask's", "X-Version: 7 (from"),
        ),
    ),
    "a hook that sets a header and returns nothing": Shape(
        """
app = Flask(__name__)
@app.route("/")
def home():
    @after_this_request
    def add(response):
        response.headers["X-Added"] = "1"
    return "home"
@app.after_request
def always(response):
    response.headers["X-Always"] = "1"
    return response
""",
        (("GET /", "X-Added: 1 (set by add)", "added when the response was sent"),),
    ),
    "middleware that changes each body": Shape(
        """
class Upper:
    def __init__(self, app):
        self.app = app
    def __call__(self, environ, start_response):
        return [b"".join(self.app(environ, start_response)).upper()]
app = Flask(__name__)
app.wsgi_app = Upper(app.wsgi_app)
@app.route("/")
def home():
    return "home"
@app.route("/empty")
def empty():
    return "kept back", 204
""",
        (
            ("GET /", "The middleware Upper then put another body into the response", "Flask's own"),
            ("HEAD /", "home() returned a string", "another body"),
            ("GET /empty", "empty() returned a tuple", "another body"),
            ("GET /nope", "<!DOCTYPE HTML>", "Body: Flask's own 404 page"),
        ),
    ),
    "a handler whose error has a handler": Shape(
        """
app = Flask(__name__)
@app.errorhandler(400)
def bad(error):
    abort(404)
@app.errorhandler(404)
def missing(error):
    return "missing", 404
@app.route("/")
def home():
    abort(400)
""",
        (("GET /", "failed: it raised NotFound", "error handler bad was not called"),),
    ),
    "an error that is returned": Shape(
        """
from werkzeug.exceptions import NotFound
app = Flask(__name__)
@app.route("/")
def home():
    return NotFound("returned")
@app.route("/own")
def own():
    return NotFound(response=Response("own", headers={"X-Own": "1"}))
""",
        (
            ("GET /", "Content-Type: text/html; charset=utf-8 (from Flask's NotFound page)", "(set by home)"),
            ("GET /own", "X-Own: 1 (set by own)", "Flask's NotFound page"),
        ),
    ),
    "a handle_exception of the app's own": Shape(
        """
app = Flask(__name__)
app.handle_exception = lambda error: Response("replaced", 500)
@app.route("/")
def home():
    return 1 / 0
""",
        (("GET /", "ZeroDivisionError, which was not handled  ->  ", "becomes InternalServerError"),),
    ),
    "what comes before the view calls it": Shape(
        """
class App(Flask):
    def preprocess_request(self):
        returned = super().preprocess_request()
        if returned is None and request.args.get("own"):
            return self.view_functions[request.endpoint](**request.view_args)
        return returned
app = App(__name__)
@app.before_request
def shortcut():
    if request.args.get("hook"):
        return home()
@app.route("/")
def home():
    print("home ran")
    return "home"
""",
        (
            ("GET /?hook=1", "answered, so Flask called no view", "view home did not run"),
            ("GET /?own=1", "home() returned a string, which became the body", "never ran"),
            ("GET /", "home() returned a string, which became the body", "never ran"),
        ),
    ),
    "a wrapper that calls the view in a thread": Shape(
        """
from threading import Thread
app = Flask(__name__)
def elsewhere(view):
    @functools.wraps(view)
    def inner():
        out = []
        thread = Thread(target=lambda: out.append(view()))
        thread.start()
        thread.join()
        return out[0] + "!"
    return inner
@app.route("/")
@elsewhere
def home():
    return "home"
""",
        (("GET /", "home() returned a string, and elsewhere (inner()", "never ran"),) * 2,
    ),
    "a __call__ of the app's own": Shape(
        """
class App(Flask):
    def __call__(self, environ, start_response):
        environ["PATH_INFO"] = environ["PATH_INFO"].replace("/v9", "")
        if environ["PATH_INFO"] == "/direct":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"direct"]
        return super().__call__(environ, start_response)
app = App(__name__)
@app.route("/x")
def x():
    return "x"
""",
        (
            ("GET /v9/x", "App.__call__ let the request through", "in app.wsgi_app"),
            ("GET /v9/x", "the app got the path /x, and /v9/x was sent", "in app.wsgi_app"),
            ("GET /direct", "App.__call__ answered by itself", "No rule"),
        ),
    ),
    "a WSGI application that is returned": Shape(
        """
app = Flask(__name__)
@app.route("/")
def home():
    def answer(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/x-own")])
        return [b"own"]
    return answer
""",
        (("GET /", "text/x-own (set by the returned WSGI application)", "because a function"),),
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SHAPES)
def test_what_is_said_is_true(name: str, engine: str, tmp_path: Path) -> None:
    shape = SHAPES[name]
    lab = live(tmp_path, HEAD + shape.source, engine)[1]
    for line, said, unsaid in shape.asked:
        trace = lab.send(line)
        checked(trace)
        shown = plain(trace, verbose=True)
        assert said in shown, (line, shown)
        assert unsaid not in shown, (line, shown)
        assert "not recorded" not in shown


@pytest.mark.parametrize("engine", ENGINES)
def test_match_says_that_a_call_of_the_apps_own_comes_first(engine: str, tmp_path: Path) -> None:
    lab = live(tmp_path, HEAD + SHAPES["a __call__ of the app's own"].source, engine)[1]
    asked = parsing.parse("GET /v9/x")
    shown = "\n".join(lines(decision_blocks(lab, asked, lab.match(asked))))
    assert "Middleware comes before the app, and may answer first or change the path" in shown
    assert "App.__call__" in shown
