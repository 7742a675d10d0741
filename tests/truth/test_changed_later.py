"""What hooks, signals, methods of the app's own and middleware make of a response: whose doing it is, and what is lost."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

HEAD = """
from flask import Flask, Response, after_this_request, make_response
class Own(Flask):
    def process_response(self, response):
        response = super().process_response(response)
        return later(response) if OWN else response
OWN = False
app = Own(__name__)
def later(response):
    {does}
    return response
@app.route("/")
def home():
    {first}
    response = make_response("home", 201)
    response.headers["X-Debug"] = "1"
    response.set_cookie("kept", "1")
    response.set_cookie("lost", "1")
    return response
"""
# Who changes it, by which lines, and how that is named.
WHO = {
    "after_request": ("app.after_request(later)", "", "later() at app.py:8", "later"),
    "after_this_request": ("", "after_this_request(later)", "later() at app.py:8", "later"),
    "its own class": ("OWN = True", "", "Own.process_response() at app.py:3", "Own.process_response"),
    "middleware": (
        """
def changing(inner):
    def outer(environ, start_response):
        given = []
        body = b"".join(inner(environ, lambda *args: given.append(args)))
        status, headers = given[0]
        response = later(Response(body, status, headers))
        start_response(response.status, list(response.headers))
        return [response.get_data()]
    return outer
app.wsgi_app = changing(app.wsgi_app)
""",
        "",
        "The middleware changing",
        "the middleware changing",
    ),
}
COOKIES = (
    "cookies = [it for it in response.headers.getlist('Set-Cookie') if 'lost' not in it]; "
    "response.headers.setlist('Set-Cookie', cookies)"
)
# What is done, what the cause says on the page and on a 404, and what the response's step says on the page.
DOES = {
    "status": ("response.status_code = 202", "{who} then made it 202 ACCEPTED.", ""),
    "body": ("response.set_data('other')", "{who} then put another body into the response.", ""),
    "header": ("response.headers.pop('X-Debug', None)", "", "X-Debug (set by home) was removed by {name}"),
    "cookie": (COOKIES, "", "Set-Cookie of lost (set by home) was removed by {name}"),
    "nothing": ("pass", "", ""),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("who", "does"), list(product(WHO, DOES)))
def test_who_changed_a_response_is_told(who: str, does: str, engine: str, tmp_path: Path) -> None:
    more, first, doer, name = WHO[who]
    line, cause, detail = DOES[does]
    with lab_of(tmp_path, HEAD.format(does=line, first=first or "pass") + more, engine) as lab:
        page, lost = lab.send("GET /"), lab.send("GET /lost")
    for trace in (page, lost):
        checked(trace)
        changes = trace is page or not first
        shown = plain(trace)
        said = cause.format(who=doer)
        # Of an error's page Werkzeug made a stream, which is gone when middleware could be compared with it.
        if said and changes and not (trace is lost and who == "middleware" and does == "body"):
            assert said in shown, shown
        else:
            assert " then " not in shown.partition("\n\n")[0], shown
        assert (detail.format(name=name) in shown) is bool(trace is page or not detail), shown
        assert ("was removed" in shown) is bool(detail and trace is page), shown
        if said and "body" in does and changes:
            assert "Flask's own 404 page" not in shown.partition("Body:")[2]


SEVERAL = """
from flask import Flask
app = Flask(__name__)
@app.route("/")
def home():
    return "home"
def handing_on(inner):
    return lambda environ, start_response: inner(environ, start_response)
class HandingOn:
    def __init__(self, app):
        self.app = app
    def __call__(self, environ, start_response):
        return self.app(environ, start_response)
def of_status(inner):
    def outer(environ, start_response):
        def start(status, headers, error=None):
            return start_response("202 ACCEPTED", headers, error)
        return inner(environ, start)
    return outer
class OfHeaders(HandingOn):
    def __call__(self, environ, start_response):
        def start(status, headers, error=None):
            return start_response(status, [*headers, ("X-Mark", "1")], error)
        return self.app(environ, start)
def of_body(inner):
    def outer(environ, start_response):
        yield from [piece.upper() for piece in inner(environ, start_response)]
    return outer
app.wsgi_app = {chain}
"""
# What stands around the app, and what is said of it.
CHAINS = {
    "handing_on(of_status(HandingOn({})))": ["The middleware of_status then made it 202 ACCEPTED."],
    "of_status(handing_on({}))": ["The middleware of_status then made it 202 ACCEPTED."],
    "HandingOn(OfHeaders({}))": ["X-Mark: 1 (set by the middleware OfHeaders)"],
    "OfHeaders(HandingOn({}))": ["X-Mark: 1 (set by the middleware OfHeaders)"],
    "handing_on(of_body({}))": ["The middleware of_body then put another body into the response."],
    "of_body(HandingOn({}))": ["The middleware of_body then put another body into the response."],
    "of_body(OfHeaders({}))": [
        "The middleware of_body then put another body into the response.",
        "X-Mark: 1 (set by the middleware OfHeaders)",
    ],
    "of_status(OfHeaders({}))": ["WSGI middleware then made it 202", "X-Mark: 1 (set by WSGI middleware)"],
    "handing_on(HandingOn({}))": [],
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("chain", CHAINS)
def test_of_several_the_one_that_changed_the_response_is_named(
    chain: str, engine: str, tmp_path: Path
) -> None:
    with lab_of(tmp_path, SEVERAL.format(chain=chain.format("app.wsgi_app")), engine) as lab:
        traces = [lab.send("GET /") for _ in range(2)]
    for trace in traces:
        checked(trace)
        shown = plain(trace)
        for said in CHAINS[chain]:
            assert said in shown, shown
        assert shown.count(" then ") + shown.count("X-Mark") == len(CHAINS[chain]), shown
