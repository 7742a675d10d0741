"""What the load step adds to the exception's own words: facts from the frame that raised, on both engines alike."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from routelab.lab import load
from routelab.tracing.steps.load import LoadStep
from support import ENGINES, Object, checked, step, write_app

HEAD = """
from functools import partial, wraps
from flask import Blueprint, Flask
from flask.views import View
from werkzeug.routing import BaseConverter
app = Flask(__name__)
"""

SAME_NAME = """
@app.route("/")
def page(): return "home"
@app.route("/about")
def page(): return "about"
"""
IN_A_BLUEPRINT = """
shop = Blueprint("shop", __name__)
@shop.route("/")
def page(): return "home"
@shop.route("/about")
def page(): return "about"
app.register_blueprint(shop)
"""
SEEN_THROUGH = """
def kept(function):
    @wraps(function)
    def wrapper(): return function()
    return wrapper
@app.route("/")
@kept
def page(): return "home"
@app.route("/about")
@kept
def page(): return "about"
"""
NOT_WRAPPED = """
def guarded(function):
    def wrapper(*args): return function(*args)
    return wrapper
@app.route("/")
@guarded
def home(): return "home"
@app.route("/about")
@guarded
def about(): return "about"
"""
NOT_WRAPPED_TWICE = """
def outer(function):
    def shell(*args): return function(*args)
    return shell
def inner(role):
    def decorator(function):
        def guarded(*args): return role and function(*args)
        return guarded
    return decorator
@app.route("/")
@outer
@inner("admin")
def home(): return "home"
@app.route("/about")
@outer
@inner("guest")
def about(): return "about"
"""
BELOW_A_DECORATOR = """
def kept(function):
    @wraps(function)
    def wrapper(): return function()
    return wrapper
@app.route("/")
@kept
@app.route("/home")
def page(): return "home"
"""
MADE_IN_A_LOOP = """
for name in ("a", "b"):
    def page(name=name): return name
    app.add_url_rule(f"/{name}", view_func=page)
"""
MADE_IN_A_FACTORY = """
del app
def create_app():
    app = Flask(__name__)
    def helper(): return "x"
    @app.route("/")
    def page(): return helper()
    @app.route("/about")
    def page(): return helper()
    return app
"""
CLASS_TWICE = """
class Users(View):
    def dispatch_request(self): return "x"
app.add_url_rule("/", view_func=Users.as_view("users"))
app.add_url_rule("/all", view_func=Users.as_view("users"))
"""
BY_NAME = """
app.add_url_rule("/", "page", lambda: "x")
def other(): return "y"
app.add_url_rule("/other", "page", other)
"""
CASES = [
    (SAME_NAME, "the endpoint page is taken by page() at app.py:7; give page() at app.py:9 another name, or an endpoint="),
    (IN_A_BLUEPRINT, "the endpoint shop.page is taken by page() at app.py:8; give page() at app.py:10 another name, or an endpoint="),
    (SEEN_THROUGH, "the endpoint page is taken by page() at app.py:12; give page() at app.py:15 another name"),
    (
        NOT_WRAPPED,
        "the endpoint wrapper is the name of wrapper() at app.py:7, which guarded() put in the place of home() at app.py:11"
        " and about() at app.py:14; @functools.wraps above def wrapper lets each keep its own",
    ),
    (
        NOT_WRAPPED_TWICE,
        "the endpoint shell is the name of shell() at app.py:7, which outer() put in the place of home() at app.py:17"
        " and about() at app.py:21; @functools.wraps above def shell lets each keep its own",
    ),
    (BELOW_A_DECORATOR, "the endpoint page is taken by page() at app.py:13 itself, below another decorator; write each route"),
    (MADE_IN_A_LOOP, "the endpoint page is taken by page() at app.py:7, made a second time; make it once, or give each rule"),
    (MADE_IN_A_FACTORY, "the endpoint page is taken by page() at app.py:11; give page() at app.py:13 another name"),
    (CLASS_TWICE, "the endpoint users is taken by Users.as_view() at app.py:6, made a second time; make it once, or give"),
    (BY_NAME, "the endpoint page is taken by a lambda at app.py:6; give other() at app.py:7 another endpoint"),
]  # fmt: skip

OWN_CONVERTER = """
class Month(BaseConverter):
    pass
app.url_map.converters["month"] = Month
"""
STANDARD = "the converters are string, any, path, int, float and uuid"
OWN = "the converters are string, any, path, int, float, uuid and month"
CONVERTERS = [
    ("", "/<integer:x>", f"{STANDARD}; did you mean int?"),
    ("", "/<Int:x>", f"{STANDARD}; did you mean int?"),
    ("", "/<number:x>/<int:y>", f"{STANDARD}; did you mean int?"),
    ("", "/<str:path>", f"{STANDARD}; did you mean string?"),
    ("", "/<flaot:x>", f"{STANDARD}; did you mean float?"),
    ("", "/<x:int>", f"{STANDARD}; the converter comes first: <int:x>"),
    ("", "/<regex('[a-z]+'):x>", f"{STANDARD}; /<regex('[a-z]+'):x> names another"),
    (OWN_CONVERTER, "/<mouth:x>", f"{OWN}; did you mean month?"),
]


def failed(source: str, engine: str, folder: Path) -> tuple[LoadStep, Object]:
    trace = load(write_app(folder, dedent(source)), engine=engine, folder=folder).send("GET /")
    (only,) = trace.steps
    assert isinstance(only, LoadStep)
    return only, step(checked(trace), "load")


TWO_NAMES = """
first = Blueprint("api", __name__)
@first.route("/")
def page(): return "page"
second = Blueprint("api", __name__)
app.register_blueprint(first, url_prefix="/first")
app.register_blueprint(second, url_prefix="/second")
"""
ONE_VARIABLE = """
def made(prefix):
    shop = Blueprint("shop", __name__, static_folder="s")
    @shop.route("/")
    def page(): return prefix
    return shop
for prefix in ("a", "b"):
    app.register_blueprint(made(prefix), url_prefix="/" + prefix)
"""
REGISTERED_AGAIN = """
shop = Blueprint("shop", __name__)
app.register_blueprint(shop)
app.register_blueprint(shop, url_prefix="/again")
"""
NESTED_NAMES = """
inner, other = Blueprint("v1", __name__), Blueprint("v1", __name__)
@inner.route("/")
def page(): return "page"
outer = Blueprint("api", __name__)
outer.register_blueprint(inner)
outer.register_blueprint(other)
app.register_blueprint(outer)
"""
NAMES = [
    (TWO_NAMES, "the name api is taken by the blueprint at app.py:6; give this one another name"),
    (ONE_VARIABLE, "the name shop is taken by the blueprint of page() at app.py:9; give this one another name"),
    (REGISTERED_AGAIN, "the blueprint at app.py:6 is registered as shop already; register it once, or with a name= of its own"),
    (NESTED_NAMES, "the name api.v1 is taken by the blueprint of page() at app.py:8; give this one another name"),
]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("source", "said"), NAMES)
def test_a_taken_name_of_a_blueprint_says_whose_it_is(
    source: str, said: str, engine: str, tmp_path: Path
) -> None:
    load_step, told = failed(HEAD + source.lstrip(), engine, tmp_path)
    assert told["taken_name"]["text"] == said
    assert said in load_step.details


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("source", "said"), CASES)
def test_a_taken_endpoint_names_both_functions(source: str, said: str, engine: str, tmp_path: Path) -> None:
    load_step, told = failed(HEAD + source.lstrip(), engine, tmp_path)
    assert told["taken"]["text"].startswith(said)
    assert told["taken"]["text"] in load_step.details
    assert told["converter"] is None


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("before", "rule", "said"), CONVERTERS)
def test_an_unknown_converter_is_told_with_those_that_there_are(
    before: str, rule: str, said: str, engine: str, tmp_path: Path
) -> None:
    view = f'@app.route("{rule}")\ndef page(**values): return "x"\n'
    load_step, told = failed(HEAD + before + view, engine, tmp_path)
    assert (told["converter"]["rule"], told["converter"]["text"]) == (rule, said)
    assert said in load_step.details
    assert told["taken"] is None


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "line",
    [
        "assert False",
        "{}['x']",
        "raise LookupError('the converter x does not exist')",
        "app.add_url_rule('x')",
    ],
)
def test_other_failures_have_no_such_cause(line: str, engine: str, tmp_path: Path) -> None:
    load_step, told = failed(f"{HEAD}\nendpoint, view_func = 'x', print\n{line}\n", engine, tmp_path)
    assert (told["taken"], told["converter"]) == (None, None)
    assert (load_step.taken, load_step.converter) == (None, None)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("/<größe>", "the name in <größe> may have the letters a to z, digits and _ only"),
        ("/<int:größe>", "the name in <int:größe> may have the letters a to z, digits and _ only"),
        ("/<2nd>", "<2nd> has no name that could be an argument's name in Python"),
        ("/<name", "the < at character 2 has no > after it"),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_that_cannot_be_read_says_what_of_it(
    rule: str, said: str, engine: str, tmp_path: Path
) -> None:
    app = f'{HEAD}@app.route("{rule}")\ndef page(**_): return ""\n'
    with load(write_app(tmp_path, app), engine=engine, folder=tmp_path) as lab:
        (found,) = lab.send("GET /").findings
    assert (found.code, found.text) == ("R307", f"The rule {rule!r} cannot be read: {said}.")
