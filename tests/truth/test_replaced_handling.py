"""What replaces Flask's own error handling: who answered, who set which header, one response."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.tracing.steps.error import ErrorStep, HandledBy
from routelab.tracing.steps.make_response import MakeResponseStep
from routelab.tracing.steps.response import ResponseStep, Stage
from routelab.tracing.steps.stream import StreamStep
from support import ENGINES, checked, lab_of

HEAD = """
import functools
from flask import Flask, Response, abort, jsonify, make_response, request
app = Flask(__name__)
app.logger.disabled = True

@app.route("/")
def home():
    return "home"

@app.route("/closed")
def closed():
    abort(403)

@app.route("/fails")
def fails():
    return 1 // 0

def stamp(response):
    response.headers["X-Stamp"] = request.path
    return response
"""
# What is put in the place of both functions, as extensions do it.
SHAPES = {
    "stamps": """
def wrapping(original):
    @functools.wraps(original)
    def wrapped_function(*args, **kwargs):
        return stamp(app.make_response(original(*args, **kwargs)))
    return wrapped_function
app.handle_exception = wrapping(app.handle_exception)
app.handle_user_exception = wrapping(app.handle_user_exception)
app.after_request(stamp)
""",
    "passes_on": """
def wrapping(original):
    def router(error):
        return original(error)
    return router
app.handle_exception = wrapping(app.handle_exception)
app.handle_user_exception = wrapping(app.handle_user_exception)
""",
    "answers": """
def wrapping(original):
    def router(error):
        code = getattr(error, "code", 500)
        if code < 400:
            return original(error)
        response = app.make_response(("its own", code, {"X-Own": "1"}))
        response.data = "another body"
        return stamp(response)
    return router
app.handle_exception = wrapping(app.handle_exception)
app.handle_user_exception = wrapping(app.handle_user_exception)
""",
    "asks_and_answers": """
def wrapping(original):
    def router(error):
        try:
            original(error)
        except Exception:
            pass
        return make_response("its own", getattr(error, "code", 500))
    return router
app.handle_user_exception = wrapping(app.handle_user_exception)
""",
}
HANDLERS = {
    "none": "",
    "handler": """
@app.errorhandler(404)
@app.errorhandler(403)
@app.errorhandler(405)
@app.errorhandler(500)
def page(error):
    return "a page", error.code, {"X-Page": "1"}
""",
    "handler_with_response": """
@app.errorhandler(404)
@app.errorhandler(403)
@app.errorhandler(405)
@app.errorhandler(500)
def page(error):
    return Response("a page", error.code, {"X-Page": "1"})
""",
}
LINES = {"GET /nothing": 404, "POST /": 405, "GET /closed": 403, "GET /fails": 500}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("shape", "handler", "line"), list(product(SHAPES, HANDLERS, LINES)))
def test_one_response_each_header_and_who_answered(
    shape: str, handler: str, line: str, engine: str, tmp_path: Path
) -> None:
    with lab_of(tmp_path, HEAD + SHAPES[shape] + HANDLERS[handler], engine) as lab:
        trace = lab.send(line)
    checked(trace)
    assert trace.response is not None
    assert trace.response.status == LINES[line]
    step, made = trace.first(ErrorStep), [it for it in trace.steps if isinstance(it, MakeResponseStep)]
    assert step is not None
    assert len(made) == 1
    assert trace.first(StreamStep) is None
    response = trace.first(ResponseStep)
    assert response is not None
    headers = {header.name: header.origin for header in response.headers}
    who = {name: (origin.place.function or "").rpartition(".")[2] for name, origin in headers.items()}
    answers_itself = shape in ("answers", "asks_and_answers")
    asked = handler != "none" and not answers_itself
    if asked:
        assert step.handled_by is HandledBy.HANDLER
        assert step.handler is not None
        assert step.handler.place.function == "page"
    elif answers_itself:
        assert step.handled_by is HandledBy.REPLACEMENT
        assert who["Content-Type"] == "router" or headers["Content-Type"].stage is Stage.MAKE_RESPONSE
    else:
        assert step.handled_by is HandledBy.FLASK
        assert headers["Content-Type"].stage is Stage.ERROR
    if shape == "stamps":
        final = line == "GET /fails"  # Flask's own part asks the hooks, and then it stamps what has the stamp
        assert who["X-Stamp"] == ("stamp" if final else "wrapped_function")
    if shape == "answers":
        assert who["X-Stamp"] == who["X-Own"] == "router"
    if asked:
        assert who["X-Page"] == "page"
    if line == "POST /" and "Allow" in headers:
        assert headers["Allow"].stage is Stage.ERROR


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("stamper", [0, 1, 2])
def test_of_several_around_each_other_none_is_called_the_one(
    stamper: int, line: str, engine: str, tmp_path: Path
) -> None:
    source = HEAD
    for number in range(3):
        body = "stamp(app.make_response(original(error)))" if number == stamper else "original(error)"
        source += f"def layer{number}(original):\n"
        source += f"    @functools.wraps(original)\n    def inner{number}(error):\n        return {body}\n"
        source += f"    return inner{number}\n"
        for name in ("handle_exception", "handle_user_exception"):
            source += f"app.{name} = layer{number}(app.{name})\n"
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send(line)
    checked(trace)
    response = trace.first(ResponseStep)
    assert response is not None
    (stamp,) = (header.origin for header in response.headers if header.name == "X-Stamp")
    assert stamp.place.function == "inner2 or inner1 or inner0"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shape", ["stamps", "passes_on", "answers"])
def test_a_redirect_that_is_passed_on_is_the_routers(shape: str, engine: str, tmp_path: Path) -> None:
    text = HEAD + '@app.route("/slash/")\ndef slash():\n    return "x"\n' + SHAPES[shape]
    with lab_of(tmp_path, text, engine) as lab:
        trace = lab.send("GET /slash")
    checked(trace)
    step, response = trace.first(ErrorStep), trace.first(ResponseStep)
    assert step is not None
    assert response is not None
    assert step.handled_by is HandledBy.FLASK
    why = {header.name: header.why for header in response.headers}
    assert why["Location"] == "from the router's redirect"
    assert "stood in for" not in trace.cause
