"""What did not run: every hook and handler x whose it is x what became of the request, held against who ran.

Each function of the app writes its name into a file when it is called. Whatever could be expected in the request
is then in that file or told as not run, and never both; hooks that have nothing to do with it are not told.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from effort import chosen
from routelab.lab import Lab, load
from routelab.screen.plain import lines
from routelab.screen.shown.trace import trace_blocks
from routelab.tracing.steps.hook import HookStep
from support import ENGINES, checked, write_app

HOOKS = ("url_value_preprocessor", "before_request", "after_request", "teardown_request")
OWNERS = ("app", "api", "shop")
HOOK = """
@{owner}.{kind}
def {kind}_{owner}(*args):
    ran("{kind}_{owner}")
    if FAULT == ("{kind}_{owner}", "raises"): raise KeyError("fault")
    if FAULT == ("{kind}_{owner}", "returns"): return "from a hook"
    return args[0] if "{kind}" == "after_request" else None
"""
VIEW = """
@{owner}.{method}("{rule}")
def {name}(**kwargs):
    ran("{name}")
    if FAULT == ("view", "raises"): raise KeyError("fault")
    if FAULT == ("view", "none"): return None
    return "fine"
"""
# rule, its owner, what is sent, and whose hooks could be expected: the app's always, and these
VIEWS = (
    ("plain_view", "app", "get", "/plain"),
    ("items_view", "api", "get", "/items"),
    ("slash_view", "api", "get", "/slash/"),
    ("own_view", "app", "get", "/api/own"),
    ("shop_view", "shop", "get", "/"),
)
REQUESTS = {
    "GET /plain": (),
    "GET /api/items": ("api",),
    "GET /api/nope": ("api",),
    "POST /api/items": ("api",),
    "GET /api/slash": ("api",),
    "GET /api/own": ("api",),
    "OPTIONS /api/items": ("api",),
    "GET /shop/": ("shop",),
    "GET /nope": (),
}
FAULTS = (
    None,
    ("view", "raises"),
    ("view", "none"),
    ("url_value_preprocessor_app", "raises"),
    ("url_value_preprocessor_api", "raises"),
    ("before_request_app", "raises"),
    ("before_request_app", "returns"),
    ("before_request_api", "raises"),
    ("before_request_api", "returns"),
    ("after_request_app", "raises"),
    ("after_request_api", "raises"),
    ("teardown_request_app", "raises"),
    ("teardown_request_api", "raises"),
)


def source(fault: object, settings: str) -> str:
    parts = [
        "import os\nfrom flask import Blueprint, Flask\n"
        f"FAULT = {fault!r}\n"
        "def ran(name):\n"
        "    with open(os.path.join(os.path.dirname(__file__), 'ran.txt'), 'a') as file:\n"
        "        file.write(name + '\\n')\n"
        "app = Flask(__name__)\n"
        "api = Blueprint('api', __name__, url_prefix='/api')\n"
        "shop = Blueprint('shop', __name__, url_prefix='/shop')\n",
        *(HOOK.format(owner=owner, kind=kind) for owner in OWNERS for kind in HOOKS),
        HOOK.format(owner="app", kind="teardown_appcontext"),
        *(
            VIEW.format(name=name, owner=owner, method=method, rule=rule)
            for name, owner, method, rule in VIEWS
        ),
        "app.register_blueprint(api)\napp.register_blueprint(shop)\n",
        settings,
    ]
    return "".join(parts)


def opened(folder: Path, app: str, engine: str) -> Lab:
    write_app(folder, app)
    lab = load("app.py", engine=engine, folder=folder)
    assert lab.failure is None
    return lab


def sent(folder: Path, app: str, engine: str, line: str) -> Any:
    with opened(folder, app, engine) as lab:
        return checked(lab.send(line))


SETTINGS = ("", "app.testing = True\n")
EVERY = [(fault, settings) for fault in FAULTS for settings in SETTINGS]


@pytest.mark.parametrize(("fault", "settings"), chosen(EVERY, [*EVERY[:4], *EVERY[4::4], *EVERY[7::4]]))
def test_each_hook_ran_or_is_told(fault: Any, settings: str, tmp_path: Path) -> None:
    told: dict[str, dict[str, list[str]]] = {line: {} for line in REQUESTS}
    for engine in ENGINES:
        lab = opened(tmp_path, source(fault, settings), engine)
        for line, others in REQUESTS.items():
            (tmp_path / "ran.txt").write_text("")
            document = checked(lab.send(line))
            assert not [note for note in document["notes"] if note["code"] == "not_recorded"]
            ran = set((tmp_path / "ran.txt").read_text().split())
            missing = [each["function"] for each in document["not_run"]]
            told[line][engine] = [each["text"] for each in document["not_run"]]
            assert ran.isdisjoint(missing), (line, told)
            assert len(set(missing)) == len(missing), (line, told)
            expected = {f"{kind}_{owner}" for owner in ("app", *others) for kind in HOOKS}
            expected.add("teardown_appcontext_app")
            assert expected <= ran | set(missing), (line, expected - ran - set(missing), told)
            views = {name for name, *_ in VIEWS}
            assert set(missing) - views <= expected, (line, told)
            match = next(step for step in document["steps"] if step["kind"] == "match")
            if match["outcome"] == "matched" and not line.startswith("OPTIONS"):
                view = match["endpoint"].rpartition(".")[2]
                assert (view in ran) != (view in missing), (line, told)
        lab.close()
    for line, by_engine in told.items():
        assert by_engine["flask"] == by_engine["routelab"], line


REASONS = {
    (
        "GET /api/nope",
        None,
    ): "after_request after_request_api of blueprint api did not run: no rule matched, so the "
    "request is in no blueprint",
    ("POST /api/items", None): "no rule matched with this method, so the request is in no blueprint",
    ("GET /api/slash", None): "the router redirects before any rule is chosen",
    ("GET /api/own", None): "of blueprint api did not run: the rule that matched is in no blueprint",
    (
        "GET /api/items",
        ("before_request_app", "returns"),
    ): "view items_view of blueprint api was not called by Flask: "
    "before_request before_request_app returned a value, which Flask takes as the response",
    (
        "GET /api/items",
        ("before_request_app", "raises"),
    ): "before_request before_request_api of blueprint api did "
    "not run: before_request before_request_app raised KeyError",
    ("GET /api/items", ("after_request_api", "raises")): "after_request after_request_app did not run: "
    "after_request after_request_api raised KeyError",
    (
        "GET /api/items",
        ("teardown_request_api", "raises"),
    ): "teardown_request teardown_request_app did not run: "
    "teardown_request teardown_request_api raised KeyError",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("line", "fault"), REASONS)
def test_the_reason(line: str, fault: Any, engine: str, tmp_path: Path) -> None:
    told = [each["text"] for each in sent(tmp_path, source(fault, ""), engine, line)["not_run"]]
    assert any(REASONS[line, fault] in text for text in told), told


# Handlers

BASE = """
from flask import Blueprint, Flask, abort
app = Flask(__name__)
api = Blueprint("api", __name__, url_prefix="/api")
shop = Blueprint("shop", __name__, url_prefix="/shop")

@{owner}.errorhandler({handles})
def handler(error): return "handled", 418

@{view}.get("/")
def view(): {body}

@shop.get("/")
def other(): return "other"

app.register_blueprint(api)
app.register_blueprint(shop)
{more}
"""
HANDLERS = [
    # whose handler, for what, whose view, its body, more, what is sent, what is told (None for nothing)
    ("app", "404", "app", "abort(404)", "", "GET /", None),
    ("app", "404", "app", "abort(405)", "", "GET /", "it is for 404, and this is 405"),
    ("app", "404", "app", "return 'x', 404", "", "GET /", "404 was returned and not raised"),
    ("app", "404", "app", "return 'x', 403", "", "GET /", None),
    ("app", "404", "app", "return 'x'", "", "POST /", "it is for 404, and this is 405"),
    ("app", "500", "app", "abort(404)", "", "GET /", None),
    ("app", "500", "app", "1 / 0", "", "GET /", None),
    ("app", "500", "app", "1 / 0", "app.testing = True", "GET /", "ZeroDivisionError is let out of the app"),
    ("app", "Exception", "app", "1 / 0", "app.testing = True", "GET /", None),
    (
        "app",
        "KeyError",
        "app",
        "1 / 0",
        "",
        "GET /",
        "it is for KeyError, and ZeroDivisionError is not a subclass",
    ),
    ("app", "ArithmeticError", "app", "1 / 0", "", "GET /", None),
    ("app", "TypeError", "app", "pass", "", "GET /", "TypeError was raised after the view had returned"),
    ("app", "KeyError", "app", "abort(404)", "", "GET /", None),
    ("api", "404", "api", "abort(404)", "", "GET /api/", None),
    ("api", "404", "shop", "abort(404)", "", "GET /shop/", "the rule that matched is in blueprint shop"),
    ("api", "404", "app", "abort(404)", "", "GET /", "the rule that matched is in no blueprint"),
    (
        "api",
        "404",
        "api",
        "return 'x'",
        "",
        "GET /api/nope",
        "no rule matched, so the request is in no blueprint",
    ),
    ("api", "405", "api", "return 'x'", "", "POST /api/", "no rule matched with this method"),
    ("api", "ZeroDivisionError", "shop", "1 / 0", "", "GET /shop/", "is in blueprint shop"),
    ("app", "404", "app", "return 'x'", "", "GET /", None),
    ("app", "400", "app", "return 'x', 301", "", "GET /", None),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("owner", "handles", "view", "body", "more", "line", "said"), HANDLERS)
def test_a_handler_that_was_not_asked(
    owner: str,
    handles: str,
    view: str,
    body: str,
    more: str,
    line: str,
    said: str | None,
    engine: str,
    tmp_path: Path,
) -> None:
    app = BASE.format(owner=owner, handles=handles, view=view, body=body, more=more)
    if view == "shop":
        app = app.replace('@shop.get("/")\ndef other()', '@app.get("/other")\ndef other()')
    document = sent(tmp_path, app, engine, line)
    told = [each["text"] for each in document["not_run"] if each["expected"] == "errorhandler"]
    handled = any(step["kind"] == "error" and step["handler"] for step in document["steps"])
    assert len(told) == (said is not None), told
    assert not (handled and told)
    if said is not None:
        assert said in told[0]
        owned = " of blueprint api" if owner == "api" else ""
        assert told[0].startswith(f"error handler handler{owned} was not called")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_plain_success_tells_nothing(engine: str, tmp_path: Path) -> None:
    with opened(tmp_path, source(None, ""), engine) as lab:
        for line in ("GET /plain", "GET /api/items", "GET /shop/", "OPTIONS /plain"):
            assert checked(lab.send(line))["not_run"] == []


@pytest.mark.parametrize("engine", ENGINES)
def test_of_many_handlers_for_one_reason_a_few_are_named(engine: str, tmp_path: Path) -> None:
    """An extension brings a handler for each of its exceptions; none of them belongs to most failures."""
    handlers = "".join(
        f"class Fault{number}(Exception): pass\n@app.errorhandler(Fault{number})\ndef on_{number}(error): return 'x'\n"
        for number in range(16)
    )
    view = "@app.route('/')\ndef index():\n    raise KeyError('tea')\n"
    write_app(tmp_path, f"from flask import Flask\napp = Flask(__name__)\n{handlers}{view}")
    with load(tmp_path / "app.py", engine=engine) as lab:
        trace = lab.send("GET /")
    assert len(trace.not_run) == 16
    said = list(lines(trace_blocks(trace)))
    assert sum("was not called" in each for each in said) == 3
    assert "13 more did not run, for the same reasons; -v names them." in said
    assert sum("was not called" in each for each in lines(trace_blocks(trace, verbose=True))) == 16


TWICE = """
from flask import Blueprint, Flask
app = Flask(__name__)
part = Blueprint("part", __name__)
other = Blueprint("other", __name__)
def before(): pass
def after(response): return response
def teardown(error): pass
for each in (app, part, other):
    each.before_request(before)
    each.after_request(after)
    each.teardown_request(teardown)
@part.get("/x")
def x():
    return "x"
app.register_blueprint(other, url_prefix="/other")
app.register_blueprint(part, url_prefix="/one", name="one")
app.register_blueprint(part, url_prefix="/two", name="two")
outer = Blueprint("outer", __name__, url_prefix="/outer")
outer.register_blueprint(part, name="inner")
app.register_blueprint(outer)
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("path", "name"), [("/one/x", "one"), ("/two/x", "two"), ("/outer/x", "outer.inner"), ("/lost", None)]
)
def test_a_hook_of_several_runs_for_the_one_that_the_request_is_in(
    tmp_path: Path, path: str, name: str | None, engine: str
) -> None:
    with load(write_app(tmp_path, TWICE), engine=engine, folder=tmp_path) as lab:
        trace = lab.send(f"GET {path}")
    checked(trace)
    owners = [(step.when.value, step.blueprint) for step in trace.each(HookStep)]
    inside = () if name is None else (name,)
    assert owners == [
        *(("before_request", owner) for owner in (None, *inside)),
        *(("after_request", owner) for owner in (*inside, None)),
        *(("teardown_request", owner) for owner in (*inside, None)),
    ]
