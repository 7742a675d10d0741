"""Errors keep their class, their message and their whole way, wherever they arise, on both engines."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from routelab.lab import Lab
from routelab.tracing.facts import FunctionKind
from routelab.tracing.steps.converters import ConvertersStep
from routelab.tracing.steps.error import Because, ErrorStep, HandledBy
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace
from support import ENGINES, checked, lab_of, live
from truth.failing import PLACES, RAISED, SOURCE, UNSAID, target
from truth.shared import SharedApp
from truth.shown import plain


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedApp]:
    with SharedApp(tmp_path_factory.mktemp("failing"), SOURCE) as shared:
        yield shared


@pytest.fixture
def labs(request: pytest.FixtureRequest, failing: SharedApp) -> dict[str, Lab]:
    return {engine: failing.lab(request, engine) for engine in ENGINES}


def tracebacks(trace: Trace) -> str:
    found = [step.traceback for step in trace.steps if isinstance(step, ErrorStep)]
    return "\n".join([*found, trace.exception.traceback if trace.exception else ""])


@pytest.mark.parametrize("raises", RAISED)
@pytest.mark.parametrize("at", PLACES)
def test_class_and_message_are_told(labs: dict[str, Lab], at: str, raises: str) -> None:
    _, kind, message = RAISED[raises]
    told = {}
    for engine, lab in labs.items():
        trace = lab.send(f"GET {target(at, raises)}")
        checked(trace)
        said = told[engine] = plain(trace)
        assert re.search(rf"\b{kind}\b", said)
        assert message.format(at=at) in said
        assert "not recorded" not in said
        if trace.response is None or trace.response.status == 500:
            way = tracebacks(trace)
            assert kind in way
            assert message.format(at=at) in way
            assert 'File "app.py", line' in way
            assert "routelab/tracing" not in way
            assert str(Path(__file__).parents[2]) not in way
            verbose = plain(trace, verbose=True)
            assert all(line in verbose for line in way.splitlines() if line.strip())
    small, real = (
        re.sub(r"\(app /\S+ on \w+ [\w.]+\)|app /\S+|\d+ of \d+ steps.*", "", said) for said in told.values()
    )
    assert small == real


# Errors that no step but the error's own tells of

HIDDEN = {
    "no view function": ("app.add_url_rule('/', 'nowhere')", "KeyError", "nowhere"),
    "a view that cannot be called": (
        "app.add_url_rule('/', 'text', view_func=None); app.view_functions['text'] = 'text'",
        "TypeError",
        "not callable",
    ),
    "a property": (
        "class Asking(app.request_class):\n"
        "    @property\n"
        "    def max_content_length(self):\n"
        "        raise RuntimeError('no length known')\n"
        "    @property\n"
        "    def routing_exception(self):\n"
        "        raise RuntimeError('no rule known')\n"
        "    @routing_exception.setter\n"
        "    def routing_exception(self, value): pass\n"
        "app.request_class = Asking\n"
        "app.add_url_rule('/', 'home', lambda: 'home')",
        "RuntimeError",
        "no rule known",
    ),
    "ensure_sync": (
        "class Own(Flask):\n"
        "    def ensure_sync(self, func):\n"
        "        raise LookupError('no loop for ' + func.__name__)\n"
        "app.__class__ = Own\n"
        "def home(): return 'home'\n"
        "app.add_url_rule('/', 'home', home)",
        "LookupError",
        "no loop for home",
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("what", HIDDEN)
def test_an_error_that_no_function_raised_keeps_its_message(tmp_path: Path, engine: str, what: str) -> None:
    source, kind, message = HIDDEN[what]
    trace = lab_of(tmp_path, f"from flask import Flask\napp = Flask(__name__)\n{source}\n", engine).send(
        "GET /"
    )
    checked(trace)
    said = plain(trace)
    assert trace.response is not None
    assert trace.response.status == 500
    assert re.search(rf"\b{kind}: .*{message}", said)
    assert kind in tracebacks(trace)


@pytest.mark.parametrize("engine", ENGINES)
def test_causes_are_in_the_traceback(tmp_path: Path, engine: str) -> None:
    source = """
    from flask import Flask
    app = Flask(__name__)

    @app.get("/")
    def home():
        try:
            {}["tea"]
        except KeyError as error:
            raise RuntimeError("no tea") from error
    """
    way = tracebacks(lab_of(tmp_path, source, engine).send("GET /"))
    assert way.index("KeyError: 'tea'") < way.index("direct cause") < way.index("RuntimeError: no tea")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_handler_that_shows_the_traceback_shows_no_frame_of_ours(tmp_path: Path, engine: str) -> None:
    source = """
    import traceback
    from flask import Flask
    app = Flask(__name__)

    @app.get("/")
    def home():
        return {}["tea"]

    @app.errorhandler(KeyError)
    def shown(error):
        return traceback.format_exc(), 500

    @app.get("/later")
    def later():
        return None

    @app.errorhandler(500)
    def last(error):
        return "".join(traceback.format_exception(error.original_exception)), 500
    """
    lab = lab_of(tmp_path, source, engine)
    for path in ("/", "/later"):
        response = lab.send(f"GET {path}").response
        assert response is not None
        assert b"tracing" not in response.body
        assert b"in wsgi_app" in response.body or b"in full_dispatch_request" in response.body
        assert response.body.count(b"full_dispatch_request\n") == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_the_code_of_an_exception_is_no_status_unless_it_is_one_of_http(tmp_path: Path, engine: str) -> None:
    source = """
    from flask import Flask
    app = Flask(__name__)

    class Database(Exception):
        code = "e3q8"

    class Far(Exception):
        code = 301

    @app.get("/<int:n>")
    def home(n):
        raise (Database, Far)[n]("gone")
    """
    lab = lab_of(tmp_path, source, engine)
    for n, kind in enumerate(("Database", "Far")):
        said = plain(lab.send(f"GET /{n}"))
        assert f"Error: {kind} was not handled, so Flask sends its own 500 page." in said
        assert "not recorded" not in said
        assert "router answers" not in said


# Who lets an exception out


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("app.testing = True", "TESTING is on, so it leaves the app"),
        ("app.config['DEBUG'] = True", "debug mode is on, so it leaves the app"),
        ("app.config['PROPAGATE_EXCEPTIONS'] = True", "PROPAGATE_EXCEPTIONS is on, so it leaves the app"),
        ("app.testing = app.config['PROPAGATE_EXCEPTIONS'] = True", "PROPAGATE_EXCEPTIONS is on"),
        ("app.testing = True; app.config['PROPAGATE_EXCEPTIONS'] = False", None),
        ("pass", None),
    ],
)
def test_the_setting_that_lets_an_exception_out_is_named(
    tmp_path: Path, engine: str, settings: str, told: str | None
) -> None:
    source = f"""
    from flask import Flask
    app = Flask(__name__)
    @app.before_request
    def set():
        {settings}
    @app.errorhandler(500)
    def broken(error):
        return "sorry", 500
    @app.get("/")
    def home():
        return str(1 / 0)
    """
    trace = lab_of(tmp_path, source, engine).send("GET /")
    checked(trace)
    said = plain(trace)
    (error,) = [step for step in trace.steps if isinstance(step, ErrorStep)]
    assert error.propagated is (told is not None)
    assert "testing or debug mode" not in said
    assert trace.response is not None
    assert trace.response.status == 500
    if told is None:
        assert "->  broken" in said
        assert trace.response.body == b"sorry"
    else:
        assert told in said
        assert "ZeroDivisionError left the app: division by zero" in said
        assert trace.response.from_server


# Handlers that are not asked, since the error came where Flask asks only for a 500's

PASSED_OVER = """
from flask import Blueprint, Flask, request, session
app = Flask(__name__)
app.secret_key = "k"
part = Blueprint("part", __name__)

@WHO.errorhandler(TypeError)
def wrong_type(error):
    return "wrong type", 400

@app.errorhandler(LookupError)
def lost(error):
    raise TypeError("lost in the handler")

@app.after_request
def after(response):
    if request.args.get("at") == "after":
        raise TypeError("after")
    return response

@part.get("/")
def home():
    at = request.args.get("at")
    if at == "view":
        raise TypeError("view")
    if at == "handler":
        raise LookupError
    if at == "session":
        session["x"] = {1, 2}.__iter__
    return None if at == "none" else "fine"

app.register_blueprint(part)
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("who", ["app", "part"])
@pytest.mark.parametrize(
    ("at", "because"),
    [
        ("view", None),
        ("none", Because.MAKING_READY),
        ("after", Because.MAKING_READY),
        ("session", Because.MAKING_READY),
        ("handler", Because.IN_HANDLER),
    ],
)
def test_a_handler_that_is_passed_over_is_told(
    tmp_path: Path, engine: str, who: str, at: str, because: Because | None
) -> None:
    lab = lab_of(tmp_path, PASSED_OVER.replace("WHO", who), engine)
    trace = lab.send(f"GET /?at={at}")
    checked(trace)
    last = [step for step in trace.steps if isinstance(step, ErrorStep)][-1]
    assert [handler.because for handler in last.unasked] == ([] if because is None else [because])
    whose = " of blueprint part" if who == "part" else ""
    assert (f"wrong_type{whose} is not called: TypeError was raised" in plain(trace)) is (because is not None)
    assert trace.response is not None
    assert trace.response.status == (400 if because is None else 500)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_handler_of_every_exception_is_asked_as_the_one_of_a_500(tmp_path: Path, engine: str) -> None:
    source = PASSED_OVER.replace("WHO.errorhandler(TypeError)", "app.errorhandler(Exception)")
    trace = lab_of(tmp_path, source, engine).send("GET /?at=none")
    assert "is not called" not in plain(trace)
    assert "->  wrong_type" in plain(trace)


# Converters that fail


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["ValueError('even')", "LookupError('even')", "RuntimeError('even')"])
def test_a_converter_that_fails_refuses_nothing(tmp_path: Path, engine: str, kind: str) -> None:
    source = f"""
    from flask import Flask
    from werkzeug.routing import BaseConverter, ValidationError
    app = Flask(__name__)

    class Odd(BaseConverter):
        def to_python(self, value):
            if int(value) == 2:
                raise ValidationError
            if int(value) % 2 == 0:
                raise {kind}
            return int(value)

    app.url_map.converters["odd"] = Odd

    @app.get("/<word>/<odd:n>/<int:m>")
    def room(word, n, m):
        return "room"
    """
    lab = lab_of(tmp_path, source, engine)
    trace = lab.send("GET /a/4/7")
    checked(trace)
    (step,) = [step for step in trace.steps if isinstance(step, ConvertersStep)]
    name = kind.partition("(")[0]
    assert [value.failed for value in step.values] == [None, name, None]
    assert not any(value.refused for value in step.values)
    assert f"n: odd failed on '4': {name}" in plain(trace)
    assert trace.response is not None
    assert trace.response.status == 500
    assert "failed on" not in plain(lab.send("GET /a/2/7"))
    assert lab.send("GET /a/2/7").response.status == 404  # type: ignore[union-attr]


# Articles before names of classes


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["User", "Unit", "Hour", "Egg", "XMLThing", "item", "Union", "One"])
def test_no_article_stands_before_the_name_of_a_class(tmp_path: Path, engine: str, name: str) -> None:
    source = f"""
    from flask import Flask
    app = Flask(__name__)

    class {name}:
        pass

    class {name}s(app.response_class):
        pass

    @app.get("/thing")
    def thing():
        return {name}()

    @app.get("/answer")
    def answer():
        return {name}s("fine")
    """
    lab = lab_of(tmp_path, source, engine)
    for path in ("/thing", "/answer"):
        said = "\n".join(
            line
            for line in plain(lab.send(f"GET {path}"), verbose=True).splitlines()
            if "it was a" not in line
        )
        assert re.search(rf"\b{name}s?\b", said)
        assert not re.search(rf"\ban? {name}s?\b", said.replace("but it was a", ""))


# Functions whose call does not run them

KINDS = """
from flask import Flask, redirect, stream_with_context
app = Flask(__name__)

@app.get("/plain")
def plain():
    return "plain"

@app.get("/dropped")
def dropped():
    if app.name:
        return redirect("/plain")
    yield "never"

@app.get("/listed")
def wrapped():
    yield "one"

def joined(view):
    def inner():
        return "".join(view())
    return inner

app.view_functions["wrapped"] = joined(wrapped)

@app.before_request
def before():
    if app.config.get("LOCKED"):
        yield "no"
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_view_that_is_a_generator_is_told_as_one(tmp_path: Path, engine: str) -> None:
    lab = lab_of(tmp_path, KINDS.replace("@app.before_request\n", ""), engine)
    trace = lab.send("GET /dropped")
    checked(trace)
    (view,) = [step for step in trace.steps if isinstance(step, ViewStep)]
    assert view.call.function_kind is FunctionKind.GENERATOR
    said = plain(trace)
    assert "dropped is a generator function, since it has a yield" in said
    assert "what it returns is not sent" in said
    assert "Response: 200" in said
    assert "generator" not in plain(lab.send("GET /plain"))
    listed = plain(lab.send("GET /listed"))
    assert "wrapped is a generator function" in listed
    assert "is not sent" not in listed
    assert "joined: inner()" in listed


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("does", "ran", "says"),
    [
        ("return view()", True, "what it returns is not sent"),
        ("return Response(view())", True, "around it returned <Response streamed [200 OK]>"),
        (
            "return Response(stream_with_context(view()))",
            True,
            "around it returned <Response streamed [200 OK]>",
        ),
        ("return 'x'.join(view())", True, "around it returned 'axb'"),
        ("return ''.join(list(view())[:1])", True, "around it returned 'a'"),
        ("return redirect('/')", False, "around: inner()"),
        ("return Response(iter(['x']))", False, "around: inner()"),
    ],
)
def test_a_wrapper_around_a_generator_is_told_apart(
    tmp_path: Path, engine: str, does: str, ran: bool, says: str
) -> None:
    source = f"""
    import functools
    from flask import Flask, Response, redirect, stream_with_context
    app = Flask(__name__)

    def around(view):
        @functools.wraps(view)
        def inner():
            {does}
        return inner

    @app.get("/")
    @around
    def made():
        yield "a"
        yield "b"
    """
    trace = lab_of(tmp_path, source, engine).send("GET /")
    checked(trace)
    (view,) = [step for step in trace.steps if isinstance(step, ViewStep)]
    assert view.call.ran is ran
    assert says in plain(trace)
    assert (view.call.returned is not None and view.call.returned.type == "generator") is ran


@pytest.mark.parametrize("engine", ENGINES)
def test_a_hook_that_is_a_generator_is_told_as_one(tmp_path: Path, engine: str) -> None:
    trace = lab_of(tmp_path, KINDS, engine).send("GET /plain")
    (hook,) = [step for step in trace.steps if isinstance(step, HookStep)]
    assert hook.call.function_kind is FunctionKind.GENERATOR
    assert "before is a generator function" in plain(trace)


@pytest.mark.own_process
@pytest.mark.parametrize("engine", ENGINES)
def test_an_async_view_without_what_it_needs_says_so(tmp_path: Path, engine: str) -> None:
    source = """
    import sys
    sys.modules["asgiref"] = sys.modules["asgiref.sync"] = None
    from flask import Flask
    app = Flask(__name__)

    @app.get("/")
    async def home():
        return "home"
    """
    trace = lab_of(tmp_path, source, engine).send("GET /")
    said = plain(trace)
    assert trace.response is not None
    assert trace.response.status == 500
    assert re.search(r"raised \w+: .*async", said)
    assert not [step for step in trace.steps if isinstance(step, ViewStep)]


@pytest.mark.own_process
@pytest.mark.sockets
def test_an_async_view_is_told_as_one(tmp_path: Path) -> None:
    pytest.importorskip("asgiref")
    source = """
    from flask import Flask
    app = Flask(__name__)

    @app.get("/")
    async def home():
        return "home"
    """
    assert "home is an async function" in plain(lab_of(tmp_path, source, "flask").send("GET /"))


# Debuggers


@pytest.mark.own_process
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "stop", ["breakpoint()", "import pdb; pdb.set_trace()", "__import__('pdb').Pdb().set_trace()"]
)
def test_a_debugger_is_told_for_what_it_is(tmp_path: Path, engine: str, stop: str) -> None:
    source = f"""
    from flask import Flask
    app = Flask(__name__)

    @app.get("/")
    def home():
        {stop}
        return "home"

    @app.get("/asks")
    def asks():
        return input("name? ")
    """
    lab = lab_of(tmp_path, source, engine)
    trace = lab.send("GET /")
    checked(trace)
    said = plain(trace)
    assert trace.response is not None
    assert (trace.response.status, trace.response.body) == (200, b"home")
    line = 7 if sys.version_info < (3, 13) else 6  # it stops at the call itself from then on
    assert f"breakpoint() or pdb stopped the request in home at app.py:{line}:" in said
    assert "BdbQuit" not in said
    (note,) = [note for note in trace.notes if note.code == "breakpoint"]
    assert note.file == "app.py"
    asks = lab.send("GET /asks")
    assert "EOFError" in plain(asks)
    assert not [note for note in asks.notes if note.code == "breakpoint"]


GIVEN = {
    "a redirect": "redirect('/x')",
    "a response": "app.make_response(('gone', 410))",
    "a response of an error": "NotFound().get_response()",
}
HANDLERS = "@app.errorhandler(HTTPException)\ndef caught(error):\n    return 'caught', 400\n"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("handlers", ["", HANDLERS])
@pytest.mark.parametrize("given", GIVEN)
def test_a_response_that_abort_was_given_is_sent_and_told_as_it_is(
    engine: str, handlers: str, given: str, tmp_path: Path
) -> None:
    source = (
        "from flask import Flask, abort, redirect\nfrom werkzeug.exceptions import HTTPException, NotFound\n"
        f"app = Flask(__name__)\n{handlers}@app.route('/')\ndef index():\n    abort({GIVEN[given]})\n"
    )
    app, lab = live(tmp_path, source, engine)
    trace = lab.send("GET /")
    document = checked(trace)
    assert document["response"]["status"] == app.test_client().get("/").status_code
    step = trace.first(ErrorStep)
    assert step is not None
    assert step.handled_by is HandledBy.CARRIED
    said = plain(trace)
    assert "carries a response of its own, and no handler is called" in said
    assert "???" not in said
    assert "nothing handles it" not in said


ANSWERS_FOR_ITSELF = f"""
from flask import Flask
from werkzeug.exceptions import HTTPException

app = Flask(__name__)

{UNSAID}

@app.route("/")
def index():
    raise Unsaid
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_an_exception_that_cannot_be_asked_for_its_response_is_told_all_the_same(
    engine: str, tmp_path: Path
) -> None:
    app, lab = live(tmp_path, ANSWERS_FOR_ITSELF, engine)
    trace = lab.send("GET /")
    document = checked(trace)
    assert document["response"]["status"] == app.test_client().get("/").status_code == 418
    assert "index() raised Unsaid" in trace.answer.text
