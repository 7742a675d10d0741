"""A status that a function around the maker of a response gives it: said to be that one's, whatever it stands around."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.tracing.steps.response import ResponseStep
from support import ENGINES, checked, lab_of

pytestmark = pytest.mark.worker

# What each does with what came from inside, and the status that is there afterwards.
WRAPPERS = {
    "code": "r.status_code = 410",
    "text": "r.status = '410 GONE'",
    "same": "r.status_code = r.status_code",
    "header": "r.headers['X-A'] = '1'",
    "other": "r = make_response('other', 410)",
}
CHANGES = ("code", "text")
PLACES = {
    "view": ('@app.get("/{0}")', "def made(): return make_response('x', 202)"),
    "hook": (
        "@app.before_request",
        "def made(): return make_response('x', 202) if request.path == '/{0}' else None",
    ),
    "handler": ("@app.errorhandler(E{0})", "def made(error): return make_response('x', 202)"),
}
HEAD = """
from functools import wraps
from flask import Flask, make_response, request

app = Flask(__name__)
"""
WRAPPER = """
def {0}(function):
    @wraps(function)
    def inner(*args, **kwargs):
        r = function(*args, **kwargs)
        if r is not None:
            {1}
        return r
    return inner
"""
CASES = tuple(product(PLACES, WRAPPERS, WRAPPERS))


def source() -> str:
    parts = [HEAD, *(WRAPPER.format(name, does) for name, does in WRAPPERS.items())]
    for number, (place, outer, inner) in enumerate(CASES):
        registered, function = (text.format(number) for text in PLACES[place])
        if place == "handler":
            parts.append(f"class E{number}(Exception): pass")
            parts.append(f"@app.get('/{number}')\ndef v{number}(): raise E{number}")
        endpoint = f"made{number}"
        parts.append(f"{registered}\n@{outer}\n@{inner}\n{function.replace('made', endpoint, 1)}")
    return "\n".join(parts)


def changer(outer: str, inner: str) -> str | None:
    """Name who changed the status of a response that it handed on."""
    if outer == "other":
        return None
    if outer in CHANGES and inner not in (*CHANGES, "other"):
        return outer
    return inner if inner in CHANGES else None


@pytest.mark.parametrize("engine", ENGINES)
def test_a_status_is_said_to_be_of_the_function_that_gave_it(engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, source(), engine) as lab:
        for number, (place, outer, inner) in enumerate(CASES):
            trace = lab.send(f"GET /{number}")
            checked(trace)
            step = trace.last(ResponseStep)
            assert step is not None
            who = changer(outer, inner)
            found = None if step.status_by is None else step.status_by.place.function
            assert found == who, (place, outer, inner)
            assert (" made it 410 GONE." in " ".join(trace.cause.split())) is (who is not None), trace.cause
