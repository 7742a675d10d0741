"""A function that a wrapper runs in a thread which was there before: it ran, or nobody could see, and never "never"."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from routelab.ownthreads import OWN, thread_numbers
from routelab.stopping import _ByThread
from routelab.tracing.facts import Call
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace
from routelab.worker.limits import watchdog
from support import ENGINES, checked, lab_of
from truth.shown import plain

pytestmark = pytest.mark.own_process  # their threads stay

SEES_ALL = sys.version_info >= (3, 12)
APP = """
import functools
from concurrent.futures import ThreadPoolExecutor
from flask import Flask, copy_current_request_context
pool = ThreadPoolExecutor(1)
pool.submit(len, "").result()
app = Flask(__name__)
def around(function):
    @functools.wraps(function)
    def inner(*args):
        {does}
    return inner
{above}
@around
def inside(*args):
    {inside}
"""
DOES = {
    "with the context": "return pool.submit(copy_current_request_context(function), *args).result()",
    "with a part of it": (
        "return pool.submit(copy_current_request_context(functools.partial(function, *args))).result()"
    ),
    "without it": "return pool.submit(function, *args).result()",
    "in none": "return 'early'",
}
ABOVE = {"view": '@app.route("/")', "hook": "@app.before_request", "handler": "@app.errorhandler(404)"}
INSIDE = {"returns": "return 'inside'", "raises": "raise KeyError('inside')"}


def call_of(trace: Trace) -> Call | None:
    for step in trace.steps:
        if isinstance(step, ViewStep | HookStep):
            return step.call
        if isinstance(step, ErrorStep) and step.handler is not None:
            return step.handler
    return None


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("does", "above", "inside"), list(product(DOES, ABOVE, INSIDE)))
def test_a_thread_that_was_there_before(
    does: str, above: str, inside: str, engine: str, tmp_path: Path
) -> None:
    source = APP.format(does=DOES[does], above=ABOVE[above], inside=INSIDE[inside])
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /")
        for _ in range(50):  # the pool's thread may still be on its way to where it waits
            if does != "in none" or (call := call_of(trace)) is None or not call.may_have_run:
                break
            trace = lab.send("GET /")
    checked(trace)
    call, shown = call_of(trace), plain(trace, verbose=True)
    assert call is not None
    assert "not recorded" not in shown
    ran = does != "in none"
    seen = SEES_ALL or does.startswith("with ") or inside == "raises"
    assert call.ran is (ran and seen)
    if ran and not seen:
        assert call.may_have_run, shown
        assert "inside() may have run in another thread" in shown or "inside was not seen to run" in shown
        assert "never ran" not in shown
        assert "did not run" not in shown
        assert "set by around" not in shown
    elif not ran and Path("/proc/self/task").exists():  # the pool's thread waited, which Linux tells
        assert not call.may_have_run, shown


def test_the_workers_own_thread_is_none_that_was_there(tmp_path: Path) -> None:
    source = APP.format(does=DOES["in none"], above=ABOVE["view"], inside=INSIDE["returns"])
    source = source.replace('pool.submit(len, "").result()', "")  # the pool has no thread yet
    with lab_of(tmp_path, source, "flask") as lab:
        for _ in range(20):  # it works as each message comes
            call = call_of(lab.send("GET /"))
            assert call is not None
            assert not call.may_have_run


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not tell")
@pytest.mark.parametrize("kind", [_ByThread, partial(watchdog, descriptor=2)])
def test_a_thread_of_a_limit_is_our_own(kind: Callable[[float], AbstractContextManager[None]]) -> None:
    before, own = thread_numbers(), set(OWN)
    with kind(60.0):
        assert thread_numbers() - before == OWN - own != set()
    assert own == OWN
