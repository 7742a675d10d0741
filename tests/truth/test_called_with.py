"""An exception of a call that was not given what it takes is told with how it is called, at loading as in a view."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.lab import load
from support import ENGINES, checked, write_app
from truth.shown import plain

HEAD = """from functools import wraps
from flask import Blueprint, Flask, make_response, send_from_directory
import textwrap
app = Flask(__name__)
class Odd:
    @property
    def __class__(self): return 1 / 0
odd = Odd()
class User:
    def __init__(self, name, age): self.name = name
class Repo:
    def get(self, key, *, deep=False): return key
    @staticmethod
    def any(first, *more): return first
    @classmethod
    def of(cls, town): return cls()
class Cache(Repo): pass
repo = Cache()
def same(view):
    @wraps(view)
    def inner(*given): return view(*given)
    return inner
@same
def wrapped(a, b): return a
"""
CALLS = [
    ("User('x')", "it is called as User(name, age)"),
    ("repo.get()", "it is called as Repo.get(key, *, deep=...)"),
    ("Repo.any()", "it is called as Repo.any(first, *more)"),
    ("Cache.of()", "it is called as Repo.of(town)"),
    ("textwrap.indent('x')", "it is called as indent(text, prefix, predicate=...)"),
    ("wrapped(1)", "it is called as wrapped(a, b)"),
    ("send_from_directory('static', filename='a')", "it is called as send_from_directory(directory, path, ...)"),
    ("send_from_directory('static', 'a', 'b', 'c')", None),
    ("Blueprint('a')", "it is called as Blueprint(name, import_name, ...)"),
    ("app.app_context.push()", None),
    ("len()", None),
    (
        "make_response('x', {'A': 'b'}, 201)",
        "the status comes before the headers: make_response(body, 201, headers)",
    ),
    ("app.register_error_handler('403', print)", "the string '403' is no status, which is a number: errorhandler(403)"),
    ("app.register_error_handler('none', print)", "the string 'none' is no status"),
]  # fmt: skip


def _shown(tmp_path: Path, source: str, engine: str) -> str:
    with load(write_app(tmp_path, HEAD + source), engine=engine, folder=tmp_path) as lab:
        trace = lab.send("GET /")
    checked(trace)
    return plain(trace)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("call", "said"), CALLS)
@pytest.mark.parametrize("loading", [True, False])
def test_how_a_function_is_called(
    tmp_path: Path, call: str, said: str | None, loading: bool, engine: str
) -> None:
    if loading and call.startswith("make_response"):
        pytest.skip("there is no context")
    if not loading and "register" in call:
        pytest.skip("it is too late for that")
    shown = _shown(tmp_path, call if loading else f"@app.get('/')\ndef home(): return {call}\n", engine)
    if said is None:
        assert "it is called as" not in shown
    else:
        assert said in shown.replace("It is", "it is").replace("The string", "the string")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "source", ["with app.app_context: pass\n", "@app.get('/')\ndef f():\n  with app.app_context: pass\n"]
)
def test_a_context_that_is_not_made(tmp_path: Path, source: str, engine: str) -> None:
    assert "app.app_context is a method; it is called with ( )" in _shown(tmp_path, source, engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("decorator", "meant"),
    [("@app.before_request()", "@app.before_request"), ("@same()", "@same"), ("@app.route()", None)],
)
def test_a_decorator_without_its_function(
    tmp_path: Path, decorator: str, meant: str | None, engine: str
) -> None:
    shown = _shown(tmp_path, f"{decorator}\ndef home(): return 'x'\n", engine)
    assert ("id you mean" in shown) is (meant is not None)
    assert meant is None or f"id you mean {meant}?" in shown
