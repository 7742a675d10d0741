"""A Flask class of the app's own that dispatches itself: who answered, and whose headers they are, in each case."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.requestline.parsing import parse
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, lab_of, live
from truth.shown import plain

# What each of the two methods does: nothing of its own, hands on with a header, answers by itself.
FULL = {
    "": "",
    "adds": "        response = super().full_dispatch_request()\n        response.headers['X-Full'] = '1'\n        return response\n",
    "answers": "        return self.make_response('by full')\n",
    "calls": "        return self.make_response(self.view_functions['home']())\n",
}
INNER = {
    "": "",
    "hands on": "        return super().dispatch_request()\n",
    "answers": "        return 'by inner'\n",
    "calls": "        return self.view_functions['home']()\n",
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


SHAPES = """
import functools
from flask import Flask, request
from flask.views import MethodView, View
{own}
app = {kind}(__name__)
def around(view):
    @functools.wraps(view)
    def inner(**values):
        if values["n"] == 7:
            return "kept out", 403
        return view(**values)
    return inner
@app.route("/plain/<int:n>")
def plain(n):
    print("from plain")
    app.logger.warning("logged by plain")
    return str(1 / n), 200, {{"X-Plain": "1"}}
@app.route("/wrapped/<int:n>")
@around
def wrapped(n):
    return str(1 / n)
@app.route("/pieces/<int:n>")
def pieces(n):
    yield str(n)
class ByMethod(MethodView):
    def get(self, n):
        return str(1 / n)
app.add_url_rule("/method/<int:n>", view_func=ByMethod.as_view("method"))
class ByClass(View):
    def dispatch_request(self, n):
        return str(1 / n)
app.add_url_rule("/class/<int:n>", view_func=ByClass.as_view("class"))
app.add_url_rule("/cached/<int:n>", "cached", functools.lru_cache(lambda n: str(1 / n)))
"""
CALLS = "self.view_functions[request.endpoint](**request.view_args)"
OWN = {
    "dispatch": f"    def dispatch_request(self):\n        return {CALLS}\n",
    "full": f"    def full_dispatch_request(self):\n        return self.finalize_request({CALLS})\n",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("method", OWN)
def test_a_view_that_is_called_directly_is_told_as_by_flask(method: str, engine: str, tmp_path: Path) -> None:
    own = f"class Own(Flask):\n{OWN[method]}"
    usual = live(tmp_path / "usual", SHAPES.format(own="", kind="Flask"), engine)[1]
    called = live(tmp_path / "called", SHAPES.format(own=own, kind="Own"), engine)[1]
    for shape, n in product(("plain", "wrapped", "pieces", "method", "class", "cached"), (1, 0, 7)):
        expected, got = (lab.send(f"GET /{shape}/{n}") for lab in (usual, called))
        checked(got)
        assert expected.response is not None
        assert got.response is not None
        assert got.response.status == expected.response.status
        step, other = got.first(ViewStep), expected.first(ViewStep)
        if step is None:  # what cannot be seen is not told; nor is it said that it never ran
            assert shape in ("cached", "pieces")
            assert "never ran" not in " ".join(answer_of(got).cause)
            continue
        assert other is not None
        line = 0 if step.call.place.line is None else step.call.place.line - own.count("\n")
        moved = step.call.place.replace(line=line)
        assert (moved.function, moved.line) == (other.call.place.function, other.call.place.line)
        for fact in ("arguments", "printed", "logged", "ran"):
            assert getattr(step.call, fact) == getattr(other.call, fact), (shape, n, fact)
        kinds = [None if it.returned is None else it.returned.type for it in (step.call, other.call)]
        assert kinds[0] == kinds[1]
        raised = [None if it.raised is None else it.raised.type for it in (step.call, other.call)]
        assert raised[0] == raised[1]
        assert len(step.call.wrappers) == len(other.call.wrappers) - (shape == "cached")


# What a `full_dispatch_request` of the app's own answers by itself, and with which status.
ALONE = {
    "a response, 404": "return Response('own', 404)",
    "a response, 200": "return Response('own')",
    "Flask's own": "return super().full_dispatch_request()",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("alone", ALONE)
def test_a_dispatcher_that_answers_where_no_rule_fits_is_named(
    alone: str, engine: str, tmp_path: Path
) -> None:
    source = (
        "from flask import Flask, Response\nclass Own(Flask):\n    def full_dispatch_request(self):\n"
        f"        {ALONE[alone]}\napp = Own(__name__)\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /x")
    checked(trace)
    shown, own = plain(trace), alone != "Flask's own"
    said = "Own.full_dispatch_request() at app.py:3 answered, in the place of Flask's dispatch."
    assert (said in shown) is own, shown
    assert ("set by Own.full_dispatch_request." in shown) is own, shown
    assert "the app's own code" not in shown


# A stage of the app's own that has `ensure_sync` called with something else than what the stage is there for.
OTHERS = """
from flask import Flask, current_app, render_template_string, request
class Own(Flask):
    def preprocess_request(self):
        self.ensure_sync(helper)()
        return super().preprocess_request()
    def dispatch_request(self):
        self.ensure_sync(helper)()
        if "super" in request.args:
            return super().dispatch_request()
        if "own" in request.args:
            return render_template_string("{{ more }} by own")
        return self.view_functions[request.url_rule.endpoint](**request.view_args)
    def handle_user_exception(self, error):
        self.ensure_sync(helper)()
        return super().handle_user_exception(error)
app = Own(__name__)
def helper():
    return "helped"
@app.before_request
def before():
    request.seen = True
@app.context_processor
def processor():
    return {"more": 1}
@app.errorhandler(ValueError)
def failed(error):
    return "failed"
@app.route("/template")
def template():
    return render_template_string("{{ more }}")
@app.route("/ensured")
def ensured():
    return "is " + current_app.ensure_sync(helper)()
@app.route("/fails")
def fails():
    raise ValueError
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("way", ["", "?super", "?own"])
@pytest.mark.parametrize("view", ["template", "ensured", "fails"])
def test_a_stage_of_the_apps_own_may_call_others_too(
    view: str, way: str, engine: str, tmp_path: Path
) -> None:
    trace = live(tmp_path, OTHERS, engine)[1].send(f"GET /{view}{way}")
    checked(trace)
    shown = plain(trace, verbose=True)
    assert "helper" not in shown.replace("ensure_sync(helper)", ""), shown
    called = [step.call.place.function for step in trace.steps if isinstance(step, ViewStep | HookStep)]
    templated = ["processor"] if way == "?own" or view == "template" else []
    assert called == ["before", *([] if way == "?own" else [view]), *templated], shown
    assert (" -> failed" in " ".join(shown.split())) is (view == "fails" and way != "?own")
    if way == "?own":
        assert f"{view}() never ran: Own.dispatch_request() answered in its place." in shown
