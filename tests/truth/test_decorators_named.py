"""Decorators are named as they are written, in `routes -v` and in a trace: random stacks of every shape."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from routelab.lab import load
from routelab.tracing.steps.view import ViewStep
from support import ENGINES, checked, write_app

KIT = """
import functools

class Cache:
    def cached(self, seconds, unless=None):
        def decorator(view):
            @functools.wraps(view)
            def decorated(*args, **kwargs):
                return view(*args, **kwargs)
            return decorated
        return decorator

def required(view):
    def required_internal(f):
        @functools.wraps(f)
        def decorated(*args, **kwargs):
            return f(*args, **kwargs)
        return decorated
    return required_internal(view)

def unwritten(seconds):
    def use(view):
        @functools.wraps(view)
        def wrapper(*args, **kwargs):
            return view(*args, **kwargs)
        return wrapper
    return use
cache = Cache()
"""
OWN = """
import functools, sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).parent / "site-packages"))
from flask import Flask
from flask.views import View
from kit import cache, required, unwritten
app = Flask(__name__)

def plain(view):
    @functools.wraps(view)
    def inner(*args, **kwargs):
        return view(*args, **kwargs)
    return inner

def bare(view):
    def inner(*args, **kwargs):
        return view(*args, **kwargs)
    inner.__name__ = view.__name__
    return inner

def taking(word):
    def around(view):
        @functools.wraps(view)
        def inner(*args, **kwargs):
            return view(*args, **kwargs)
        return inner
    return around
renamed = taking("x")

class Guard:
    def __init__(self, view):
        self.view = view
        self.__name__ = view.__name__
    def __call__(self, *args, **kwargs):
        return self.view(*args, **kwargs)

def make_local():
    def local(view):
        @functools.wraps(view)
        def inner(*args, **kwargs):
            return view(*args, **kwargs)
        return inner
    return local
local = make_local()
"""
# As it is written, and as it is told.
WRITTEN = {
    "@plain": "plain",
    "@bare": "bare",
    '@taking("y")': "taking",
    "@renamed": "around",  # the name that it has nowhere but in this file
    "@Guard": "Guard",
    "@local": "local",
    "@cache.cached(60)": "cached",
    "@cache.cached(60, unless=lambda: False)": "cached",
    "@required": "required",
    "@unwritten(3)": "unwritten",
}


def stacks(number: int) -> list[tuple[str, ...]]:
    chance = random.Random(12)
    return [tuple(chance.choices(list(WRITTEN), k=chance.randint(0, 4))) for _ in range(number)]


STACKS = [*((written,) for written in WRITTEN), *stacks(30)]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_stack_is_named_as_it_is_written(engine: str, tmp_path: Path) -> None:
    views = []
    for number, stack in enumerate(STACKS):
        lines = "\n".join(stack)
        views.append(
            f'@app.route("/{number}")\n{lines}\ndef view{number}():\n    return "x"\n'.replace("\n\n", "\n")
        )
    # The list of a class has the innermost first.
    listed = [stack for stack in STACKS if "@Guard" not in stack and "@bare" not in stack][:12]
    for number, stack in enumerate(listed):
        items = ", ".join(written.removeprefix("@") for written in reversed(stack))
        views.append(
            f"class Page{number}(View):\n    decorators = [{items}]\n    def dispatch_request(self): return 'x'\n"
            f'app.add_url_rule("/class/{number}", view_func=Page{number}.as_view("page{number}"))\n'
        )
    write_app(tmp_path, KIT, "site-packages/kit.py")
    file = write_app(tmp_path, OWN + "\n".join(views))
    text = file.read_text().splitlines()
    with load(file, engine=engine, folder=tmp_path) as lab:
        routes = {row.rule: row for row in lab.routes().routes}
        for number, stack in enumerate(STACKS):
            wanted = tuple(WRITTEN[written] for written in stack)
            row = routes[f"/{number}"]
            trace = lab.send(f"GET /{number}")
            checked(trace)
            step = trace.first(ViewStep)
            assert step is not None
            assert row.decorators == wanted, stack
            assert tuple(it.name for it in step.call.wrappers) == wanted, stack
            assert all(it.ran for it in step.call.wrappers)
            assert step.call.ran
            assert step.call.answered_by is None
            assert text[(step.call.place.line or 0) - 1] == f"def view{number}():"
        for number, stack in enumerate(listed):
            wanted = tuple(WRITTEN[written] for written in stack)
            assert routes[f"/class/{number}"].decorators == wanted, stack
            step = lab.send(f"GET /class/{number}").first(ViewStep)
            assert step is not None
            assert tuple(it.name for it in step.call.wrappers) == wanted, stack
