"""The recorder never changes an answer: odd apps, and notes that fail one by one, on both engines.

What the lab sends is compared with what the app sends to a bare WSGI client that nobody watches.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import logging
import sys
from collections.abc import Callable, Collection, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import flask
import pytest
from werkzeug.test import run_wsgi_app

import routelab
import routelab.tracing.watching
from effort import chosen
from routelab import engine as own_engine
from routelab.cookies import CookieJar
from routelab.environ import build_environ
from routelab.requestline.parsing import parse
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.step import Step
from routelab.tracing.trace import Trace
from support import ENGINES, checked, lab_of
from truth.failing import UNSAID
from truth.shown import plain

FLASKS = {"flask": flask, "routelab": own_engine}

# Odd apps

ODD = {
    "headers replaced by a dict": "response = make_response('hello')\nresponse.headers = {'X-Note': 'plain'}\nreturn response",
    "headers replaced by a list": "response = make_response('hello')\nresponse.headers = [('X-Note', 'plain')]\nreturn response",
    "numbers among the headers": "response = make_response('hello')\nresponse.headers = {'X-Note': 7}\nreturn response",
    "a response without its own headers": "return Bare('hello')",
    "a status that cannot be asked for": "return Shy('hello')",
    "a status that is text": "return Texty('hello')",
    "a stream that cannot be asked for": "return Streamless('hello')",
    "a response that is true of nothing": "return Empty('hello')",
    "huge numbers": "return {'n': 10 ** 4000, 'm': [10 ** 4000]}",
    "huge numbers that are given on": "take(10 ** 5000)\nreturn 'hello'",
    "a repr that raises": "return take(NoRepr())",
    "a repr that is no text": "return take(OddRepr())",
    "an equality that raises": "return take(NoEqual())",
    "attributes that raise": "return take(NoAttributes())",
    "a name that raises": "return take(Nameless())",
    "a message that cannot be made": "raise Silent",
    "a class with an odd name": "return take(type('a\\nb', (), {})())",
    "letters by halves": "return take('\\ud800')",
    "a session that cannot be asked": "return 'hello'",
    "deep nesting": "return take(nested())",
    "a list that holds itself": "things = []\nthings.append(things)\nreturn take(things)",
    "a dict that changes": "return take(Growing(a=1))",
    "a traceback that is cut": "raise ValueError('cut').with_traceback(None)",
    "an exception of its own making": "raise Odd",
    "an error that cannot be asked": "raise Unsaid",
    "an exception group": "raise ExceptionGroup('several', [ValueError('one'), KeyError('two')])",
}
SOURCE = (
    """
from flask import Flask, make_response, request
from werkzeug.exceptions import HTTPException

app = Flask(__name__)

"""
    + UNSAID
    + """

class Bare(app.response_class):
    @property
    def headers(self):
        return {"X-Bare": "yes"}

    @headers.setter
    def headers(self, value):
        pass


class Shy(app.response_class):
    @property
    def status_code(self):
        raise RuntimeError("no status for you")

    @status_code.setter
    def status_code(self, value):
        self._status_code = value

    def __call__(self, environ, start_response):
        start_response("200 OK", [("X-Shy", "yes")])
        return [b"shy"]


class Texty(app.response_class):
    status_code = "299 text"
    mimetype = 7

    def __call__(self, environ, start_response):
        start_response("299 Text", [])
        return [b"texty"]


class Streamless(app.response_class):
    @property
    def is_streamed(self):
        raise RuntimeError("not to be asked")


class Empty(app.response_class):
    def __bool__(self):
        raise RuntimeError("neither")


class NoRepr:
    def __repr__(self):
        raise RuntimeError("no repr")


class OddRepr:
    def __repr__(self):
        return 7


class NoEqual:
    __hash__ = None

    def __eq__(self, other):
        raise RuntimeError("no equality")


class NoAttributes:
    def __getattribute__(self, name):
        raise RuntimeError("no attributes")


class Meta(type):
    @property
    def __name__(cls):
        raise RuntimeError("no name")


class Nameless(metaclass=Meta):
    pass


class Silent(Exception):
    def __str__(self):
        raise RuntimeError("no message")


class Odd(Exception):
    code = property(lambda self: 1 / 0)
    args = property(lambda self: 1 / 0)


class Growing(dict):
    def items(self):
        self[len(self)] = 1
        return super().items()


def nested():
    things = []
    for _ in range(5000):
        things = [things]
    return things


def take(thing):
    return "hello"


def given(thing):
    return thing


@app.before_request
def before():
    pass


@app.after_request
def after(response):
    return response


@app.get("/")
def home():
BODY


@app.errorhandler(Odd)
def odd(error):
    return "odd", 418
"""
)


def source_of(what: str) -> str:
    return SOURCE.replace("BODY", "\n".join(f"    {line}" for line in ODD[what].split("\n")))


def imported(source: str, engine: str, folder: Path) -> ModuleType:
    """Run a file's source as a module on an engine, in this process."""
    file = folder / f"app_{engine}.py"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = sys.modules["flask"]
    sys.modules["flask"] = FLASKS[engine]
    sys.modules[file.stem] = module  # there Flask looks for the folder of its app
    try:
        spec.loader.exec_module(module)
    finally:
        sys.modules["flask"] = before
        del sys.modules[file.stem]
    return module


Answer = tuple[str, dict[str, str], bytes] | str


def bare(app: Any, line: str) -> Answer:
    """What the app answers to a client that nobody watches."""
    try:
        body, status, headers = run_wsgi_app(app, build_environ(parse(line)), buffered=True)
        return status, {str(k): str(v) for k, v in headers.items()}, b"".join(body)
    except Exception as error:
        return type(error).__name__


def traced(trace: Trace) -> Answer:
    """The same of a trace."""
    response = trace.response
    assert response is not None
    if response.from_server:
        (step,) = [step for step in trace.steps if isinstance(step, ResponseStep)]
        assert step.failed is not None
        return "refused" if step.failed.raised is None else step.failed.raised.type
    return f"{response.status} {response.reason_phrase}", dict(response.headers), response.body


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("what", ODD)
def test_an_odd_app_is_answered_for_as_it_answers(tmp_path: Path, engine: str, what: str) -> None:
    logging.getLogger("app_flask").disabled = logging.getLogger("app_routelab").disabled = True
    alone = bare(imported(source_of(what), engine, tmp_path).app, "GET /")
    trace = lab_of(tmp_path, source_of(what), engine).send("GET /")
    checked(trace)
    assert traced(trace) == alone
    assert plain(trace, verbose=True)


# Notes that fail, one by one

HOME = """
from flask import Flask, Response, abort, after_this_request, render_template_string, request, session
from flask import stream_with_context, url_for

app = Flask(__name__)
app.secret_key = "k"

@app.url_value_preprocessor
def preprocess(endpoint, values):
    pass

@app.before_request
def before():
    session["n"] = 1

@app.after_request
def after(response):
    response.headers["X-After"] = "yes"
    return response

@app.teardown_request
def gone(error):
    pass

@app.context_processor
def names():
    return {"name": "tea"}

def around(view):
    def inner(*args, **kwargs):
        return view(*args, **kwargs)
    return inner

@around
def home(n):
    app.logger.warning("low")
    print("printed")
    return render_template_string("{{ name }} {{ n }} {{ request.path }}", n=n)

app.add_url_rule("/<int:n>", "home", home)

@app.post("/form")
def form():
    return {"sent": request.form["a"], "query": request.args}

@app.get("/broken")
def broken():
    return 1 / 0

@app.get("/key")
def key():
    raise KeyError("k")

@app.errorhandler(KeyError)
def missing(error):
    return "missing", 404

@app.get("/none")
def none():
    return None

@app.get("/stream")
def stream():
    return Response(stream_with_context(iter(["a", "b"])), headers={"X-S": "1"})

@app.get("/tuple")
def three():
    return {"a": 1}, 201, {"X-T": "1"}

@app.get("/kept")
def kept():
    app.make_response("kept back")
    return "sent"

class Outside:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, environ, start_response):
        return self.inner(environ, start_response)
"""
LINES = (
    "GET /7", "GET /7?x=1", "GET /x", "POST /7", "OPTIONS /7", "POST /form a=1 -f", "GET /form", "GET /broken", "GET /key",
    "GET /none", "GET /stream", "GET /tuple", "GET /kept", "GET /static/none.css",
)  # fmt: skip
MODULES = (
    "body_reads", "calls.stages", "contexts", "code.decorators", "calls.dispatched", "calls.entered", "exchange", "judging", "loop", "match_steps", "middleware", "origins",
    "calls.otherthreads",    "recorder", "request_step", "session_contents", "sessions", "shapes", "code.sources", "templates.facts",
    "templates.stages", "exceptions.seen", "exceptions.tracebacks", "unasked_handlers", "unfit", "code.values",
)  # fmt: skip
# What runs the app's code, is the guard itself, or takes each failure itself, is no note.
_RUNS_THE_APP = {
    "calls.stages": {"ensure_sync", "_run_view", "_run_handler", "_run_hook", "_call", "_watched", "hooks_called_directly"},
    "contexts": {
        "request_context", "create_url_adapter", "full_dispatch_request", "do_teardown_request",
        "do_teardown_appcontext", "_push", "_pop", "_copy", "_watched_match", "forget_context", "json_was_read",
    },
    "calls.entered": {
        "observed", "observed_here", "_way_of_seeing", "_is_call_of", "_by_trace", "_by_profile", "_by_monitoring", "_by_hooks", "_hooked",
    },
    "exchange": {"_as_servers_write", "_is_latin1", "_status_line"},
    "loop": {
        "preprocess_request", "dispatch_request", "make_default_options_response", "handle_user_exception",
        "handle_exception", "handle_http_exception", "finalize_request", "_look_up", "_make_response_in_replacement", "make_response", "make_response_in_view",
        "process_response", "_finalized",
    },
    "middleware": {"watched_calls", "_telling"},
    "calls.otherthreads": {"_times_of_others", "_time_of"},
    "recorder": {"nested"},
    "code.sources": {"_read_lines"},
    "templates.stages": {"get_template", "from_string", "update_template_context"},
}  # fmt: skip


def notes() -> Iterator[tuple[str, str]]:
    """Name every function of the recorder that only notes something."""
    for name in MODULES:
        module = importlib.import_module(f"routelab.tracing.watching.{name}")
        for member, thing in vars(module).items():
            own = inspect.isfunction(thing) and thing.__module__ == module.__name__
            if own and member not in _RUNS_THE_APP.get(name, ()):
                yield name, member


# Not made in a request (the context steps are made once, when they are imported), or the answer itself.
_MADE_ELSEWHERE = ("load", "stopped", "context", "response")


def records() -> Iterator[type[Step]]:
    from routelab.tracing.steps.kinds import KINDS

    yield from (kind for name, kind in KINDS.items() if name not in _MADE_ELSEWHERE)


@pytest.fixture(scope="module", params=ENGINES)
def alone(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, list[Answer]]:
    app = imported(HOME, request.param, tmp_path_factory.mktemp("guard")).app
    app.logger.propagate = False
    app.logger.handlers[:] = [logging.NullHandler()]
    return app, [bare(app, line) for line in LINES]


@pytest.fixture(scope="module")
def lines_of(alone: tuple[Any, list[Answer]]) -> dict[tuple[str, str], list[str]]:
    """Which requests come by each function that notes something: on the others it can have no effect."""
    found: dict[tuple[str, str], list[str]] = {each: [] for each in notes()}
    for line in LINES:
        with pytest.MonkeyPatch.context() as patch:
            for each, lines in found.items():
                replace(patch, *each, noting(original_of(*each), lines, line))
            routelab.watch(alone[0]).send(line)
    assert sum(map(bool, found.values())) > 50  # else nothing was put in anybody's place
    return found


def noting(original: Callable[..., Any], lines: list[str], line: str) -> Callable[..., Any]:
    def noted(*args: Any, **kwargs: Any) -> Any:
        if line not in lines:
            lines.append(line)
        return original(*args, **kwargs)

    return noted


def original_of(module: str, name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(importlib.import_module(f"routelab.tracing.watching.{module}"), name)
    return found


def replace(patch: pytest.MonkeyPatch, module: str, name: str, other: Callable[..., Any]) -> None:
    """Put another function in the place of one of the recorder's, wherever it is named."""
    for place, member in places_of(module, name):
        patch.setattr(place, member, other)


@cache
def places_of(module: str, name: str) -> list[tuple[ModuleType, str]]:
    """Find where one of the recorder's functions is named, in all modules that there are of it."""
    original = original_of(module, name)
    return [(it, member) for it in recorders() for member, thing in vars(it).items() if thing is original]


@cache
def recorders() -> list[ModuleType]:
    """Import all modules that there are of the recorder."""
    package = routelab.tracing.watching
    return [import_module(it.name) for it in walk_packages(package.__path__, f"{package.__name__}.")]


def same_as_alone(app: Any, expected: list[Answer], lines: Collection[str] = LINES) -> list[Trace]:
    traces, lab = [], routelab.watch(app)
    for line, answer in zip(LINES, expected, strict=True):
        if line not in lines:
            continue
        lab.cookies = CookieJar()  # each request is compared with one that brought none
        trace = lab.send(line)
        assert _without_cookie(traced(trace)) == _without_cookie(answer), line
        traces.append(trace)
    return traces


def _without_cookie(answer: Answer) -> Answer:
    if isinstance(answer, str):
        return answer
    status, headers, body = answer
    return status, {name: value for name, value in headers.items() if name != "Set-Cookie"}, body


@pytest.mark.parametrize(("module", "name"), [pytest.param(*each, id="-".join(each)) for each in notes()])
def test_a_note_that_fails_changes_no_answer(
    alone: tuple[Any, list[Answer]],
    lines_of: dict[tuple[str, str], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    name: str,
) -> None:
    app, expected = alone

    def failing(*_args: Any, **_kwargs: Any) -> Any:
        raise ValueError("our own fault")

    replace(monkeypatch, module, name, failing)
    for trace in same_as_alone(app, expected, chosen(LINES, lines_of[module, name])):
        assert "our own fault" not in plain(trace, verbose=True)


@pytest.mark.parametrize("kind", list(records()), ids=lambda kind: kind.__name__)
def test_a_step_that_cannot_be_made_changes_no_answer(
    alone: tuple[Any, list[Answer]], monkeypatch: pytest.MonkeyPatch, kind: type[Step]
) -> None:
    app, expected = alone

    def failing(*_args: Any, **_kwargs: Any) -> None:
        raise ValueError("our own fault")

    monkeypatch.setattr(kind, "__init__", failing)
    traces = same_as_alone(app, expected)
    assert not [step for trace in traces for step in trace.steps if isinstance(step, kind)]


def test_what_failed_is_said_to_be_missing(
    alone: tuple[Any, list[Answer]], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = alone
    monkeypatch.setattr("routelab.tracing.watching.origins.HeaderOrigins.note", lambda *_: 1 / 0)
    trace = routelab.watch(app).send("GET /7")
    said = plain(trace)
    assert "Note: not recorded: where headers came from" in said
    assert "ZeroDivisionError" not in said
    assert trace.response is not None
    assert trace.response.status == 200


def test_the_app_raises_its_own_errors_without_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A failure of a note is no context of what the app raises afterwards."""
    seen: list[BaseException | None] = []
    app = imported(HOME, "flask", tmp_path).app
    app.logger.disabled = True

    @app.errorhandler(ZeroDivisionError)  # type: ignore[untyped-decorator]
    def taken(error: Exception) -> str:
        seen.append(error.__context__)
        return "taken"

    monkeypatch.setattr(
        "routelab.tracing.watching.calls.stages.named_values", lambda *_: dict[str, str]()["ours"]
    )
    assert b"taken" in routelab.watch(app).send("GET /broken").response.body  # type: ignore[union-attr]
    assert seen == [None]
