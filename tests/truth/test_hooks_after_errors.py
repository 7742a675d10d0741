"""What a view raised is the first cause, also where a hook fails on what was made of it, or at the teardown."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, lab_of

SOURCE = """
from flask import Flask
app = Flask(__name__)
@app.get("/")
def home():
    {body}
{handler}
@app.{hook}
def failing(given):
    return 1 // 0
"""
RAISES = 'raise RuntimeError("first")'
FIRST = "home() raised RuntimeError: first at app.py:5."
HANDLER = "@app.errorhandler(RuntimeError)\ndef handled(error): return 'handled', 400"
HOOKS = ("after_request", "teardown_request", "teardown_appcontext")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("handler", ["", HANDLER])
@pytest.mark.parametrize("hook", HOOKS)
def test_the_first_cause_comes_first(tmp_path: Path, hook: str, handler: str, engine: str) -> None:
    for name, body in (("raises", RAISES), ("answers", 'return "fine"')):
        source = SOURCE
        for key, text in (("{body}", body), ("{handler}", handler), ("{hook}", hook)):
            source = source.replace(key, text)
        with lab_of(tmp_path / name, source.lstrip(), engine) as lab:
            trace = lab.send("GET /")
        checked(trace)
        said = answer_of(trace).cause
        assert (said[0] == FIRST) is (body == RAISES), said
        later = f"The {hook} function failing() raised ZeroDivisionError"
        assert any(each.startswith(later) for each in said), said
        if body == RAISES and hook != "after_request":
            assert "sent its own" not in " ".join(said)
