"""A profiler or a debugger of the app's own takes the place of the hook that sees which functions run."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.tracing.steps.view import ViewStep
from support import ENGINES, checked, lab_of
from truth.shown import plain

SOURCE = """
import functools, sys
from flask import Flask
app = Flask(__name__)

def passing(view):
    @functools.wraps(view)
    def around():
        return view()
    return around

def traced(hook):
    def around(view):
        @functools.wraps(view)
        def under():
            before = sys.gettrace()
            sys.settrace(functools.partial(hook, before))
            try:
                return view()
            finally:
                sys.settrace(before)
        return under
    return around

def alone(before, frame, event, arg):
    pass

def handing_on(before, frame, event, arg):
    if before is not None:
        before(frame, event, arg)
    return functools.partial(handing_on, before)

def keeping(view):
    @functools.wraps(view)
    def kept():
        return "kept"
    return kept

@app.get("/under")
@traced(alone)
def under_alone():
    return "x"

@app.get("/handed")
@traced(handing_on)
def handed_on():
    return "x"

@app.get("/inside")
@passing
def inside():
    sys.settrace(None)
    return "x"

@app.get("/kept")
@keeping
def never():
    return "x"
"""
SEES_ALL = ["handed", "kept"]  # where each call and each return is told, also before Python 3.12


@pytest.mark.own_process
@pytest.mark.parametrize("engine", ENGINES)
def test_what_ran_below_another_hook_is_not_said_to_have_stayed_away(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, SOURCE, engine) as lab:
        for path in ("under", "handed", "inside", "kept"):
            trace = lab.send(f"GET /{path}")
            document = checked(trace)
            view, shown = trace.first(ViewStep), plain(trace)
            assert view is not None
            assert document["response"]["body"] == ("kept" if path == "kept" else "x")
            assert ("never ran" in shown, "did not run" in shown) == (path == "kept", path == "kept"), shown
            assert "raised" not in shown
            if path == "handed":
                assert view.call.returned is not None
                assert view.call.returned.json == "x"
            if path in SEES_ALL:
                assert not view.call.may_have_run
