"""What the engine offers under Flask's names, what it leaves out, and what it says then."""

import ast
import importlib
import inspect
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import flask
import pytest

from routelab import engine
from routelab.engine.errors import NotInEngine
from tables import each

ROOM = Path(engine.__file__).parent

SIGNALS = {name for name in dir(flask.signals) if not name.startswith("_")} & set(dir(flask))
LEFT_OUT = {"stream_template", "stream_template_string", "__getattr__"}
BY_THE_WAY = {"annotations"}  # a name that Flask's __init__ only happens to hold

CLASSES = (
    "app.Flask",
    "blueprints.Blueprint",
    "blueprints.BlueprintSetupState",
    "ctx.AppContext",
    "ctx.RequestContext",
    "json.provider.JSONProvider",
    "json.provider.DefaultJSONProvider",
    "sessions.SessionMixin",
    "sessions.SessionInterface",
    "sessions.SecureCookieSessionInterface",
    "testing.EnvironBuilder",
    "testing.FlaskClient",
    "views.View",
    "views.MethodView",
    "wrappers.Request",
    "wrappers.Response",
    "config.Config",
)
# Methods whose parameters differ on purpose: they do nothing, or say that they do not.
OTHER_PARAMETERS = {"run"}


def names_in(package: ModuleType) -> set[str]:
    """List its names but for modules: which of these it holds depends on what was imported before."""
    return {name for name in dir(package) if not inspect.ismodule(getattr(package, name))}


def test_it_exports_what_flask_exports() -> None:
    ours = names_in(engine)
    assert names_in(flask) - ours == SIGNALS | LEFT_OUT | BY_THE_WAY - ours


# The modules that apps and tutorials import from; `flask.X` is `routelab.engine.X` where an app runs on it.
MODULES = (
    "app", "blueprints", "cli", "config", "ctx", "globals", "helpers", "json", "json.provider", "json.tag",
    "logging", "sessions", "templating", "testing", "typing", "views", "wrappers",
)  # fmt: skip


@each("module", MODULES)
def test_each_module_that_is_imported_from_flask_is_there(module: str) -> None:
    theirs = importlib.import_module(f"flask.{module}")
    ours = importlib.import_module(f"routelab.engine.{module}")
    exported = {name for name in dir(flask) if getattr(theirs, name, None) is getattr(flask, name)}
    defined = {
        name for name in exported if getattr(getattr(flask, name), "__module__", None) == theirs.__name__
    }
    assert defined - SIGNALS - LEFT_OUT <= set(dir(ours))


@each("path", CLASSES)
def test_shared_methods_have_flasks_parameters(path: str) -> None:
    module, _, name = path.rpartition(".")
    theirs = getattr(importlib.import_module(f"flask.{module}"), name)
    ours = getattr(importlib.import_module(f"routelab.engine.{module}"), name)
    for method in set(vars(ours)) & set(dir(theirs)) - OTHER_PARAMETERS:
        if inspect.isfunction(vars(ours)[method]) and (method == "__init__" or not method.startswith("__")):
            assert parameters(getattr(ours, method)) == parameters(getattr(theirs, method)), method


def parameters(function: Callable[..., Any]) -> dict[str, tuple[str, bool]]:
    """Return each parameter's kind, and whether it has a default; but for the first, which is the object."""
    _, *others = inspect.signature(function).parameters.values()
    return {
        parameter.name: (parameter.kind.name, parameter.default is not parameter.empty)
        for parameter in others
    }


@each(
    "attribute",
    ["test_cli_runner", "open_instance_resource", "config.from_prefixed_env", "config.get_namespace"],
)
def test_an_attribute_that_is_left_out_says_so(attribute: str) -> None:
    owner, _, name = attribute.rpartition(".")
    ours, theirs = (
        getattr(app, owner) if owner else app for app in (engine.Flask("app"), flask.Flask("app"))
    )
    told = f"no {type(ours).__name__}.{name}; use --engine flask, which needs Flask"
    with pytest.raises(AttributeError, match=re.escape(told)):
        getattr(ours, name)
    assert not hasattr(ours, name)
    assert hasattr(theirs, name)


def match_hosts() -> None:
    engine.Flask("app", host_matching=True, static_folder=None)


def match_a_static_host() -> None:
    engine.Flask("app", static_host="static.example.com")


async def asynchronous() -> str:
    return "later"


def call_an_async_view() -> None:
    app = engine.Flask("app")
    app.testing = True
    app.add_url_rule("/", view_func=asynchronous)
    app.test_client().get("/")


def call_an_async_hook() -> None:
    app = engine.Flask("app")
    app.testing = True
    app.before_request(asynchronous)
    app.test_client().get("/")


@each(
    ("use", "what"),
    [
        (match_hosts, "host matching"),
        (match_a_static_host, "host matching"),
        (call_an_async_view, "async functions: asynchronous is `async def`"),
        (call_an_async_hook, "async functions: asynchronous is `async def`"),
    ],
)
def test_a_use_that_is_left_out_says_so(use: Callable[[], None], what: str) -> None:
    with pytest.raises(NotInEngine) as raised:
        use()
    assert str(raised.value) == f"routelab's engine has no {what}; use --engine flask, which needs Flask"
    assert raised.value.what == what


def test_run_starts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    app = engine.Flask("app")
    app.run("0.0.0.0", 80, debug=True)
    assert capsys.readouterr() == ("", "")
    assert not app.debug


PROBE = """
import sys
from routelab.engine import Flask, session
app = Flask("app")
app.add_url_rule("/", view_func=lambda: {"a": 1})
client = app.test_client()
for step in (lambda: client.get("/"), lambda: setattr(app, "secret_key", "k") or client.get("/"),
             lambda: app.jinja_env):
    step()
    print(*(name in sys.modules for name in ("itsdangerous", "jinja2", "flask", "asyncio", "rich")))
"""


def test_heavy_modules_are_imported_when_they_are_needed() -> None:
    root = ROOM.parent.parent
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.split("\n")[:-1] == [
        "False False False False False",
        "True False False False False",
        "True True False False False",
    ]


DOCUMENT = (ROOM.parent.parent / "docs" / "engine.md").read_text(encoding="utf-8")


def test_the_document_names_each_module_and_its_example_runs() -> None:
    for path in ROOM.glob("*.py"):
        assert path.stem == "__init__" or f"`{path.name}`" in DOCUMENT, path.name
    for example in re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL):
        exec(compile(example, "docs/engine.md", "exec"), {"__name__": "shop"})


def test_it_stays_an_evenings_reading() -> None:
    assert sum(lines_of_code(path.read_text()) for path in ROOM.rglob("*.py")) < 2000


def lines_of_code(source: str) -> int:
    """Count the lines that are neither blank, nor comment, nor docstring."""
    docstrings = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    ignored = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    lines = {
        line
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in ignored and token.string
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(lines - docstrings)
