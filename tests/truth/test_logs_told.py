"""What the app logs and writes to `wsgi.errors` is told, and goes where it went without us, on both engines."""

from __future__ import annotations

import logging
import re
import sys
from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path

import flask
import pytest

import routelab
from routelab.lab import Lab
from routelab.tracing.facts import Call, Logged
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.log import LogStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace
from support import ENGINES, checked, lab_of
from truth.shared import SharedApp
from truth.shown import plain

HOW = {
    "app.logger": "app.logger.warning('stock of %s is low', 'pens')",
    "a logger of one's own": "logging.getLogger('shop.stock').error('stock of %s is low', 'pens')",
    "the root logger": "logging.warning('stock of pens is low')",
    "a logger that keeps to itself": "quiet.warning('stock of pens is low')",
    "with an exception": "caught('stock of pens is low')",
    "wsgi.errors": "request.environ['wsgi.errors'].write('stock of pens is low\\n')",
    "print to wsgi.errors": "print('stock of pens', 'is low', file=request.environ['wsgi.errors'])",
    "wsgi.errors without an end": "request.environ['wsgi.errors'].write('stock of pens is low')",
}
WHERE = ("view", "before", "after", "gone", "context", "handler", "body", "outside")
SOURCE = """
import logging
from flask import Flask, Response, render_template_string, request, stream_with_context

app = Flask(__name__)
quiet = logging.getLogger("quiet")
quiet.propagate = False
quiet.addHandler(logging.NullHandler())


def caught(text):
    try:
        1 / 0
    except ZeroDivisionError:
        app.logger.exception(text)


def maybe(at):
    if request.args.get("at") == at:
        HOW

def outside(environ):
    request = app.request_class(environ)
    if request.args.get("at") == "outside":
        HOW

@app.before_request
def before():
    maybe("before")

@app.after_request
def after(response):
    maybe("after")
    return response

@app.teardown_request
def gone(error):
    maybe("gone")

@app.context_processor
def names():
    maybe("context")
    return {}

@app.errorhandler(KeyError)
def missing(error):
    maybe("handler")
    return "missing", 404

@app.get("/")
def view():
    maybe("view")
    if request.args.get("at") == "handler":
        raise KeyError
    if request.args.get("at") == "body":
        return Response(stream_with_context(lines()))
    return render_template_string("fine")

def lines():
    yield "one"
    maybe("body")
    yield "two"

class Outside:
    def __init__(self, inner):
        self.inner = inner
    def __call__(self, environ, start_response):
        outside(environ)
        return self.inner(environ, start_response)

app.wsgi_app = Outside(app.wsgi_app)
"""


@pytest.fixture(scope="module", params=HOW)
def logging_app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedApp]:
    source = SOURCE.replace("HOW", HOW[request.param])
    with SharedApp(tmp_path_factory.mktemp("logging"), source) as shared:
        yield shared


@pytest.fixture
def labs(request: pytest.FixtureRequest, logging_app: SharedApp) -> dict[str, Lab]:
    return {engine: logging_app.lab(request, engine) for engine in ENGINES}


def calls(trace: Trace) -> dict[str, Call]:
    found = {}
    for step in trace.steps:
        if isinstance(step, (ViewStep, HookStep)):
            found[str(step.call.place.function)] = step.call
        if isinstance(step, ErrorStep) and step.handler is not None:
            found[str(step.handler.place.function)] = step.handler
    return found


@pytest.mark.parametrize("at", WHERE)
def test_what_is_logged_is_told_where_it_was_logged(labs: dict[str, Lab], at: str) -> None:
    said = []
    for lab in labs.values():
        trace = lab.send(f"GET /?at={at}")
        checked(trace)
        told = {name: call.logged for name, call in calls(trace).items() if call.logged}
        outside = [step.logged for step in trace.steps if isinstance(step, LogStep)]
        owner = {"context": "names", "handler": "missing"}.get(at, at)
        lines: list[Logged] = list(told.get(owner, ())) or outside
        assert list(told) == ([] if at in ("body", "outside") else [owner])
        (line,) = lines
        assert "stock of pens is low" in line.text
        assert (line.level == "") is (line.logger == "wsgi.errors")
        shown = plain(trace)
        assert shown.count("stock of pens is low") == 1
        assert not [note for note in trace.notes if note.code == "written_past"]
        said.append((line, [step.kind() for step in trace.steps]))
    assert said[0] == said[1]


def test_what_was_not_let_through_is_not_told(tmp_path: Path) -> None:
    source = """
    import logging
    from flask import Flask
    app = Flask(__name__)
    app.logger.addFilter(lambda record: "secret" not in record.getMessage())

    @app.get("/")
    def home():
        app.logger.debug("too fine")
        app.logger.warning("a secret")
        app.logger.warning("to be told")
        return "home"
    """
    for engine in ENGINES:
        (call,) = calls(lab_of(tmp_path, source, engine).send("GET /")).values()
        assert [line.text for line in call.logged] == ["to be told"]


@pytest.mark.parametrize("engine", ENGINES)
def test_handlers_get_what_they_got(tmp_path: Path, engine: str) -> None:
    """The app's own handlers are asked as before, and none is added to any logger."""
    source = """
    import logging
    from flask import Flask
    app = Flask(__name__)
    kept = []

    class Keeping(logging.Handler):
        def emit(self, record):
            kept.append(record.getMessage())

    app.logger.addHandler(Keeping())
    before = [*logging.getLogger().handlers, *app.logger.handlers]

    @app.get("/")
    def home():
        app.logger.warning("one")
        logging.getLogger("other").error("two %s", "things", extra={"a": 1})
        same = before == [*logging.getLogger().handlers, *app.logger.handlers]
        return {"kept": kept, "same": same, "last": logging.lastResort is not None}

    @app.get("/bad")
    def bad():
        app.logger.warning("%d things", "no")
        return "fine"
    """
    lab = lab_of(tmp_path, source, engine)
    trace = lab.send("GET /")
    assert trace.response is not None
    assert trace.response.body.split() == b'{"kept":["one"],"last":true,"same":true}'.split()
    bad = lab.send("GET /bad")
    assert "its arguments do not fit: TypeError" in plain(bad)
    assert bad.response is not None
    assert bad.response.status == 500  # the app's own handler fails on it, as it does without us


@pytest.mark.own_process  # pytest's own handler would fail there, and raise
@pytest.mark.parametrize("engine", ENGINES)
def test_arguments_that_do_not_fit_are_told_once(tmp_path: Path, engine: str) -> None:
    source = """
    import logging
    from flask import Flask
    app = Flask(__name__)

    @app.get("/")
    def home():
        app.logger.warning("user %s", "ann", 5)
        return "home"

    class Fails(logging.Handler):
        def emit(self, record):
            try:
                1 / 0
            except ZeroDivisionError:
                self.handleError(record)

    logging.getLogger("shop").addHandler(Fails())

    @app.get("/fails")
    def fails():
        logging.getLogger("shop").warning("stock is low")
        return "home"
    """
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /")
        checked(trace)
        why = "TypeError: not all arguments converted during string formatting"
        assert f"logged WARNING of app: user %s (its arguments do not fit: {why})" in plain(trace)
        assert not trace.notes
        failed = plain(lab.send("GET /fails"), verbose=True)
    assert "--- Logging error ---" in failed
    assert "ZeroDivisionError" in failed
    assert str(Path(routelab.__file__).parent) not in failed


@pytest.mark.parametrize("engine", ENGINES)
def test_the_report_of_an_exception_is_a_detail(tmp_path: Path, engine: str) -> None:
    source = """
    from flask import Flask
    app = Flask(__name__)

    @app.get("/")
    def home():
        return str(1 / 0)
    """
    trace = lab_of(tmp_path, source, engine).send("GET /")
    checked(trace)
    assert "Log:" not in plain(trace)
    assert "Log: ERROR of app: Exception on / [GET]" in plain(trace, verbose=True)


def test_nothing_of_it_stays() -> None:
    """Python's own logging is as it was, when the last of several requests is over."""
    app = flask.Flask("nothing_of_it_stays")  # the name of its logger, which no other test has
    before = logging.Logger.callHandlers
    seen = []

    @app.get("/")
    def home() -> str:
        seen.append(logging.Logger.callHandlers)
        app.logger.warning("low")
        return "home"

    lab = routelab.watch(app)
    (call,) = calls(lab.send("GET /")).values()
    assert call.logged == (Logged(level="WARNING", logger="nothing_of_it_stays", text="low"),)
    assert seen[0] is not before
    assert logging.Logger.callHandlers is before
    app.logger.handlers.clear()


def test_much_is_cut(tmp_path: Path) -> None:
    source = """
    from flask import Flask
    app = Flask(__name__)

    @app.get("/")
    def home():
        for number in range(1000):
            app.logger.warning("%d" + "x" * 20_000, number)
        app.logger.warning("999" + "x" * 20_000)
        return "home"
    """
    trace = lab_of(tmp_path, source).send("GET /")
    (call,) = calls(trace).values()
    assert len(call.logged) == 200
    assert all(len(line.text) < 10_100 for line in call.logged)
    shown = plain(trace)
    assert shown.count("logged WARNING") == 30
    assert "logged 170 more; the trace has them" in shown
    assert "801 more were logged after the first 200, and are left out" in shown


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_said_again_is_counted_and_lines_stay_together(tmp_path: Path, engine: str) -> None:
    source = """
    import sys, traceback
    from flask import Flask, request
    app = Flask(__name__)

    def says(stream):
        for _ in range(300):
            app.logger.warning("stock is low")
        try:
            1 / 0
        except ZeroDivisionError:
            traceback.print_exc(file=stream)
        app.logger.warning("stock is low")

    @app.get("/")
    def home():
        says(request.environ["wsgi.errors"])
        return "home"

    class Outside:
        def __init__(self, inner):
            self.inner = inner
        def __call__(self, environ, start_response):
            if environ["PATH_INFO"] != "/":
                says(environ["wsgi.errors"])
            return self.inner(environ, start_response)

    app.wsgi_app = Outside(app.wsgi_app)
    """
    lab = lab_of(tmp_path, source, engine)
    (call,) = calls(lab.send("GET /")).values()
    outside = lab.send("GET /outside")
    steps = [step.logged for step in outside.steps if isinstance(step, LogStep)]
    for many, way, once in (call.logged, steps):
        assert (many.text, many.times) == ("stock is low", 300)
        assert way.text.splitlines()[0] == "Traceback (most recent call last):"
        assert way.text.splitlines()[-1] == "ZeroDivisionError: division by zero"
        assert (once.text, once.times) == ("stock is low", 1)
    assert not outside.notes
    assert "WARNING of app: stock is low (300 times in a row)" in plain(outside)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_handler_prints_is_told_as_logged_alone(tmp_path: Path, engine: str) -> None:
    source = """
    import logging
    from flask import Flask
    app = Flask(__name__)

    class Prints(logging.Handler):
        def emit(self, record):
            print("[x]", record.getMessage() if record.name == "shop" else "mailed")

    for name in ("shop", "mail"):
        logging.getLogger(name).addHandler(Prints())
        logging.getLogger(name).propagate = False

    @app.get("/")
    def home():
        print("before")
        logging.getLogger("shop").warning("stock is low")
        logging.getLogger("mail").warning("to ann")
        print("after")
        return "home"

    class Outside:
        def __init__(self, inner):
            self.inner = inner
        def __call__(self, environ, start_response):
            logging.getLogger("shop").warning("stock is low")
            return self.inner(environ, start_response)

    app.wsgi_app = Outside(app.wsgi_app)
    """
    trace = lab_of(tmp_path, source, engine).send("GET /")
    (call,) = calls(trace).values()
    assert call.printed == "before\n[x] mailed\nafter\n"
    assert [line.text for line in call.logged] == ["stock is low", "to ann"]
    assert not trace.notes


@pytest.mark.own_process
def test_standard_error_is_told_as_before(tmp_path: Path) -> None:
    source = """
    import sys
    from flask import Flask
    app = Flask(__name__)

    @app.get("/")
    def home():
        print("to stderr", file=sys.stderr)
        app.logger.warning("to the log")
        print("again", file=sys.stderr)
        return "home"
    """
    for engine in ENGINES:
        (call,) = calls(lab_of(tmp_path, source, engine).send("GET /")).values()
        assert call.printed_past == "to stderr\nagain\n"
        assert [line.text for line in call.logged] == ["to the log"]
    assert sys.stderr is not None


@pytest.mark.parametrize("engine", ENGINES)
def test_an_exception_that_was_logged_is_named(tmp_path: Path, engine: str) -> None:
    source = """
    from flask import Flask
    app = Flask(__name__)

    @app.get("/")
    def home():
        try:
            return 1 / 0
        except ZeroDivisionError:
            app.logger.exception("no luck")
        return "home"
    """
    (call,) = calls(lab_of(tmp_path, source, engine).send("GET /")).values()
    assert [line.text for line in call.logged] == ["no luck (ZeroDivisionError: division by zero)"]


LISTS = ("list", "json", "summary", "logged")


@pytest.mark.own_process
@pytest.mark.parametrize("engine", ENGINES)
def test_a_stack_that_is_written_has_no_frame_of_routelabs(tmp_path: Path, engine: str) -> None:
    source = """
    import html, json, sys, traceback
    from flask import Flask, request
    app = Flask(__name__)

    @app.get("/told/<way>")
    def told(way):
        return {
            "text": lambda: "".join(traceback.format_stack()),
            "json": lambda: traceback.format_stack(),
            "html": lambda: html.escape("".join(traceback.format_stack())),
            "summary": lambda: str(traceback.extract_stack()),
            "own": lambda: "".join(traceback.format_stack()[-1:]),
            "path": lambda: sys.modules["flask"].__file__,
        }[way]()

    @app.get("/<way>")
    def home(way):
        errors = request.environ["wsgi.errors"]
        {
            "print": lambda: print("".join(traceback.format_stack())),
            "stdout": lambda: traceback.print_stack(file=sys.stdout),
            "stderr": lambda: traceback.print_stack(),
            "errors": lambda: traceback.print_stack(file=errors),
            "write": lambda: errors.write("".join(traceback.format_stack())),
            "log": lambda: app.logger.warning("".join(traceback.format_stack())),
            "list": lambda: print(traceback.format_stack()),
            "json": lambda: print(json.dumps(traceback.format_stack())),
            "summary": lambda: print(traceback.extract_stack()),
            "logged": lambda: app.logger.warning("%s", traceback.format_stack()),
        }[way]()
        return "home"
    """
    with lab_of(tmp_path, source, engine) as lab:
        for way in ("text", "json", "html", "summary", "own", "path"):
            trace = lab.send(f"GET /told/{way}")
            said = any(note.code == "frames_in_body" for note in trace.notes)
            assert said is (way not in ("own", "path"))
        for way in ("print", "stdout", "stderr", "errors", "write", "log", *LISTS):
            (call,) = calls(lab.send(f"GET /{way}")).values()
            (text,) = [it for it in (call.printed, call.printed_past, *(it.text for it in call.logged)) if it]
            assert re.search(r'app.py\\?"?, line 19,? in home', text) is not None
            assert way not in ("list", "json") or isinstance(literal_eval(text), list)
            assert "in <lambda>" in text
            assert str(Path(routelab.__file__).parent) not in text
