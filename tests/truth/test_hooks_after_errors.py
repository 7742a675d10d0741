"""What a view raised is the first cause, also where a hook fails on what was made of it, or at the teardown."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, lab_of
from truth.shown import plain

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


ROUTE = """
@app.get("/")
def home():
    return "fine"
"""
# What raises once the response was made, where no hook does.
LATE = {
    "middleware": """
class Failing:
    def __init__(self, inner):
        self.inner = inner
    def __call__(self, environ, start_response):
        self.inner(environ, start_response)
        raise RuntimeError("late")
app.wsgi_app = Failing(app.wsgi_app)
"""
    + ROUTE,
    "a hook": ROUTE + "@app.teardown_request\ndef late(error): raise RuntimeError('late')",
    "the body": """
@app.get("/")
def home():
    def pieces():
        raise RuntimeError("late")
        yield "piece"
    return pieces()
""",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("late", LATE)
def test_what_was_made_is_told_once_above_the_steps(tmp_path: Path, late: str, engine: str) -> None:
    source = "from flask import Flask\napp = Flask(__name__)\n" + LATE[late]
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    assert [finding.code for finding in trace.findings] == ["R803"]
    above = plain(trace).partition("\nMatch:")[0]
    assert above.lower().count("the app had made 200 ok") == 1, above
