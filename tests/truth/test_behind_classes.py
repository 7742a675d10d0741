"""Behind a class-based view: decorators around its methods, its own `dispatch_request`, its base's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from effort import chosen
from routelab.lab import load
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace
from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, write_app

KIT = """
from functools import wraps
from flask import Response, abort, make_response, request
from flask.views import MethodView, View

def handing_on(method):
    @wraps(method)
    def wrapper(*args, **kwargs):
        return method(*args, **kwargs)
    return wrapper

def marshal(**_options):
    def decorator(method):
        @wraps(method)
        def wrapper(*args, **kwargs):
            response = make_response(method(*args, **kwargs))
            response.headers["X-Kit"] = "1"
            return response
        return wrapper
    return decorator

def refusing(method):
    @wraps(method)
    def wrapper(*args, **kwargs):
        return "refused", 403
    return wrapper

def failing(method):
    @wraps(method)
    def wrapper(*args, **kwargs):
        abort(422)
    return wrapper

class Resource(MethodView):
    def dispatch_request(self, **kwargs):
        return getattr(self, request.method.lower())(**kwargs)

class Guarded(MethodView):
    def dispatch_request(self, **kwargs):
        method = getattr(self, request.method.lower(), None) or self.get
        for decorator in self.method_decorators:
            method = decorator(method)
        return method(**kwargs)

class Turning(MethodView):
    def dispatch_request(self, **kwargs):
        response = make_response(super().dispatch_request(**kwargs))
        response.status_code = 202
        return response
"""
APP = """
import sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).parent / "site-packages"))
from flask import Flask
from flask.views import MethodView
from kit import *
app = Flask(__name__)

def outside(view):
    @wraps(view)
    def wrapped(**kwargs):
        return view(**kwargs)
    return wrapped

class Item({base}):
    decorators = [{view}]
    {method}
    def get(self, number):
        return f"got {{number}}"
    {method}
    def post(self, number):
        return f"posted {{number}}"
app.add_url_rule("/<int:number>", view_func=Item.as_view("item"))
"""
BASES = ("MethodView", "Resource", "Turning")
# What stands around the method: whether the method runs, who answers where it is not the method, the status.
AROUND: dict[str, tuple[bool, str | None, int]] = {
    "": (True, None, 200),
    "@handing_on": (True, None, 200),
    "@marshal(x=1)": (True, "marshal", 200),
    "@handing_on\n    @marshal()": (True, "marshal", 200),
    "@refusing": (False, "refusing", 403),
    "@handing_on\n    @refusing": (False, "refusing", 403),
    "@failing": (False, "failing", 422),
    "@failing\n    @handing_on": (False, "failing", 422),
    "@refusing\n    @handing_on": (False, "refusing", 403),
}


VIEWS = ("", "outside", "handing_on")


def product_of_pairs() -> Iterator[tuple[str, str, str]]:
    """Yield a third of the product, in which any two of the three are met together."""
    for number, base in enumerate(BASES):
        for turn, around in enumerate(AROUND):
            yield base, around, VIEWS[(number + turn) % len(VIEWS)]


def traced(folder: Path, engine: str, *lines: str, **parts: str) -> list[Trace]:
    """Load the app once, and send each line to it."""
    write_app(folder, KIT, "site-packages/kit.py")
    with load(write_app(folder, APP.format(**parts)), engine=engine, folder=folder) as lab:
        traces = [lab.send(line) for line in lines]
    for trace in traces:
        checked(trace)
    return traces


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("base", "around", "view"), chosen([*product(BASES, AROUND, VIEWS)], [*product_of_pairs()])
)
def test_a_method_is_told_apart_from_what_stands_around_it(
    base: str, around: str, view: str, engine: str, tmp_path: Path
) -> None:
    get, post = traced(tmp_path, engine, "GET /3", "POST /3", base=base, method=around, view=view)
    check_told_apart(get, "get", base, around)
    check_told_apart(post, "post", base, around)


def check_told_apart(trace: Trace, verb: str, base: str, around: str) -> None:
    match = trace.first(MatchStep)
    assert match is not None
    won = next(it for it in match.candidates if it.candidate.endpoint == "item")
    assert (won.place.function, won.place.file) == ("Item", "app.py")
    runs, answers, status = AROUND[around]
    step = trace.first(ViewStep)
    assert step is not None
    call = step.call
    assert call.place.function == f"Item.{verb}"
    assert call.place.file == "app.py"
    assert call.ran is runs
    if runs:
        assert call.returned is not None
        assert call.returned.repr == ("'got 3'" if verb == "get" else "'posted 3'")
        assert [(it.name, it.value.repr) for it in call.arguments] == [("number", "3")]
    if base == "Turning" and status != 422:
        # The base's dispatch_request makes a response of it, and of what is one already the same again.
        answers, status = answers if answers == "marshal" else "kit:Turning.dispatch_request", 202
    assert trace.response is not None
    assert trace.response.status == status
    assert (call.answered_by and call.answered_by.name) == answers


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("base", ["MethodView", "Resource"])
def test_a_header_of_a_methods_decorator(base: str, engine: str, tmp_path: Path) -> None:
    (trace,) = traced(tmp_path, engine, "GET /3", base=base, method="@marshal()", view="")
    response = trace.first(ResponseStep)
    assert response is not None
    why = {header.name: header.why for header in response.headers}
    assert why["X-Kit"] == "set by marshal"
    assert trace.cause == (
        "Item.get() returned a string, and marshal (kit:wrapper()) around it returned a response, "
        "which was sent."
    )


# What a class of somebody else's puts around a method as it is called: nothing before shows it.
GUARDS = {
    "own": ("kit:Guarded.dispatch_request() raised Forbidden in inner() at app.py:10.", (10, 10)),
    "refusing": ("kit:Guarded.dispatch_request() answered in its place.", (14, 14)),
    "handing_on": ("", None),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("verb", ["GET", "HEAD"])
def test_a_method_that_a_guard_kept_from_running(verb: str, guard: str, engine: str, tmp_path: Path) -> None:
    source = (
        "import sys\nfrom pathlib import Path\nsys.path.insert(0, str(Path(__file__).parent / 'site-packages'))\n"
        "from flask import Flask\nfrom flask.views import MethodView\nfrom kit import *\napp = Flask(__name__)\n"
        "def own(method):\n    def inner(**kwargs):\n        abort(403)\n    return inner\n"
        f"class Item(Guarded):\n    method_decorators = [{guard}]\n"
        "    def get(self, number):\n        return 'got'\n    def helps(self):\n        return 1\n"
        "app.add_url_rule('/<int:number>', view_func=Item.as_view('item'))\n"
    )
    said, lines = GUARDS[guard]
    write_app(tmp_path, KIT, "site-packages/kit.py")
    with load(write_app(tmp_path, source), engine=engine, folder=tmp_path) as lab:
        trace = lab.send(f"{verb} /3")
    checked(trace)
    step = trace.first(ViewStep)
    assert step is not None
    assert (step.call.place.function, step.call.ran) == ("Item.get", not said)
    assert trace.cause is not None
    if lines is not None:
        assert trace.cause == f"Item.get() never ran: {said}"
        spot = answer_of(trace).spot
        assert spot is not None
        assert (spot.first, spot.line) == lines


# As an extension does that makes the objects of a class itself; and what stands around it, or answers before.
INJECTED = """
from functools import wraps
from flask import Flask, request
from flask.views import MethodView, View
app = Flask(__name__)
def marking(view):
    @wraps(view)
    def marked(*args, **kwargs):
        return view(*args, **kwargs)
    return marked
class Hello(View):
    def dispatch_request(self, name):
        return f"hi {name}"
class Marked(Hello):
    @marking
    def dispatch_request(self, name):
        return f"marked {name}"
class Methods(MethodView):
    def get(self, name):
        return f"got {name}"
class Decorated(Hello):
    decorators = [marking]
for each in (Hello, Marked, Methods, Decorated):
    app.add_url_rule(f"/{each.__name__}/<name>", view_func=each.as_view(each.__name__))
def injected(kind):
    def view(*args, **kwargs):
        if "early" in request.args:
            return "early"
        return kind().dispatch_request(*args, **kwargs)
    view.view_class = kind
    return view
for endpoint, kind in {"Hello": Hello, "Marked": Marked, "Methods": Methods}.items():
    app.view_functions[endpoint] = injected(kind)
"""
INSIDE = {
    "Hello": "Hello.dispatch_request", "Marked": "Marked.dispatch_request", "Methods": "Methods.get",
    "Decorated": "Hello.dispatch_request",
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", INSIDE)
def test_an_extension_may_make_the_objects_of_a_class(kind: str, engine: str, tmp_path: Path) -> None:
    with load(write_app(tmp_path, INJECTED), engine, folder=tmp_path) as lab:
        trace, early = lab.send(f"GET /{kind}/ann"), lab.send(f"GET /{kind}/ann?early")
    checked(trace)
    checked(early)
    step = trace.first(ViewStep)
    assert step is not None
    assert (step.call.place.function, step.call.ran) == (INSIDE[kind], True)
    left_out = early.first(ViewStep)
    assert left_out is not None
    if kind in ("Hello", "Marked"):
        assert (left_out.call.place.function, left_out.call.ran) == (INSIDE[kind], False)
