"""A trace is told when it is first looked at, from what was kept: to whoever looks, it was data all along."""

from __future__ import annotations

import copy
import pickle
import threading
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import TimestampSigner
from werkzeug.routing import Rule

from routelab.lab import Lab, load
from routelab.routing.observation import watch
from routelab.toldsteps import ToldSteps
from routelab.tracing.trace import Trace
from routelab.tracing.untold import told_later
from support import ENGINES, live

APP = """
from flask import Blueprint, Flask, abort, g, jsonify, redirect, request, session

app = Flask(__name__)
app.secret_key = "s"
shop = Blueprint("shop", __name__, url_prefix="/shop")
KEPT = {"items": ["tea"]}

@app.before_request
def before():
    g.seen = KEPT

@app.after_request
def after(response):
    response.headers["X-After"] = "yes"
    return response

@app.teardown_request
def done(error):
    pass

@app.errorhandler(404)
def missing(error):
    return f"nothing at {request.path}", 404

@app.errorhandler(405)
def refused(error):
    error.valid_methods.append("TRACE")
    error.description = "changed"
    return error

@shop.before_request
def opens():
    pass

@shop.errorhandler(404)
def no_item(error):
    return "no item", 404

@app.get("/")
def home():
    return "home"

@app.get("/user/<name>")
def show_user(name):
    return KEPT

@app.get("/post/<int:number>")
def post(number):
    return jsonify(KEPT)

@app.post("/post/<int:number>")
def change(number):
    session["cart"] = KEPT["items"]
    return "changed", 201, {"X-Made": "view"}

@app.route("/about/", strict_slashes=True, defaults={"page": 1})
def about(page):
    return str(page)

@app.get("/away")
def away():
    return redirect("/user/ann")

@app.get("/fails")
def fails():
    KEPT["nothing"]

@app.post("/form")
def form():
    return request.form["name"]

@shop.get("/<item>")
def item(item):
    abort(404)

app.register_blueprint(shop)
"""
FORGES = """
import gc
from flask import Flask

app = Flask(__name__)

@app.get("/")
def home():
    service = next(it for it in gc.get_objects() if type(it).__name__ == "Service")
    told = service._told
    service._told = lambda *facts: {**told(*facts), "steps": [[0, [{"kind": "match"}]]]}
    return "home"

@app.get("/true")
def true():
    return "true"
"""
UNREAD = "the app's process was ended, since what it wrote on routelab's own pipe could not be read"
LINES = (
    "GET /", "GET /user/ann?x=1", "GET /post/7", "POST /post/7", "DELETE /post/7", "GET /post/abc", "GET /about",
    "GET /away", "GET /away -F", "GET /fails", "GET /nope", "GET /shop/tea", "GET /shop", "POST /form name=ann -f",
    "POST /form a=1", "GET /usr/ann", "HEAD /", "OPTIONS /post/7", "GET /static/none.css", "GET /home.html",
)  # fmt: skip


def changed_by(app: Any, folder: Path) -> None:
    """Change all of an app that can be changed."""
    namespace = app.view_functions["home"].__globals__
    namespace["KEPT"]["items"].append("changed")
    namespace["KEPT"]["more"] = [1]
    for view in (*app.view_functions.values(), namespace["missing"], namespace["before"]):
        if hasattr(view, "__code__") and view.__globals__ is namespace:
            view.__name__ = view.__qualname__ = "changed"
            view.__code__ = (lambda *_args, **_more: "changed").__code__
    rules = list(app.url_map.iter_rules())
    app.url_map.add(Rule("/nope", endpoint="home"))
    app.url_map.add(Rule("/usr/<name>", endpoint="show_user"))
    app.url_map.update()
    for rule in rules:
        rule.rule, rule.endpoint, rule.strict_slashes = "/changed", "changed", False
        (rule.methods or set()).clear()
        rule.defaults = {"changed": 1}
    app.url_map.strict_slashes = app.url_map.host_matching = True
    app.url_map._rules.clear()
    app.url_map._matcher._root.static.clear()
    app.url_map.converters.clear()
    for table in (
        app.view_functions, app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs,
        app.error_handler_spec, app.blueprints,
    ):  # fmt: skip
        table.clear()
    app.config.update(SERVER_NAME="changed.test", APPLICATION_ROOT="/changed", TESTING=True, DEBUG=True)
    app.secret_key = "changed"
    app.name = "changed"
    app.root_path = app.static_folder = str(folder / "changed")
    app.session_interface = app.json = app.jinja_options = None
    for file in folder.rglob("*.py"):
        file.write_text("changed = 1\n", encoding="utf-8")


def lab_of(folder: Path, engine: str) -> tuple[Any, Lab]:
    folder.mkdir()
    return live(folder, APP, engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_becomes_of_the_app_later_changes_no_trace(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: 1_700_000_000)  # in the cookie
    _, lab = lab_of(tmp_path / "read", engine)
    at_once = [lab.send(line).to_dict() for line in LINES]
    app, lab = lab_of(tmp_path / "kept", engine)
    traces = [lab.send(line) for line in LINES]
    changed_by(app, tmp_path / "kept")
    for line, trace, expected in zip(LINES, traces, at_once, strict=True):
        assert trace.to_dict() == expected, line
        assert Trace.from_dict(trace.to_dict()) == trace


@pytest.mark.parametrize("engine", ENGINES)
def test_a_trace_told_later_is_the_one_told_at_once(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: 1_700_000_000)  # in the cookie
    _, lab = lab_of(tmp_path / "later", engine)
    later = [lab.send(line).to_dict() for line in LINES]
    again = [match_of(lab.send(line)) for line in LINES]
    monkeypatch.setattr("routelab.routing.keeping.FEW_RULES", -1)  # nothing is kept
    _, lab = lab_of(tmp_path / "once", engine)
    for line, expected, asked_before in zip(LINES, later, again, strict=True):
        trace = lab.send(line)
        assert trace.to_dict() == expected, line
        assert match_of(trace) == asked_before, line


@pytest.mark.parametrize("engine", ENGINES)
def test_rules_that_changed_between_two_requests_are_told_as_they_are(tmp_path: Path, engine: str) -> None:
    app, lab = lab_of(tmp_path / "app", engine)
    before, after = lab.send("PUT /user/ann"), None
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == "show_user")
    rule.methods.add("PUT")
    after = lab.send("PUT /user/ann")
    app.url_map.add(Rule("/nowhere", endpoint="home"))
    found = lab.send("GET /nowhere")
    assert [step.outcome.value for trace in (before, after, found) for step in match_of(trace)] == [
        "method_not_allowed", "matched", "matched",
    ]  # fmt: skip
    total = [step.rules_total for trace in (before, found) for step in match_of(trace)]
    assert total[1] == total[0] + 1


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_asked_before_of_the_same_rules_is_not_watched_again(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, lab = lab_of(tmp_path / "app", engine)
    asked: list[str] = []

    def noting(adapter: Any, arguments: Any) -> Any:
        asked.append(f"{adapter.default_method} {adapter.path_info}")
        return watch(adapter, arguments)

    monkeypatch.setattr("routelab.routing.explanation.watch", noting)
    lines = ["GET /user/ann", "PUT /user/ann", "GET /user/ann/", "GET /nowhere"]
    traces = [lab.send(line) for line in lines * 2]
    assert asked == lines
    assert [match_of(trace) for trace in traces[:4]] == [match_of(trace) for trace in traces[4:]]
    asked.clear()
    app.url_map.add(Rule("/nowhere", endpoint="home"))
    assert match_of(lab.send("GET /nowhere"))[0].endpoint == "home"
    assert asked == ["GET /nowhere"]


def match_of(trace: Trace) -> list[Any]:
    return [step for step in trace.steps if step.kind() == "match"]


def test_a_trace_that_nobody_has_read_is_equal_and_frozen(tmp_path: Path) -> None:
    _, lab = lab_of(tmp_path / "app", "routelab")

    def fresh() -> Trace:
        return lab.send("GET /user/ann")

    read = fresh()
    assert read.response is not None
    assert type(read) is Trace
    assert read == fresh()
    assert fresh() == read
    assert fresh() == fresh()
    assert fresh() != lab.send("GET /nope")
    assert hash(lab.send("GET /")) == hash(lab.send("GET /"))
    assert repr(fresh()) == repr(read)
    assert vars(fresh()) == vars(read)
    assert pickle.loads(pickle.dumps(fresh())) == read
    assert copy.copy(fresh()) == copy.deepcopy(fresh()) == read
    assert fresh().replace(command="") == read.replace(command="")
    with pytest.raises(AttributeError, match="frozen"):
        fresh().steps = ()  # type: ignore[misc]
    with pytest.raises(AttributeError, match="frozen"):
        del fresh().steps
    assert isinstance(fresh(), Trace)


def whole_trace() -> Trace:
    app = {"name": "app", "version": ""}
    return Trace.from_dict(
        {
            "schema": 2, "command": "", "engine": app, "app": {"target": "", "name": ""}, "steps": [], "response": None,
            "request": {
                "method": "GET", "path": "/", "query_string": "", "headers": [], "body": None, "body_encoding": None,
            },
        }
    )  # fmt: skip


def test_it_is_told_once_whoever_looks() -> None:
    told: list[int] = []
    whole = whole_trace()

    def tell() -> Trace:
        told.append(1)
        return whole

    trace = told_later(tell)
    assert not told
    threads = [threading.Thread(target=lambda: trace.steps) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trace == whole
    assert told == [1]


def test_what_is_known_is_not_told_and_what_is_not_is_told_in_turn() -> None:
    told: list[str] = []
    whole = whole_trace()

    def tell_all() -> Trace:
        told.append("all")
        return whole

    def tell_some() -> Trace:
        told.append("some")
        known = {name: value for name, value in vars(whole).items() if name != "steps"}
        return told_later(tell_all, **known).replace(notes=())

    trace = told_later(tell_some, command="known")
    assert trace.command == "known"
    assert trace.replace(command="changed").command == "changed"
    assert not told
    assert trace.request == whole.request
    assert trace.last_hop is trace
    changed = trace.replace(json_read=True)
    assert changed.json_read
    assert told == ["some"]
    assert trace == whole.replace(command="known")
    assert told == ["some", "all"]
    assert changed == whole.replace(command="known", json_read=True)
    with pytest.raises(TypeError, match="nothing"):
        told_later(tell_some, command="known").replace(nothing=1)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_worker_s_steps_are_read_when_somebody_asks(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    steps = ToldSteps.steps

    def reading(told: ToldSteps) -> Any:
        read.append(1)
        return steps(told)

    monkeypatch.setattr(ToldSteps, "steps", reading)
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    with load("app.py", engine=engine, folder=tmp_path) as lab:
        trace, followed = lab.send("GET /post/7"), lab.send("GET /away -F")
        assert trace.response is not None
        assert trace.request.path == "/post/7"
        assert followed.last_hop.request.path == "/user/ann"
        assert not read
        assert [step.endpoint for step in match_of(trace)] == ["post"]
        assert [step.endpoint for step in match_of(followed.last_hop)] == ["show_user"]
        assert len(read) == 2


def test_steps_that_are_none_are_told_as_such_when_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(FORGES, encoding="utf-8")
    with load("app.py", engine="routelab", folder=tmp_path) as lab:
        trace = lab.send("GET /")
        assert trace.response is not None
        assert trace.verdict == "stopped: the app's process is gone"
        assert [step.headline for step in trace.steps] == [UNREAD]
        assert match_of(lab.send("GET /true"))  # another process answers
        assert Trace.from_dict(trace.to_dict()) == trace
