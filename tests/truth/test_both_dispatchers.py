"""A Flask class of the app's own that dispatches itself: who answered, and whose headers they are, in each case."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.requestline.parsing import parse
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, live
from truth.shown import plain

# What each of the two methods does: nothing of its own, hands on with a header, answers by itself.
FULL = {
    "": "",
    "adds": "        response = super().full_dispatch_request()\n        response.headers['X-Full'] = '1'\n        return response\n",
    "answers": "        return self.make_response('by full')\n",
}
INNER = {
    "": "",
    "hands on": "        return super().dispatch_request()\n",
    "answers": "        return 'by inner'\n",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("full", "inner"), list(product(FULL, INNER)))
def test_the_one_that_answered_is_named(full: str, inner: str, engine: str, tmp_path: Path) -> None:
    methods = ("    def full_dispatch_request(self):\n" + FULL[full]) if full else ""
    methods += ("    def dispatch_request(self):\n" + INNER[inner]) if inner else ""
    source = (
        f"from flask import Flask\nclass Own(Flask):\n    mine = 1\n{methods}app = Own(__name__)\n"
        "@app.route('/')\ndef home(): return 'by home'\n"
    )
    trace = live(tmp_path, source, engine)[1].send("GET /")
    checked(trace)
    assert trace.response is not None
    cause = " ".join(answer_of(trace).cause)
    match trace.response.body:
        case b"by home":
            assert "home() returned a string" in cause
        case b"by inner":
            assert "home() never ran: Own.dispatch_request() answered in its place." in cause
        case b"by full":
            assert "home() never ran: Own.full_dispatch_request() answered in its place." in cause
        case body:
            raise AssertionError(body)
    if full == "adds":
        assert "X-Full: 1 (set by Own.full_dispatch_request)" in plain(trace)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "wraps", ["", "    inner.__name__ = view.__name__\n", "    inner.__wrapped__ = view\n"]
)
def test_five_commands_place_a_wrapped_view_alike(wraps: str, engine: str, tmp_path: Path) -> None:
    source = (
        "from flask import Flask\napp = Flask(__name__)\n"
        f"def around(view):\n    def inner(*args, **more):\n        return view(*args, **more)\n{wraps}    return inner\n"
        "@app.route('/<word>', endpoint='home')\n@around\ndef home(word):\n    return word\n"
        "@app.route('/<word>', endpoint='again')\n@around\ndef again(word):\n    return word\n"
    )
    _, lab = live(tmp_path, source, engine)
    line = source.splitlines().index("def home(word):") + 1
    view = lab.send("GET /x").first(ViewStep)
    assert view is not None
    assert (view.call.place.function, view.call.place.line) == ("home", line)
    assert {it.place.line for it in lab.routes().routes if it.endpoint == "home"} == {line}
    assert lab.match(parse("GET /x")).match.at.line == line
    again = [it.place.line for it in lab.audit().findings if it.finding.about.endpoint == "again"]
    assert set(again) == {line + 4}
