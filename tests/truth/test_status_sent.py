"""Which status went out: what a real server sends, wherever the app fails, on both engines.

The oracle is Werkzeug's own server, with real Flask on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from realserver import RealServer
from routelab.commands.request import exit_code
from routelab.lab import Lab
from routelab.screen.shown.trace import trace_blocks
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.trace import Trace
from support import ENGINES, checked, lab_of, write_app
from truth.failing import PLACES, RAISED, SOURCE, target
from truth.shared import SharedApp
from truth.shown import plain

SENT_ALREADY = {"second_piece", "after_empty_piece", "close", "close_of_text"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    file = tmp_path_factory.mktemp("served") / "app.py"
    file.write_text(SOURCE, encoding="utf-8")
    with RealServer(file) as running:
        yield running


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedApp]:
    with SharedApp(tmp_path_factory.mktemp("failing"), SOURCE) as shared:
        yield shared


@pytest.fixture(params=ENGINES)
def lab(request: pytest.FixtureRequest, failing: SharedApp) -> Lab:
    return failing.lab(request, request.param)


def response_step(trace: Trace) -> ResponseStep:
    (step,) = [step for step in trace.steps if isinstance(step, ResponseStep)]
    return step


@pytest.mark.server
@pytest.mark.parametrize("raises", RAISED)
@pytest.mark.parametrize("at", PLACES)
def test_the_status_is_what_a_server_sends(server: RealServer, lab: Lab, at: str, raises: str) -> None:
    sent = server.get(target(at, raises))
    trace = lab.send(f"GET {target(at, raises)}")
    checked(trace)
    response, step = trace.response, response_step(trace)
    assert response is not None
    assert (response.status, step.status) == (sent.status, sent.status)
    assert exit_code(trace, True) == {2: 0, 4: 4, 5: 5}[response.status // 100]
    assert plain(trace, quiet=True).startswith(f"{sent.status} ")
    if response.from_server:
        assert b"Internal Server Error" in sent.body
        assert (response.headers, response.body, response.complete) == ((), b"", True)
    else:
        assert response.body == sent.body
        sent_names = {name.lower() for name, _ in sent.headers} - {"server", "date", "connection"}
        assert {name.lower() for name, _ in response.headers} == sent_names
    left_app = step.failed is not None
    assert step.from_server == (left_app and at not in SENT_ALREADY)
    assert left_app == (
        at in SENT_ALREADY
        or at in {"teardown_request", "teardown_appcontext", "first_piece", "generator_view"}
        or at.startswith("middleware")
        or at == "handler_for_500"
    )


@pytest.mark.parametrize("at", sorted(SENT_ALREADY))
def test_what_comes_after_the_status_is_said_to_come_after(lab: Lab, at: str) -> None:
    trace = lab.send(f"GET {target(at, 'runtime')}")
    said = plain(trace)
    assert "Response: 200 OK" in said
    assert f"after the status was sent, RuntimeError left the app: boom at {at} (app.py:" in said
    assert ("sends a 500 of its own instead" in said) is (at == "after_empty_piece")
    assert trace.exception is not None
    assert trace.exception.type == "RuntimeError"


@pytest.mark.parametrize("at", ["teardown_request", "teardown_appcontext", "middleware_after"])
def test_what_the_app_had_made_is_mentioned(lab: Lab, at: str) -> None:
    said = plain(lab.send(f"GET {target(at, 'runtime')}"))
    assert "Response: 500 INTERNAL SERVER ERROR, a server's own response" in said
    assert "the app had made 200 OK, which was not sent" in said


def test_cookies_of_an_answer_that_was_not_sent_are_not_kept(tmp_path: Path) -> None:
    source = """
    from flask import Flask, request
    app = Flask(__name__)

    @app.get("/")
    def home():
        return "home", {"Set-Cookie": "tea=green"}

    @app.teardown_request
    def gone(error):
        if "fail" in request.args:
            raise RuntimeError
    """
    lab = lab_of(tmp_path, source)
    lab.send("GET /?fail=1")
    assert not list(lab.cookies)
    lab.send("GET /")
    assert [cookie.name for cookie in lab.cookies] == ["tea"]


# What only a WSGI app of one's own can get wrong

RAW = """
from enum import Enum
from flask import Flask
from markupsafe import Markup

class Kind(str, Enum):
    TEA = "tea"

app = Flask(__name__)

def raw(environ, start_response):
    case = environ["PATH_INFO"][1:]
CASES

app.wsgi_app = raw
"""
FINE = "start_response('200 OK', [('X-A', 'b')])"
# What each does, the body that it returns, and what is said of it.
WRONG = [
    (FINE, "[b'fine']", None),
    ("start_response('299 So so', [])", "[b'fine']", None),
    ("pass", "[b'x']", "the app never called start_response"),
    (FINE, "None", "TypeError left the app"),
    (FINE, "['text']", "a body is made of bytes, and one piece was 'text'"),
    (
        FINE,
        "[b'x', 5]",
        "after the status was sent, the body broke off: a body is made of bytes, and one piece was 5",
    ),
    ("start_response('OK', [])", "[b'x']", "no server can send the status 'OK'"),
    ("start_response('', [])", "[b'x']", "no server can send the status ''"),
    ("start_response('200 OK', [('X-A', 'caf\\u2615')])", "[b'x']", "it is not Latin-1 text"),
    (f"{FINE}; {FINE}", "[b'x']", "start_response was called a second time"),
    (f"{FINE}; start_response('404 NOT FOUND', [], (None, None, None))", "[b'x']", None),
    (f"{FINE}(b'written')", "[b'x']", None),
    ("start_response('200 OK', [('X-Kind', Kind.TEA)])", "[b'x']", None),
    ("start_response('200 OK', [('X-Kind', Markup('tea'))])", "[b'x']", None),
]
WRONG_APP = RAW.replace(
    "CASES",
    "\n".join(
        f"    if case == '{number}':\n        {start}\n        return {body}"
        for number, (start, body, _) in enumerate(WRONG)
    ),
)


@pytest.fixture(scope="module")
def wrong_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    with RealServer(write_app(tmp_path_factory.mktemp("wrong"), WRONG_APP)) as running:
        yield running


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedApp]:
    with SharedApp(tmp_path_factory.mktemp("wrong"), WRONG_APP) as shared:
        yield shared


@pytest.fixture(params=ENGINES)
def wrong_lab(request: pytest.FixtureRequest, wrong: SharedApp) -> Lab:
    return wrong.lab(request, request.param)


@pytest.mark.server
@pytest.mark.parametrize(("number", "said"), [(number, said) for number, (*_, said) in enumerate(WRONG)])
def test_what_no_server_can_send(
    wrong_server: RealServer, wrong_lab: Lab, number: int, said: str | None
) -> None:
    trace = wrong_lab.send(f"GET /{number}")
    sent = wrong_server.get(f"/{number}")
    checked(trace)
    response = trace.response
    assert response is not None
    if sent.status is None:  # Werkzeug's server gives up; others answer 500
        assert response.from_server
        assert "Werkzeug's may close the connection" in plain(trace)
    else:
        assert response.status == sent.status
    if said is None:
        assert response_step(trace).failed is None
        assert set(response.headers) <= set(sent.headers)
        assert response.body == sent.body
    else:
        assert said in plain(trace)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_request_that_was_stopped_has_no_answer(tmp_path: Path, engine: str) -> None:
    source = """
    import time
    from flask import Flask
    app = Flask(__name__)

    @app.get("/")
    def home():
        return "home"

    @app.teardown_request
    def gone(error):
        time.sleep(60)
    """
    trace = lab_of(tmp_path, source, engine).send("GET /", seconds=0.2)
    assert trace.response is None
    assert list(trace_blocks(trace, quiet=True))
