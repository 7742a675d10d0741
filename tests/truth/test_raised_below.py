"""Whose line an exception came from: a function that was called below is named beside the one that is told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.screen.plain import lines
from routelab.screen.shown.trace import trace_blocks
from support import ENGINES, checked, live

BELOW = {  # what the callable does; whose line raises, as Python names it
    "itself": ("raise KeyError('tea')", None),
    "a helper": ("return helper()", "helper"),
    "two helpers": ("return again()", "helper"),
    "a method": ("return Shelf().find()", "find"),
    "a closure": ("def inner():\n        raise KeyError('tea')\n    return inner()", "inner"),
    "a lambda": ("return (lambda: {}['tea'])()", None),
    "a comprehension": ("return [{}['tea'] for _ in 'a']", None),
    "a property": ("return Shelf().price", "price"),
    "a generator": ("return list(pieces())", "pieces"),
}
HELPERS = """
from flask import Flask

app = Flask(__name__)

def helper():
    raise KeyError('tea')

def again():
    return helper()

def pieces():
    yield helper2()

def helper2():
    return {}['tea']

class Shelf:
    def find(self):
        raise KeyError('tea')
    @property
    def price(self):
        raise KeyError('tea')

"""
PLACES = {
    "view": "@app.route('/')\ndef told():\n    {body}\n",
    "before": "@app.before_request\ndef told():\n    {body}\n\n@app.route('/')\ndef index():\n    return 'x'\n",
    "handler": (
        "@app.errorhandler(404)\ndef told(error):\n    {body}\n\n"
        "@app.route('/')\ndef index():\n    from flask import abort\n    abort(404)\n"
    ),
}


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_function_whose_line_it_was_is_named(engine: str, place: str, below: str, tmp_path: Path) -> None:
    body, function = BELOW[below]
    if below == "a generator":
        function = "helper2"
    _, lab = live(tmp_path, HELPERS + PLACES[place].format(body=body), engine)
    trace = lab.send("GET /")
    document = checked(trace)
    assert document["response"]["status"] == 500
    said = "\n".join(lines(trace_blocks(trace, verbose=True)))
    assert "raised KeyError: 'tea'" in said
    if function is None:
        assert "KeyError: 'tea' at app.py" in said
    else:
        assert f"KeyError: 'tea' in {function}() at app.py" in said
    frames = document["exception"]["frames"]
    assert function is None or frames[-1]["function"] == function
