"""Views that a loop made: all see the last value of a variable that they share, and that is said of no others."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest

from routelab.tracing.watching.code import loops
from routelab.tracing.watching.code.sources import Sources
from support import ENGINES, checked, lab_of

HEAD = """from functools import wraps
from flask import Flask
app = Flask(__name__)
def around(view):
    @wraps(view)
    def inner(**given): return view(**given)
    return inner
"""
# The loop, and whether its views share what they read.
LOOPS = {
    "for word in ('one', 'two'):\n    app.add_url_rule('/' + word, word, lambda: word)": True,
    "for word in ('one', 'two'):\n    @app.get('/' + word, endpoint=word)\n    @around\n    def view():\n        return word": True,
    "def make():\n    for word in ('one', 'two'):\n        app.add_url_rule('/' + word, word, lambda: word)\nmake()": True,
    "for at, (word, _) in enumerate(('one', 'two'), 1) if False else [(1, ('one', 1)), (2, ('two', 2))]:\n"
    "    app.add_url_rule('/' + word, word, lambda: word)": True,
    "for word in ('one', 'two'):\n    app.add_url_rule('/' + word, word, lambda word=word: word)": False,
    "def make(word):\n    app.add_url_rule('/' + word, word, lambda: word)\nfor each in ('one', 'two'):\n    make(each)": False,
    "def make(word):\n    return lambda: word\nfor word in ('one', 'two'):\n    app.add_url_rule('/' + word, word, make(word))": False,
    "text = 'x'\nfor word in ('one', 'two'):\n    app.add_url_rule('/' + word, word, lambda: text)": False,
    "for word in ('one', 'two'):\n    app.add_url_rule('/' + word, word, lambda: word)\nword = 'both'": False,
    "for word in ('one',):\n    app.add_url_rule('/' + word, word, lambda: word)": False,
    "def view(): return word\nfor word in ('one', 'two'):\n    app.add_url_rule('/' + word, word, view)": False,
    "@app.get('/one')\n@around\ndef one(): return 'x'\n@app.get('/two')\n@around\ndef two(): return 'x'": False,
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
def test_the_variable_of_a_loop_that_views_share_is_named(engine: str, tmp_path: Path) -> None:
    for number, (loop, shared) in enumerate(LOOPS.items()):
        (folder := tmp_path / str(number)).mkdir()
        with lab_of(folder, HEAD + loop, engine) as lab:
            trace = lab.send("GET /one")
        checked(trace)
        line = next((at for at, text in enumerate((HEAD + loop).split("\n"), 1) if "for " in text), 0)
        said = (
            f"The loop at app.py:{line} made 2 views that read its variable word when they run, so each sees"
        )
        assert (said in trace.cause) is shared, (loop, trace.cause)
        assert ("made 2 views" in trace.cause) is shared
        assert not shared or (trace.response is not None and trace.response.body == b"two")


def test_a_file_is_read_for_its_loops_once_and_again_for_other_views(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def parsed(text: str) -> ast.Module:
        read.append(text)
        return ast.Module(body=[], type_ignores=[])

    monkeypatch.setattr(loops, "parsed", parsed)
    views = {name: lambda name=name: name for name in ("one", "two", "three")}
    app = SimpleNamespace(view_functions=dict(views))
    found = loops.MadeInLoops(app, Sources(tmp_path))
    for view in (*views.values(), *views.values()):
        assert found.may_have_made(view)
        assert found.variable_of(view) is None
    assert len(read) == 1

    del app.view_functions["three"]
    assert found.may_have_made(views["one"])
    assert found.variable_of(views["one"]) is None
    assert len(read) == 2

    app.view_functions["two"] = print  # as many as before: it is looked at again where it would be told
    assert found.variable_of(views["one"]) is None
    del app.view_functions["two"]
    assert not found.may_have_made(views["one"])
    assert len(read) == 2
