"""The recorder on both engines, where apps do what tutorials do not: each case has tripped a recorder once."""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from typing import Any

import pytest

from routelab.lab import Lab, load
from routelab.watched import watch
from support import ENGINES, Object, checked, kinds, live, step

HEAD = """
from flask import Flask, Blueprint, after_this_request, current_app, g, render_template, request, session
from flask import render_template_string, stream_with_context
from flask.views import MethodView, View

app = Flask(__name__)
"""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def made(folder: Path, engine: str, source: str) -> Lab:
    """Load an app whose file begins with the usual imports; `source` stands at the margin."""
    file = folder / "app.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(HEAD + source, encoding="utf-8")
    lab = load(file, engine=engine, folder=folder)
    assert lab.failure is None, lab.failure
    return lab


def made_here(folder: Path, engine: str, source: str) -> tuple[Any, Lab]:
    """Import the same app into this process, and watch it."""
    return live(folder, HEAD + source, engine)


def hooks(document: Object) -> list[str]:
    return [each["function"] for each in document["steps"] if each["kind"] == "hook"]


def origins(document: Object) -> dict[str, str]:
    return {header["name"]: header["from"]["stage"] for header in step(document, "response")["headers"]}


# Middleware

HOME = """
@app.route("/")
def home():
    return "home"
"""
OUTSIDE = """
class Own:
    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/alone":
            start_response("204 NO CONTENT", [("X-Alone", "yes")])
            return []

        def start(status, headers, exc_info=None):
            return start_response(status, [*headers, ("X-Outside", "yes")], exc_info)

        return self.app(environ, start)
"""


def test_the_app_sees_what_middleware_made_of_the_request(tmp_path: Path, engine: str) -> None:
    lab = made(
        tmp_path,
        engine,
        "from werkzeug.middleware.proxy_fix import ProxyFix\n"
        "app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1, x_host=1)\n"
        "@app.route('/')\ndef home():\n    return request.host + request.script_root\n",
    )
    document = checked(lab.send("GET / X-Forwarded-Prefix:/shop X-Forwarded-Host:shop.test"))
    assert document["response"]["body"] == "shop.test/shop"
    assert step(document, "request")["script_root"] == "/shop"
    assert kinds(document).count("request") == 1


def test_a_header_of_middleware_says_so(tmp_path: Path, engine: str) -> None:
    lab = made(tmp_path, engine, HOME + OUTSIDE + "app.wsgi_app = Own(app.wsgi_app)\n")
    document = checked(lab.send("GET /"))
    assert origins(document)["X-Outside"] == "middleware"
    assert origins(document)["Content-Type"] == "make_response"


def test_middleware_may_answer_by_itself(tmp_path: Path, engine: str) -> None:
    lab = made(tmp_path, engine, HOME + OUTSIDE + "app.wsgi_app = Own(app.wsgi_app)\n")
    document = checked(lab.send("GET /alone"))
    assert kinds(document) == ["request", "middleware", "response"]
    assert (step(document, "middleware")["name"], step(document, "middleware")["answered"]) == ("Own", True)
    assert document["response"]["status"] == 204


# Views of every kind

VIEWS = """
import functools

def logged(view):
    @functools.wraps(view)
    def inner(*args, **kwargs):
        return view(*args, **kwargs)
    return inner

@app.route("/wrapped/<int:n>")
@logged
def wrapped(n):
    return str(n)

def bound(word, n):
    return word * n

app.add_url_rule("/partial/<int:n>", "partial", functools.partial(bound, "ab"))

class Caller:
    def __call__(self, n):
        return f"called {n}"

app.add_url_rule("/object/<int:n>", "object", Caller())

class Shown(View):
    init_every_request = False
    def dispatch_request(self, n):
        return f"shown {n}"

app.add_url_rule("/class/<int:n>", view_func=Shown.as_view("shown"))

class Item(MethodView):
    def get(self, n):
        return f"got {n}"

app.add_url_rule("/method/<int:n>", view_func=Item.as_view("item"))
app.add_url_rule("/lambda/<int:n>", "lambda", lambda n: "l" * n)

@app.route("/words/<recorder>/<function>/<run>")
def words(recorder, function, run):
    return recorder + function + run
"""


@pytest.mark.parametrize(
    ("path", "function", "body"),
    [
        ("/wrapped/2", "wrapped", "2"),
        ("/partial/2", "bound", "abab"),
        ("/object/2", "Caller", "called 2"),
        ("/class/2", "Shown.dispatch_request", "shown 2"),
        ("/method/2", "Item.get", "got 2"),
        ("/lambda/2", "<lambda>", "ll"),
        ("/words/a/b/c", "words", "abc"),
    ],
)
def test_a_view_is_named_by_what_the_learner_wrote(
    tmp_path: Path, engine: str, path: str, function: str, body: str
) -> None:
    document = checked(made(tmp_path, engine, VIEWS).send(f"GET {path}"))
    view = step(document, "view")
    assert (view["function"], document["response"]["body"]) == (function, body)
    assert kinds(document).count("view") == 1
    if path != "/words/a/b/c":
        assert view["arguments"]["n"]["json"] == 2


@pytest.mark.sockets
def test_an_async_view_of_real_flask_is_a_view(tmp_path: Path) -> None:
    pytest.importorskip("asgiref")
    source = "@app.route('/')\nasync def soon():\n    print('now')\n    return 'soon'\n"
    document = checked(made(tmp_path, "flask", source).send("GET /"))
    view = step(document, "view")
    assert (view["function"], view["printed"], view["returned"]["json"]) == ("soon", "now\n", "soon")


def test_a_view_that_is_missing_is_told_as_the_error_it_is(tmp_path: Path, engine: str) -> None:
    document = checked(made(tmp_path, engine, "app.add_url_rule('/x', 'x')\n").send("GET /x"))
    assert step(document, "match")["endpoint"] == "x"
    assert "view" not in kinds(document)
    assert (step(document, "error")["exception"], document["response"]["status"]) == ("KeyError", 500)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_automatic_methods(tmp_path: Path, engine: str, method: str) -> None:
    document = checked(made(tmp_path, engine, HOME).send(f"{method} /"))
    assert document["response"]["body"] == ""
    assert ("view" in kinds(document)) is (method == "HEAD")
    if method == "OPTIONS":
        assert step(document, "automatic_options")["allowed_methods"] == ["GET", "HEAD", "OPTIONS"]
        assert origins(document)["Allow"] == "automatic_options"


# The loop called again by the learner's own code

NESTED = """
@app.before_request
def before():
    g.seen = True

@app.route("/")
def outer():
    inner = current_app.test_client().get("/inner")
    made = current_app.make_response(("made", 201))
    adapter = current_app.create_url_adapter(request)
    return f"{inner.status_code} {made.status_code} {adapter.match('/inner')[0]}"

@app.route("/inner")
def inner():
    print("not mine")
    return render_template_string("inner")
"""


def test_what_a_view_asks_of_the_app_is_no_part_of_the_trace(tmp_path: Path, engine: str) -> None:
    document = checked(made(tmp_path, engine, NESTED).send("GET /"))
    assert document["response"]["body"] == "200 201 inner"
    assert kinds(document) == [
        "request", "context", "session", "match", "hook", "view", "make_response", "response", "context",
    ]  # fmt: skip
    assert step(document, "view")["function"] == "outer"


def test_another_thread_that_calls_the_same_app_disturbs_nothing(tmp_path: Path, engine: str) -> None:
    source = NESTED + (
        "import threading\n"
        "started, ended = threading.Event(), threading.Event()\n"
        "@app.url_value_preprocessor\ndef values(endpoint, arguments):\n    pass\n"
        "@app.route('/waits')\ndef waits():\n    started.set(); ended.wait(60)\n    return 'waited'\n"
    )
    alone = kinds(checked(made(tmp_path / "alone", engine, source + "ended.set()\n").send("GET /waits")))
    app, lab = made_here(tmp_path / "beside", engine, source)
    namespace = app.view_functions["waits"].__globals__
    statuses: list[int] = []

    def beside() -> None:
        namespace["started"].wait(60)
        client = app.test_client()
        statuses.extend(client.get(path).status_code for path in ("/inner", "/nope", "/inner"))
        namespace["ended"].set()

    thread = threading.Thread(target=beside)
    thread.start()
    document = checked(lab.send("GET /waits"))
    thread.join(60)
    assert statuses == [200, 404, 200]
    assert kinds(document) == alone
    assert not {"match", "push", "pop"} & vars(app).keys()


# Hooks

HOOKS = """
shop = Blueprint("shop", __name__, url_prefix="/shop")

@shop.before_request
def opens():
    pass

@shop.after_request
def closes(response):
    response.headers["X-Shop"] = "closed"
    return response

@shop.teardown_request
def cleans(error):
    pass

@shop.route("/")
def items():
    @after_this_request
    def once(response):
        response.headers["X-Once"] = "yes"
        return response
    return "items"

@app.after_request
def stamp(response):
    return response

@app.teardown_appcontext
def last(error):
    pass

app.register_blueprint(shop)
"""


def test_hooks_say_whose_they_are(tmp_path: Path, engine: str) -> None:
    document = checked(made(tmp_path, engine, HOOKS).send("GET /shop/"))
    assert [(h["when"], h["function"], h["blueprint"]) for h in document["steps"] if h["kind"] == "hook"] == [
        ("before_request", "opens", "shop"),
        ("after_this_request", "items.<locals>.once".rpartition("<locals>.")[2], None),
        ("after_request", "closes", "shop"),
        ("after_request", "stamp", None),
        ("teardown_request", "cleans", "shop"),
        ("teardown_appcontext", "last", None),
    ]
    headers = {h["name"]: h["from"]["function"] for h in step(document, "response")["headers"]}
    assert (headers["X-Once"], headers["X-Shop"]) == ("once", "closes")


@pytest.mark.parametrize("when", ["teardown_request", "teardown_appcontext"])
def test_a_teardown_hook_that_raises_escapes_the_app(tmp_path: Path, engine: str, when: str) -> None:
    source = HOME + f"@app.{when}\ndef fails(error):\n    raise ValueError('too late')\n"
    document = checked(made(tmp_path, engine, source).send("GET /"))
    hook = step(document, "hook")
    assert (hook["returned"], hook["raised"]["type"], hook["raised"]["message"]) == (
        None,
        "ValueError",
        "too late",
    )
    assert document["exception"]["type"] == "ValueError"
    assert kinds(document)[-2:] == ["context", "response"]
    assert (document["response"]["status"], document["response"]["from_server"]) == (500, True)


# Errors

ERRORS = """
@app.errorhandler(KeyError)
def key_error(error):
    print("handling", error)
    return "handled", 409

@app.errorhandler(410)
def gone(error):
    raise ValueError("the handler fails, too")

@app.route("/key")
def key():
    raise KeyError("k")

@app.route("/gone")
def is_gone():
    from flask import abort
    abort(410)

@app.route("/broken")
def broken():
    return 1 / 0
"""


def test_a_handler_says_what_it_printed(tmp_path: Path, engine: str) -> None:
    document = checked(made(tmp_path, engine, ERRORS).send("GET /key"))
    handler = step(document, "error")["handler"]
    assert (handler["function"], handler["printed"]) == ("key_error", "handling 'k'\n")
    assert step(document, "view")["printed"] == ""
    assert document["exception"] is None


def test_a_handler_that_raises_makes_a_second_error(tmp_path: Path, engine: str) -> None:
    document = checked(made(tmp_path, engine, ERRORS).send("GET /gone"))
    first, second = step(document, "error"), step(document, "error", 1)
    assert (first["exception"], first["handler"]["raised"]["type"]) == ("Gone", "ValueError")
    assert (second["exception"], second["handled_as"]) == ("ValueError", "InternalServerError")
    assert document["response"]["status"] == 500


@pytest.mark.parametrize("setting", ["TESTING", "PROPAGATE_EXCEPTIONS"])
def test_an_exception_that_is_let_out_is_kept(tmp_path: Path, engine: str, setting: str) -> None:
    document = checked(
        made(tmp_path, engine, ERRORS + f"app.config[{setting!r}] = True\n").send("GET /broken")
    )
    assert (document["response"]["status"], document["response"]["from_server"]) == (500, True)
    assert (document["exception"]["type"], document["exception"]["frames"][-1]["function"]) == (
        "ZeroDivisionError",
        "broken",
    )


def test_an_untrusted_host_is_refused_before_the_router_is_asked(tmp_path: Path, engine: str) -> None:
    lab = made(tmp_path, engine, HOME + "app.config['TRUSTED_HOSTS'] = ['good.test']\n")
    document = checked(lab.send("GET / Host:bad.test"))
    assert (step(document, "match")["outcome"], document["response"]["status"]) == ("not_tried", 400)
    assert kinds(document)[:4] == ["request", "context", "session", "match"]
    assert step(checked(lab.send("GET / Host:good.test")), "match")["outcome"] == "matched"


# Sessions

SESSIONS = """
app.secret_key = "k"

@app.route("/")
def home():
    session["cart"] = object() if "bad" in request.args else ["record"]
    return "home"
"""


def test_a_session_that_cannot_be_saved(tmp_path: Path, engine: str) -> None:
    lab = made(tmp_path, engine, SESSIONS)
    assert step(checked(lab.send("GET /")), "session", 1)["cookie"] is True
    document = checked(lab.send("GET / bad==1"))
    saved = step(document, "session", 1)
    assert (saved["event"], saved["cookie"], saved["raised"]["type"]) == ("save", False, "TypeError")
    assert document["response"]["status"] == 500


def test_a_session_interface_of_the_apps_own(tmp_path: Path, engine: str) -> None:
    source = """
from flask.sessions import SecureCookieSessionInterface

class Counting(SecureCookieSessionInterface):
    opened = 0
    def open_session(self, app, request):
        self.opened += 1
        return super().open_session(app, request)

app.session_interface = Counting()
app.secret_key = "k"

@app.route("/")
def home():
    return f"{app.session_interface.opened} {isinstance(app.session_interface, Counting)}"
"""
    app, lab = made_here(tmp_path, engine, source)
    own = app.session_interface
    assert [checked(lab.send("GET /"))["response"]["body"] for _ in range(2)] == ["1 True", "2 True"]
    assert app.session_interface is own
    assert own.opened == 2


# Bodies that are made while they are read

STREAMS = """
@app.route("/broken")
def broken():
    def parts():
        yield "a"
        raise RuntimeError("in the middle")
    return parts()

@app.route("/with")
def with_context():
    def parts():
        yield request.path
        print("still here")
        yield "!"
    return stream_with_context(parts())

@app.teardown_request
def done(error):
    pass
"""


def test_a_generator_that_raises(tmp_path: Path, engine: str) -> None:
    document = checked(made(tmp_path, engine, STREAMS).send("GET /broken"))
    stream = step(document, "stream")
    assert (stream["chunks"], stream["raised"]["message"]) == (1, "in the middle")
    assert (document["response"]["complete"], document["response"]["body"]) == (False, "a")
    assert kinds(document)[-2:] == ["context", "stream"]
    assert document["exception"]["type"] == "RuntimeError"


def test_stream_with_context_pushes_the_context_once_more(tmp_path: Path, engine: str) -> None:
    document = checked(made(tmp_path, engine, STREAMS).send("GET /with"))
    assert document["response"]["body"] == "/with!"
    assert kinds(document)[-6:] == ["hook", "context", "stream", "context", "hook", "context"]
    events = [each["event"] for each in document["steps"] if each["kind"] == "context"]
    assert events == ["push", "pop", "push", "pop"]


# What is printed

PRINTS = """
import io, sys

@app.route("/replaced")
def replaced():
    sys.stdout = io.StringIO()
    print("lost")
    return "ok"

@app.route("/closed")
def closed():
    sys.stdout.close()
    return "ok"

@app.route("/buffer")
def buffer():
    sys.stdout.buffer.write("caf\\u00e9\\n".encode())
    print("and text")
    return "ok"

@app.route("/input")
def reads():
    return input("name? ")

@app.route("/output")
def reads_output():
    return sys.stdout.read()
"""


def test_standard_output_survives_a_view(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    _, lab = made_here(tmp_path, engine, PRINTS)
    before = sys.stdout, sys.stdin
    bodies = [checked(lab.send(f"GET {path}"))["response"]["status"] for path in ("/replaced", "/buffer")]
    assert bodies == [200, 200]
    assert (sys.stdout, sys.stdin) == before
    assert step(checked(lab.send("GET /buffer")), "view")["printed"] == "caf\u00e9\nand text\n"
    assert checked(lab.send("GET /input"))["exception"]["type"] == "EOFError"
    assert checked(lab.send("GET /output"))["exception"]["type"] == "UnsupportedOperation"
    assert checked(lab.send("GET /closed"))["response"]["status"] == 200
    assert (sys.stdout, sys.stdin) == before
    assert capsys.readouterr().out == ""


MARKS = """
import sys
held = []

@app.route("/<int:how>")
def change(how):
    sys.stdout.marked = True
    exec([
        "sys.stdout.write = held.append", "sys.stdout.reconfigure(newline=chr(10))", "sys.stdout.buffer.marked = True",
        "sys.stdout.detach()", "held.append(sys.stdout)", "held.append(sys.stdout.buffer)", "del sys.stdout.marked",
    ][how])
    if how > 3:
        vars(sys.stdout).pop("marked", None)
    return "ok"

@app.route("/")
def home():
    held.append([id(each) for each in (sys.stdout, sys.stdout.buffer)])
    print("one")
    return str(hasattr(sys.stdout, "marked") or hasattr(sys.stdout.buffer, "marked"))
"""


@pytest.mark.parametrize("how", range(7))
def test_what_an_app_does_to_its_output_ends_with_the_request(tmp_path: Path, engine: str, how: int) -> None:
    app, lab = made_here(tmp_path, engine, MARKS)
    held = app.view_functions["home"].__globals__["held"]
    assert checked(lab.send(f"GET /{how}"))["response"]["status"] == 200
    kept = [id(each) for each in held if not callable(each)]
    told = checked(lab.send("GET /"))
    assert (step(told, "view")["printed"], told["response"]["body"]) == ("one\n", "False")
    assert not {*kept} & {*held[-1]}


LOOKS_AT_OUTPUT = """
import sys, weakref
seen = []

@app.route("/")
def home():
    seen.append(weakref.ref(sys.stdout))
    return str(seen[0]() is sys.stdout)
"""


def test_an_output_that_nobody_used_is_that_of_the_next_request(tmp_path: Path, engine: str) -> None:
    _, lab = made_here(tmp_path, engine, LOOKS_AT_OUTPUT)
    assert [checked(lab.send("GET /"))["response"]["body"] for _ in range(2)] == ["True", "True"]


# Templates

TEMPLATES = {
    "base.html": "<h1>{% block title %}{% endblock %}</h1>{% include 'foot.html' %}",
    "child.html": "{% extends 'base.html' %}{% import 'forms.html' as forms %}"
    "{% block title %}{{ forms.field(name) }}{% endblock %}",
    "foot.html": "end",
    "forms.html": "{% macro field(name) %}[{{ name }}]{% endmacro %}",
}
RENDERS = """
@app.context_processor
def extras():
    return {"shop": "Time Machine"}

@app.route("/")
def home():
    return render_template("child.html", name="Ann")

@app.route("/missing")
def missing():
    return render_template("nope.html")
"""


def test_templates_name_their_parents(tmp_path: Path, engine: str) -> None:
    for name, text in TEMPLATES.items():
        (tmp_path / "templates").mkdir(exist_ok=True)
        (tmp_path / "templates" / name).write_text(text)
    app, lab = made_here(tmp_path, engine, RENDERS)
    for _ in range(2):  # the first request makes Jinja's environment, the second finds it
        document = checked(lab.send("GET /"))
        templates = [each for each in document["steps"] if each["kind"] == "template"]
        assert {(each["name"], each["parent"]) for each in templates} == {
            ("child.html", None),
            ("base.html", "child.html"),
            ("forms.html", "child.html"),
            ("foot.html", "base.html"),
        }
        assert templates[0]["context"]["name"]["json"] == "Ann"
        assert hooks(document) == ["extras"]
        assert document["response"]["body"] == "<h1>[Ann]</h1>end"
    assert "get_template" not in vars(app.jinja_env)


def test_a_template_that_is_not_found(tmp_path: Path, engine: str) -> None:
    document = checked(made(tmp_path, engine, RENDERS).send("GET /missing"))
    template = step(document, "template")
    assert (template["name"], template["raised"]["type"]) == ("nope.html", "TemplateNotFound")
    assert document["exception"]["type"] == "TemplateNotFound"


# What tracing leaves behind

FACTORY = """
def create_app():
    app = Flask(__name__)

    @app.route("/<name>")
    def hello(name):
        return f"Hello {name}"

    return app

app.extensions["factory"] = create_app
"""


def test_an_app_of_a_factory_can_be_traced_twice_in_one_process(tmp_path: Path, engine: str) -> None:
    app, _ = made_here(tmp_path, engine, FACTORY)
    labs = [watch(app.extensions["factory"]()) for _ in range(2)]
    first, second, again = (checked(labs[n].send("GET /ann")) for n in (0, 1, 0))
    assert first == second == again
    assert step(first, "view")["function"] == "hello"


def test_a_stage_that_the_app_replaced_on_its_instance_is_watched_and_kept(
    tmp_path: Path, engine: str
) -> None:
    source = (
        HOME
        + """
original = app.make_response

def louder(value):
    return original(value.upper() if isinstance(value, str) else value)

app.make_response = louder
"""
    )
    app, lab = made_here(tmp_path, engine, source)
    louder = app.make_response
    before = dict(vars(app))
    for _ in range(2):
        document = checked(lab.send("GET /"))
        assert (document["response"]["body"], kinds(document).count("make_response")) == ("HOME", 1)
    assert vars(app).keys() - before.keys() <= {"_got_first_request"}
    assert app.make_response is louder
    del app.make_response
    assert checked(lab.send("GET /"))["response"]["body"] == "home"
    assert "make_response" not in vars(app)


def test_an_app_afterwards_has_nothing_of_the_recorder(tmp_path: Path, engine: str) -> None:
    app, lab = made_here(
        tmp_path, engine, ERRORS + STREAMS.replace("/broken", "/stream").replace("def broken", "def stream")
    )
    before = {name: value for name, value in vars(app).items() if name != "_got_first_request"}
    for path in ("/key", "/gone", "/broken", "/stream", "/with", "/nope"):
        lab.send(f"GET {path}")
        now: dict[str, Any] = {name: value for name, value in vars(app).items() if name in before}
        assert now == before
        assert vars(app).keys() - before.keys() <= {"_got_first_request", "logger", "jinja_env"}


NOTES_REQUESTS = """
import weakref

seen = []

@app.before_request
def note():
    seen.append(weakref.ref(request._get_current_object()))

@app.route("/<name>")
def home(name):
    return "home"
"""
KEEPS = f"""{NOTES_REQUESTS}
app.logger.disabled = True  # pytest keeps what is logged, with its traceback

@app.route("/broken/<int:n>")
def broken(n):
    return 1 / 0
"""


@pytest.mark.parametrize("path", ["/ann", "/broken/1", "/broken/x", "/ann/"])
def test_a_trace_keeps_no_request_alive(tmp_path: Path, engine: str, path: str) -> None:
    app, lab = made_here(tmp_path, engine, KEEPS)
    seen = app.view_functions["home"].__globals__["seen"]
    trace = lab.send(f"GET {path}")
    gc.collect()
    assert [reference() for reference in seen] == [None]
    checked(trace)  # which is all there, all the same


GOES = f"""{NOTES_REQUESTS}
from flask import abort

@app.route("/slash/")
def slash():
    return "slash"

@app.route("/gone")
def gone():
    abort(410)

@app.route("/file")
def file():
    return open("/no/such/file").read()

@app.errorhandler(410)
@app.errorhandler(OSError)
def handled(error):
    return "handled"

def around(view):
    def wrapper():
        try:
            return view()
        except ZeroDivisionError:
            return "caught"
    return wrapper

@app.route("/caught")
@around
def caught():
    return 1 / 0
"""


@pytest.mark.parametrize(
    "line",
    ["GET /ann", "GET /no/such", "POST /ann", "GET /slash", "GET /gone", "GET /file", "GET /caught"],
)
def test_a_request_goes_at_once(tmp_path: Path, engine: str, line: str) -> None:
    app, lab = made_here(tmp_path, engine, GOES)
    seen = app.view_functions["home"].__globals__["seen"]
    lab.send(line)  # more is kept of the first: what was made for it
    gc.collect()
    gc.disable()
    try:
        trace = lab.send(line)
        assert [reference() for reference in seen] == [None, None]  # and not when the collector comes
    finally:
        gc.enable()
    checked(trace)


SCRIBBLES = """
from werkzeug.wrappers import Request

class Before:
    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        environ["HTTP_X_BEFORE"] = "middleware"
        note(Request(environ))
        return self.app(environ, start_response)

seen = []

def note(asked):
    seen.append(weakref.ref(asked))

app.wsgi_app = Before(app.wsgi_app)

@app.route("/scribble", methods=["POST"])
def scribble():
    request.environ.update(PATH_INFO="/late", HTTP_X_BEFORE="late", HTTP_X_LATE="late", CONTENT_TYPE="late")
    request.environ["QUERY_STRING"] = "late=1"
    return request.form["name"]
"""


def test_a_request_that_is_told_late_is_told_as_it_came(tmp_path: Path, engine: str) -> None:
    app, lab = made_here(tmp_path, engine, "import weakref\n" + SCRIBBLES)
    trace = lab.send("POST /scribble?q=1 name=ann -f")
    gc.collect()
    assert [reference() for reference in app.view_functions["scribble"].__globals__["seen"]] == [None]
    arrival = step(checked(trace), "request")
    assert arrival["path"] == "/scribble"
    assert arrival["query"] == [["q", "1"]]
    assert arrival["form"] == [["name", "ann"]]
    assert dict(arrival["headers"]) == {
        "X-Before": "middleware",
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    }
