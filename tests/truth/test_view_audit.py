"""Views that do not take what their rules give: an audit says so where Flask's call of them raises, and only there."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from effort import LONG_FORM
from routelab.lab import Lab
from routelab.routing.finding import Level
from support import ENGINES, lab_of

pytestmark = pytest.mark.worker

PARAMETERS = (
    "", "name", "other", "name=None", "other=None", "*, name", "name, /", "*args", "**more", "name, other", "name, **more",
    "other, **more", "name, other=1", "*args, name", "other, /, **more",
)  # fmt: skip
RULES = ("/", "/<name>", "/<name>/<other>", "/x/<int:number>")
# What is written above the view: nothing, a decorator that hands all on, one that adds an argument, one that takes one,
# and two that make others of them.
HANDS_ON = "hands_on"
DECORATORS = ("", HANDS_ON, "adds", "takes", "makes", "sorts")
APP = """
from functools import wraps
from flask import Flask
from flask.views import MethodView

app = Flask(__name__)

def hands_on(view):
    @wraps(view)
    def around(*args, **given):
        return view(*args, **given)
    return around

def adds(view):
    @wraps(view)
    def around(**given):
        return view(**{"other": "added", **given})
    return around

def takes(view):
    @wraps(view)
    def around(**given):
        given.pop("name", None)
        return view(**given)
    return around

def makes(view):
    @wraps(view)
    def around(**given):
        made = {name: 1 for name in view.__annotations__}
        print(given)
        return view(**made)
    return around

def sorts(view):
    @wraps(view)
    def around(**given):
        given = {name: value for name, value in given.items() if name in view.__code__.co_varnames}
        return view(**given)
    return around
"""
CASES = tuple(product(PARAMETERS, RULES, DECORATORS))


def view(number: int, parameters: str, rule: str, decorator: str) -> str:
    lines = [f"@app.get('/v{number}{rule}')", *([f"@{decorator}"] if decorator else [])]
    return "\n".join([*lines, f"def view{number}({parameters}):", "    return 'taken'", ""])


def method(number: int, parameters: str, rule: str) -> str:
    takes_self = f"self, {parameters}" if parameters else "self"
    added = f"app.add_url_rule('/m{number}{rule}', view_func=Method{number}.as_view('method{number}'))"
    return f"class Method{number}(MethodView):\n    def get({takes_self}):\n        return 'taken'\n{added}\n"


def path_of(rule: str) -> str:
    return rule.replace("<name>", "a").replace("<other>", "b").replace("<int:number>", "7")


def levels(lab: Any) -> dict[str, Level]:
    found = [placed for placed in lab.audit().findings if placed.finding.code.value == "R210"]
    return {placed.finding.about.endpoint: placed.level for placed in found}


def is_taken(lab: Any, line: str) -> bool:
    trace = lab.send(line)
    if trace.exception is not None:
        assert trace.exception.type == "TypeError"
        assert "argument" in trace.exception.message
        return False
    assert trace.response.body == b"taken"
    return True


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("decorator", DECORATORS)
def test_a_view_is_found_where_its_call_raises(decorator: str, engine: str, tmp_path: Path) -> None:
    cases = [
        (number, parameters, rule)
        for number, (parameters, rule, around) in enumerate(CASES)
        if around == decorator
    ]
    if decorator and not LONG_FORM:
        cases = [case for case in cases if case[0].bit_count() % 2]
    lab = lab_of(tmp_path, APP + "".join(view(*case, decorator) for case in cases), engine)
    found = levels(lab)
    raises = {
        f"view{number}" for number, _, rule in cases if not is_taken(lab, f"GET /v{number}{path_of(rule)}")
    }
    if not decorator:
        assert raises == set(found)
        assert set(found.values()) == {Level.ERROR}
    elif decorator == HANDS_ON:
        # A decorator may add what is missing, so only what is not taken is said, and with a doubt.
        assert set(found) <= raises
        assert set(found) == {
            f"view{number}" for number, parameters, rule in cases if not takes_all_of(parameters, rule)
        }
        assert set(found.values()) == {Level.WARNING}
    else:  # what a decorator speaks of by name it may deal with, and what it makes of them is not known
        assert set(found) <= raises
        assert set(found.values()) == ({Level.WARNING} if decorator == "adds" else set())


def takes_all_of(parameters: str, rule: str) -> bool:
    """Whether all that the rule gives is taken, as Python has it: what is missing is put in."""
    names = [name for name in ("name", "other", "number") if f"{name}>" in rule]
    function = eval(f"lambda {parameters}: None")  # of the table above
    for filled in ({}, {"name": 1}, {"other": 1}, {"name": 1, "other": 1}):
        for before in ((),) if parameters.split(",")[0] in names else ((), (1,)):
            try:
                function(*before, **{**filled, **dict.fromkeys(names)})
            except TypeError:
                continue
            return True
    return False


@pytest.mark.parametrize("engine", ENGINES)
def test_a_method_of_a_class_is_found_where_its_call_raises(engine: str, tmp_path: Path) -> None:
    cases = list(enumerate(product(PARAMETERS, RULES)))
    lab = lab_of(tmp_path, APP + "".join(method(number, *case) for number, case in cases), engine)
    raises = {
        f"method{number}"
        for number, (_, rule) in cases
        if not is_taken(lab, f"GET /m{number}{path_of(rule)}")
    }
    assert set(levels(lab)) == raises


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("value", ["'text'", "7", "None", "helper", "callable_object", "len"])
def test_what_cannot_be_called_is_found(value: str, engine: str, tmp_path: Path) -> None:
    import_it = "import json as helper\n" if value == "helper" else ""
    made = "class Made:\n    def __call__(self):\n        return 'taken'\ncallable_object = Made()\n"
    app = f"{import_it}{APP}{made}app.add_url_rule('/', 'it')\napp.view_functions['it'] = {value}\n"
    lab = lab_of(tmp_path, app, engine)
    found = {placed.finding.code.value: placed.level for placed in lab.audit().findings}
    trace = lab.send("GET /")
    not_callable = trace.exception is not None and "not callable" in trace.exception.message
    assert ("R209" in found) is not_callable
    assert not not_callable or found["R209"] is Level.ERROR


ABOVE = """
from functools import lru_cache, partial, wraps
from flask import Flask
app = Flask(__name__)
def login_required(view):
    @wraps(view)
    def inner(*args, **kwargs):
        return "log in first"
    return inner
@login_required
@app.route("/above")
def above(): return "in"
class Counted:
    def __init__(self, view): self.view = view
    def __call__(self, *args): return "counted"
@Counted
@app.route("/counted")
def counted(): return "in"
@lru_cache
@app.route("/cached")
def cached(): return "in"
def constant(*args): return lambda: "constant"
@constant
@app.route("/constant")
def forgets(): return "in"
class Denied(Counted):
    def __init__(self, view): pass
@Denied
@app.route("/denied")
def denied(): return "in"
@constant
@app.route("/twice")
def twice(): return "in"
def twice(): return "no wrapper, but another function of that name"
@app.route("/below")
@login_required
def below(): return "in"
@app.route("/none")
def none(): return "in"
def show(kind, key): return kind
app.add_url_rule("/partial/<n>", "partial", partial(partial(show, "cat"), key=1))
app.add_url_rule("/away/<int:n>", redirect_to="/none", endpoint="away")
app.add_url_rule("/lacks/<int:n>", endpoint="lacks")
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_what_stands_around_a_view_is_told_for_what_it_is(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, ABOVE, engine) as lab:
        found = {(it.finding.code.value, it.finding.about.rule): it for it in lab.audit().findings}
        above = {("R303", path) for path in ("/above", "/counted", "/cached", "/constant", "/denied")}
        assert set(found) == {*above, ("R210", "/partial/<n>"), ("R206", "/lacks/<int:n>")}
        said = found["R303", "/above"].finding.text
        assert "in the file above is inner() at app.py:6" in said
        assert body_of(lab, "/above") == b"in"  # the wrapper did not run
        assert {b"in"} == {body_of(lab, path) for _, path in above}
        assert body_of(lab, "/below") == b"log in first"
        said = found["R210", "/partial/<n>"].finding.text
        assert "the variable n, and show() does not take it" in said


def body_of(lab: Lab, path: str) -> bytes:
    response = lab.send(f"GET {path}").response
    return b"" if response is None else response.body
