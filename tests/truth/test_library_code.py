"""Whose code it is: a library's function has its module, and a class-based view the method that answered."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from routelab.lab import load
from support import ENGINES, checked, step, write_app

KIT = """
from functools import partial, wraps
from flask import request
from flask.views import MethodView, View

def check(*_): return None
def keep(response): return response
def fail(error): return "failed", 500
def give(**_): return "given"

class Caller:
    def __call__(self, *_): return None
    def method(self, *_): return None

class Resource(MethodView):
    def dispatch_request(self, **kwargs):
        self.prepare()
        return getattr(self, request.method.lower())(**kwargs)
    def prepare(self): pass

class Page(View):
    def dispatch_request(self, **kwargs):
        return self.render(**kwargs)

class Ready(View):
    def dispatch_request(self): return "ready"

def around(view):
    @wraps(view)
    def inner(*args, **kwargs): return view(*args, **kwargs)
    return inner
"""
APP = """
import sys
from functools import partial
from pathlib import Path
sys.path.insert(0, str(Path(__file__).parent / "{folder}"))
from flask import Flask, abort
from flask.views import MethodView, View
import kit.parts
from kit.parts import *
app = Flask(__name__)
"""
FOLDERS = ("site-packages", "venv/lib/python3.11/site-packages", "__pypackages__/3.11/lib")


def document(folder: Path, source: str, engine: str, line: str = "GET /", packages: str = FOLDERS[0]) -> Any:
    write_app(folder, "", f"{packages}/kit/__init__.py")
    write_app(folder, KIT, f"{packages}/kit/parts.py")
    with load(
        write_app(folder, APP.replace("{folder}", packages) + source), engine=engine, folder=folder
    ) as lab:
        return checked(lab.send(line))


VIEW = '@app.get("/")\ndef home():\n    return "home"\n'
HOOKS = {
    "check": "kit.parts:check",
    "Caller()": "kit.parts:Caller",
    "Caller().method": "kit.parts:Caller.method",
    "partial(check)": "kit.parts:check",
    "around(check)": "kit.parts:check",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("packages", FOLDERS)
@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_of_a_library(hook: str, packages: str, engine: str, tmp_path: Path) -> None:
    found = document(tmp_path, f"app.before_request({hook})\n{VIEW}", engine, packages=packages)
    assert step(found, "hook")["function"] == HOOKS[hook]
    assert f"before_request {HOOKS[hook]}" in step(found, "hook")["headline"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("source", "kind", "named"),
    [
        ("app.after_request(keep)\n" + VIEW, "hook", "kit.parts:keep"),
        ("app.teardown_request(check)\n" + VIEW, "hook", "kit.parts:check"),
        ("app.teardown_appcontext(check)\n" + VIEW, "hook", "kit.parts:check"),
        ("app.add_url_rule('/', 'given', give)\n", "view", "kit.parts:give"),
        ("app.add_url_rule('/', view_func=Ready.as_view('r'))\n", "view", "kit.parts:Ready.dispatch_request"),
    ],
)
def test_whatever_else_is_of_a_library(
    source: str, kind: str, named: str, engine: str, tmp_path: Path
) -> None:
    assert step(document(tmp_path, source, engine), kind)["function"] == named


@pytest.mark.parametrize("engine", ENGINES)
def test_a_handler_of_a_library(engine: str, tmp_path: Path) -> None:
    found = document(tmp_path, "app.register_error_handler(404, fail)\n", engine)
    assert step(found, "error")["handler"]["function"] == "kit.parts:fail"


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_ones_own_has_no_module(engine: str, tmp_path: Path) -> None:
    found = document(tmp_path, "@app.before_request\ndef mine(): pass\n" + VIEW, engine)
    assert step(found, "hook")["function"] == "mine"
    assert step(found, "view")["function"] == "home"


METHODS = """
class {name}({base}):
    def get(self, **kwargs): {body}
    def post(self, **kwargs): {body}
    def render(self, **kwargs): {body}
    def helper(self): pass
app.add_url_rule("/", view_func={wrap}({name}.as_view("item")), methods=["GET", "POST"])
"""
BASES = {"Resource": True, "Page": False, "MethodView": True}
BODIES = {"return 'x'": 200, "self.helper(); return 'x'": 200, "abort(418)": 418, "1 / 0": 500}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("base", "body", "wrap"), list(product(BASES, BODIES, ("", "around"))))
def test_the_method_that_answered(
    base: str, body: str, wrap: str, method: str, engine: str, tmp_path: Path
) -> None:
    source = METHODS.format(name="Item", base=base, body=body, wrap=wrap)
    found = document(tmp_path, source, engine, f"{method} /")
    view = step(found, "view")
    assert view["function"] == (f"Item.{method.lower()}" if BASES[base] else "Item.render")
    assert view["file"] == "app.py"
    assert view["source"]
    assert found["response"]["status"] == BODIES[body]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_base_class_of_ones_own(engine: str, tmp_path: Path) -> None:
    source = """
class Base(View):
    def dispatch_request(self): return self.answer()
class Item(Base):
    def answer(self): return "item"
class Direct(View):
    def dispatch_request(self): return self.answer()
    def answer(self): return "direct"
app.add_url_rule("/", view_func=Item.as_view("item"))
app.add_url_rule("/direct", view_func=Direct.as_view("direct"))
"""
    assert step(document(tmp_path, source, engine), "view")["function"] == "Item.answer"
    assert (
        step(document(tmp_path, source, engine, "GET /direct"), "view")["function"]
        == "Direct.dispatch_request"
    )


# Functions without a route

HELPER = "def slug(text):\n    return text\n"
MAIN = "from flask import Flask\napp = Flask(__name__)\n" + VIEW + HELPER


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("files", "target", "noted"),
    [
        ({"app.py": MAIN}, "app.py", True),
        ({"app.py": MAIN, "other.py": "x = 1\n"}, "app.py", True),
        ({"app.py": MAIN, "tests/test_app.py": "from app import slug\n"}, "app.py", False),
        ({"app.py": MAIN, "script.py": "import app\nprint(app.slug('x'))\n"}, "app.py", False),
        ({"shop/__init__.py": MAIN}, "shop", False),
        ({"shop/__init__.py": "", "shop/web.py": MAIN}, "shop/web.py", False),
        ({"shop/__init__.py": "", "shop/web.py": MAIN}, "shop.web", False),
    ],
)
def test_who_is_called_a_forgotten_view(
    files: dict[str, str], target: str, noted: bool, engine: str, tmp_path: Path
) -> None:
    for name, text in files.items():
        write_app(tmp_path, text, name)
    with load(target, engine=engine, folder=tmp_path) as lab:
        codes = [note["code"] for note in checked(lab.send("GET /"))["notes"]]
    assert ("function_without_route" in codes) == noted


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_library_ended_names_its_function(engine: str, tmp_path: Path) -> None:
    write_app(tmp_path, "def end(): raise SystemExit\ndef view(): end()\n", f"{FOLDERS[0]}/ending.py")
    found = document(tmp_path, "import ending\napp.add_url_rule('/', view_func=ending.view)\n", engine)
    assert step(found, "stopped")["library"] == "ending:end"
    assert found["cause"].endswith("It was in ending:end().")
