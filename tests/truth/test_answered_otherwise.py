"""What becomes of an answer after the view: a hook's, a method's of the app's own class, an error's in between.

Status, body and headers are given to whom they are from, and what was not sent is not said to be.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.session import CookieRefused, SessionStep
from routelab.tracing.trace import Trace
from support import ENGINES, checked, lab_of
from truth.shown import plain

HEAD = """
from flask import Flask, Response, abort, g, jsonify, make_response, redirect, request, session
from werkzeug.exceptions import BadRequest

"""
APP = HEAD + 'app = Flask(__name__)\n@app.get("/")\ndef home():\n    return "home"\n'


def response_of(trace: Trace) -> ResponseStep:
    step = trace.first(ResponseStep)
    assert step is not None
    return step


# What an after_request function does: its line, and what its step and the response's status say of it.
AFTER = {
    "nothing": ("pass", (), "because no status was given"),
    "status": ("response.status_code = 418", ("set the status 418",), "set by after"),
    "same status": ("response.status_code = 200", (), "because no status was given"),
    "body": (
        "response.set_data('b')",
        ("put another body into the response",),
        "because no status was given",
    ),
    "other": (
        "response = make_response('b')",
        ("returned another response, which is sent in place of the first",),
        "set by after",
    ),
    "header": ("response.headers['X-H'] = '1'", (), "because no status was given"),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("does", AFTER)
def test_what_a_hook_makes_of_a_response_is_its_own(tmp_path: Path, does: str, engine: str) -> None:
    line, details, why = AFTER[does]
    source = APP + f"@app.after_request\ndef after(response):\n    {line}\n    return response\n"
    with lab_of(tmp_path, source, engine) as lab:
        trace, lost = lab.send("GET /"), lab.send("GET /lost")
    checked(trace)
    hook, error = trace.first(HookStep), lost.first(ErrorStep)
    assert hook is not None
    assert hook.details == details
    assert f"Response: {response_of(trace).status} {response_of(trace).reason_phrase}, {why}." in plain(trace)
    assert error is not None
    assert ("sends its own 404 page" in error.headline) is (does != "other")
    assert "Flask's own 404 page, 5 bytes" not in plain(lost)


OWN = (
    HEAD
    + """
class Own(Flask):
    def dispatch_request(self):
        return ("mine", 403) if request.path == "/blocked" else super().dispatch_request()
    def make_response(self, rv):
        return super().make_response(sorted(rv) if isinstance(rv, set) else rv)
    def process_response(self, response):
        response = super().process_response(response)
        response.headers["X-Own"] = "1"
        return response
    def handle_user_exception(self, e):
        if isinstance(e, ValueError):
            return self.handle_http_exception(BadRequest(str(e)))
        return super().handle_user_exception(e)

app = Own(__name__)
@app.get("/blocked")
def blocked():
    return "no"
@app.get("/set")
def numbers():
    return {2, 1}
@app.get("/<int:number>")
def halves(number):
    if number == 3:
        raise ValueError("odd")
    if number == 5:
        abort(400)
    return "even"
"""
)
HANDLER = "@app.errorhandler(400)\ndef bad(error):\n    return 'bad', 400\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_methods_of_the_apps_own_class_are_named(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, OWN, engine) as lab:
        blocked, numbers, even = (lab.send(f"GET /{path}") for path in ("blocked", "set", "4"))
    checked(blocked)
    assert blocked.answer.cause == ("blocked() never ran: Own.dispatch_request() answered in its place.",)
    assert [it.place.function for it in blocked.not_run] == ["blocked"]
    assert even.not_run == ()
    assert "a set, which became a response in Own.make_response()" in " ".join(numbers.answer.cause)
    for trace in (blocked, numbers, even):
        why = {header.name: header.why for header in response_of(trace).headers}
        assert why["X-Own"] == "set by Own.process_response"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("handler", [HANDLER, ""], ids=["handled", "unhandled"])
def test_an_error_that_was_turned_into_another_is_told_as_that(
    tmp_path: Path, handler: str, engine: str
) -> None:
    with lab_of(tmp_path, OWN + handler, engine) as lab:
        turned, plainly = lab.send("GET /3"), lab.send("GET /5")
    checked(turned)
    cause = " ".join(turned.answer.cause)
    assert "Own.handle_user_exception() at app.py:14 turned ValueError into BadRequest" in cause
    assert "handled ValueError" not in cause
    step = turned.first(ErrorStep)
    assert step is not None
    assert (step.exception, step.handled_as, step.code) == ("ValueError", "BadRequest", 400)
    assert " turned " not in plain(plainly)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_handler_for_500_that_a_replacement_passes_by_is_told(tmp_path: Path, engine: str) -> None:
    source = APP + (
        "@app.get('/fails')\ndef fails():\n    return 1 / 0\n"
        "@app.errorhandler(500)\ndef page(error):\n    return 'page', 500\n"
        "def other(error):\n    return jsonify(error=1), 500\n"
        "app.handle_exception = lambda error: app.make_response(other(error))\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /fails")
    checked(trace)
    assert [it.place.function for it in trace.not_run] == ["page"]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_of_two_equal_headers_has_its_own_origin(tmp_path: Path, engine: str) -> None:
    source = APP + (
        "@app.get('/two')\ndef two():\n"
        "    return Response('x', headers=[('Link', '<a>'), ('Vary', 'Origin')])\n"
        "@app.after_request\ndef later(response):\n    response.vary.add('Accept')\n    return response\n"
        "@app.after_request\ndef first(response):\n    response.vary.add('Range')\n"
        "    response.headers.add('Link', '<a>')\n    return response\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /two")
    checked(trace)
    headers = response_of(trace).headers
    assert [it.why for it in headers if it.name == "Link"] == ["set by two", "set by first"]
    (vary,) = (it.why for it in headers if it.name == "Vary")
    assert vary == "Origin: set by two; Range: set by first; Accept: set by later"


@pytest.mark.parametrize("engine", ENGINES)
def test_why_a_sessions_cookie_was_not_taken(tmp_path: Path, engine: str) -> None:
    source = APP + (
        "app.secret_key = 'one'\n@app.get('/in')\ndef enter():\n    session['user'] = 1\n    return 'in'\n"
        "@app.get('/key/<key>')\ndef key(key):\n    app.secret_key = key\n    return key\n"
        "@app.get('/age')\ndef age():\n    app.permanent_session_lifetime = -1\n    return 'age'\n"
        "@app.get('/none')\ndef none():\n    session.clear()\n    return 'none'\n"
    )
    opened = []
    with lab_of(tmp_path, source, engine) as lab:
        for line in ("/in", "/", "/key/two", "/", "/key/one", "/age", "/"):
            step = lab.send(f"GET {line}").first(SessionStep)
            assert step is not None
            opened.append(step.refused)
    assert opened == [
        None,
        None,
        None,
        CookieRefused.SIGNATURE,
        CookieRefused.SIGNATURE,
        None,
        CookieRefused.EXPIRED,
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_body_that_asks_for_the_request_too_late_says_what_keeps_it(tmp_path: Path, engine: str) -> None:
    source = APP + (
        "@app.get('/late')\ndef late():\n    return (request.path + piece for piece in 'ab')\n"
        "@app.get('/other')\ndef other():\n    return (1 / 0 for piece in 'ab')\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        late, other = lab.send("GET /late"), lab.send("GET /other")
    assert "stream_with_context keeps it" in plain(late)
    assert "stream_with_context" not in plain(other)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_location_that_nobody_follows_is_told(tmp_path: Path, engine: str) -> None:
    source = APP + "".join(
        f"@app.get('/{code}')\ndef view{code}():\n    return redirect('/', {code})\n"
        for code in (200, 201, 302, 401)
    )
    with lab_of(tmp_path, source, engine) as lab:
        for code in (200, 201, 302, 401):
            cause = " ".join(lab.send(f"GET /{code}").answer.cause)
            assert ("no client goes there" in cause) is (code in (200, 401))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("headers", ["{'X-View': '1'}", "[('X-View', '1')]"])
def test_headers_in_a_views_tuple_are_the_views(tmp_path: Path, headers: str, engine: str) -> None:
    source = APP + (
        "import functools\ndef adds(view):\n    @functools.wraps(view)\n    def inner():\n"
        "        response = make_response(view())\n        response.headers['X-Around'] = '1'\n"
        "        return response\n    return inner\n"
        f"@app.get('/both')\n@adds\ndef both():\n    return 'x', {headers}\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /both")
    checked(trace)
    why = {header.name: header.why for header in response_of(trace).headers}
    assert (why["X-View"], why["X-Around"]) == ("set by both", "set by adds")
