"""What stands in the place of Flask's own page, redirect, session or OPTIONS is not told as Flask's."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of, write_app
from truth.shown import plain

APP = """
from flask import Flask, Response, abort, jsonify, redirect, render_template, session
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect, RoutingException
class Wrapped(DefaultJSONProvider):
    mimetype = "application/vnd.own+json"
    def dumps(self, obj, **named):
        return super().dumps({"data": obj}, **named)
class Kept(dict, SessionMixin):
    pass
class Elsewhere(SessionInterface):
    def open_session(self, app, request):
        return Kept(seen=1)
    def save_session(self, app, session, response):
        response.set_cookie("sid", "1")
class Says(HTTPException):
    code = 422
    def get_response(self, *given, **named):
        return Response("says", 423, {"X-A": "1"})
class Leads(HTTPException, RoutingException):
    code = 303
    def get_response(self, *given, **named):
        return redirect("/", 303)
class Unchanged(HTTPException):
    code = 304
class Own(Flask):
    def make_default_options_response(self):
        response = super().make_default_options_response()
        response.headers["X-Own"] = "1"
        return response
    def make_response(self, rv):
        return super().make_response(rv)
app = Flask(__name__)
app.secret_key = "k"
"""
VIEW = """
@app.get("/")
def home():
    {does}
"""
OWN = "app = Own(__name__)"
PROVIDED = "app = Own(__name__); app.json = Wrapped(app)"
INTERFACE = "app.session_interface = Elsewhere()"
# As Flask-CORS does it.
AROUND = """
def adds(look_up):
    def added(error):
        response = app.make_response(look_up(error))
        response.headers["X-Added"] = "1"
        return response
    return added
app.handle_user_exception = adds(app.handle_user_exception)
app.register_error_handler(403, lambda error: ("no", 403))
app.register_error_handler(410, lambda error: {"gone": True})
"""
NONE_HANDLES = "app.register_error_handler(403, lambda error: None)"
# Settings, the view, the method, what is said, and what is not.
CASES = {
    "an error with a response": (
        "",
        "abort(404, response=Response('lost', 410))",
        "GET",
        "NotFound was not handled; it has a response of its own, which is sent.",
        "its own page",
    ),
    "the status of that": (
        "",
        "abort(404, response=Response('lost', 410))",
        "GET",
        "410 GONE, the status of that response.",
        "the status of that error",
    ),
    "its headers": (
        "",
        "abort(404, response=Response('lost', 410, {'X-A': '1'}))",
        "GET",
        "X-A: 1 (from the response that was aborted with)",
        "NotFound page",
    ),
    "returned": (
        "",
        "return NotFound(response=Response('lost', 410))",
        "GET",
        "the error NotFound carries a response of its own, which is sent",
        "its own page",
    ),
    "an error without one": ("", "abort(404)", "GET", "(from Flask's NotFound page)", "aborted with"),
    "a class with its own response": (
        "",
        "raise Says()",
        "GET",
        "Says was not handled; it has a response of its own, which is sent",
        "Flask sends",
    ),
    "its status": ("", "raise Says()", "GET", "423 LOCKED, as its response says", "status of that error"),
    "its header": ("", "raise Says()", "GET", "X-A: 1 (set by Says)", "from Flask's"),
    "an error without a status": (
        "",
        "raise HTTPException()",
        "GET",
        "Content-Type: text/html; charset=utf-8 (from Flask's HTTPException page)",
        "aborted with",
    ),
    "the status of that one": (
        "",
        "raise HTTPException()",
        "GET",
        "200 OK, because no status was given",
        "its response says",
    ),
    "a page made a response around": (
        AROUND,
        "abort(404)",
        "GET",
        "the error NotFound became its own page, sent as text/html; 404, the status of that error",
        "as the returned response says",
    ),
    "a handler's status around": (
        AROUND,
        "abort(403)",
        "GET",
        "403 FORBIDDEN, as the returned tuple says",
        "as the returned response says",
    ),
    "a handler's type around": (
        AROUND,
        "abort(410)",
        "GET",
        "Content-Type: application/json (because a dict was returned)",
        "a Response was returned",
    ),
    "a response aborted with around": (
        AROUND,
        "abort(app.make_response(('tea', 418)))",
        "GET",
        "418 I'M A TEAPOT, the status of that response",
        "did not return it",
    ),
    "another status around": (
        AROUND.replace("response.headers[", "response.status_code = 410; response.headers["),
        "abort(404)",
        "GET",
        "410 GONE, as the returned response says",
        "the status of that error",
    ),
    "a class that redirects": (
        "",
        "raise Leads()",
        "GET",
        "Leads: it is a redirect, and no handler is called",
        "the router answers",
    ),
    "a 304 is none": ("", "raise Unchanged()", "GET", "Flask sends its own 304 page", "a redirect"),
    "a redirect that is raised": (
        "",
        "raise RequestRedirect('/own')",
        "GET",
        "Location: /own (from the redirect that was raised)",
        "the router",
    ),
    "a handler that returns None": (
        NONE_HANDLES,
        "abort(403)",
        "GET",
        "returned None for Forbidden.",
        "handled Forbidden",
    ),
    "options": (
        OWN,
        "return 'home'",
        "OPTIONS",
        "no view ran: Own.make_default_options_response() at app.py:28 answered OPTIONS",
        "Flask itself",
    ),
    "the status of options": (
        "",
        "return 'home'",
        "OPTIONS",
        "Response: 200 OK, because no status was given",
        "as the returned response says",
    ),
    "headers of options": (
        OWN,
        "return 'home'",
        "OPTIONS",
        "X-Own: 1 (set by Own.make_default_options_response)",
        "automatic response",
    ),
    "a provider": (PROVIDED, "return {'a': 1}", "GET", "returned a dict, which became JSON", "Own.make_"),
    "cleared while empty": (
        "",
        "session.clear(); return 'home'",
        "GET",
        "empty as before, and ch",
        "emptied",
    ),
    "filled and cleared": (
        "",
        "session['a'] = 1; session.clear(); return 'home'",
        "GET",
        "empty as before, and changed: a cookie is sent that deletes the client's",
        "emptied",
    ),
    "another interface": (INTERFACE, "return 'home'", "GET", "opened, by another session", "opened, empty"),
    "a name that climbs": (
        "",
        "return render_template('../templates/page.html')",
        "GET",
        "Jinja looks for no file by a name with '..' in it: names lead down from the templates' folder, as page",
        "which is not in",
    ),
    "where it looked": (
        "",
        "return render_template('a/../page.html')",
        "GET",
        "The template a/../page.html was asked for, and Jinja looks for no file",
        "looked for in",
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_what_is_not_flasks_own_is_not_told_as_that(tmp_path: Path, case: str, engine: str) -> None:
    settings, does, method, said, unsaid = CASES[case]
    write_app(tmp_path, "page", "templates/page.html")
    with lab_of(tmp_path, APP + settings + VIEW.format(does=does), engine) as lab:
        trace = lab.send(f"{method} /")
    checked(trace)
    shown = plain(trace, verbose=True)
    assert said in shown
    assert unsaid not in shown
