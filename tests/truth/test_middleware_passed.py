"""Middleware in `app.wsgi_app`: which of several answered, and what it made of the request and of the answer."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.requestline.parsing import parse
from routelab.tracing.findings.kinds import findings_of
from routelab.tracing.steps.middleware import MiddlewareStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.trace import Trace
from support import ENGINES, checked, lab_of, live
from truth.shown import plain

HEAD = "from flask import Flask, redirect, request\n\napp = Flask(__name__)\n"
# Each answers by itself where the query names it; the first is called by what it inherits.
CLASSES = """
class Asks:
    def __init__(self, app):
        self.app = app
    def __call__(self, environ, start_response):
        if environ["QUERY_STRING"] == type(self).__name__:
            start_response("503 Down", [("X-By", type(self).__name__)])
            return [b"no"]
        return self.app(environ, start_response)
class First(Asks):
    pass
class Third(Asks):
    pass
def second(app):
    def inner(environ, start_response):
        if environ["QUERY_STRING"] == "second":
            start_response("503 Down", [("X-By", "second")])
            return [b"no"]
        return app(environ, start_response)
    return inner
@app.route("/")
def home():
    return "home"
"""
NAMES = ("First", "second", "Third")


def middleware_of(trace: Trace) -> list[MiddlewareStep]:
    return [step for step in trace.steps if isinstance(step, MiddlewareStep)]


def response_of(trace: Trace) -> ResponseStep:
    step = trace.first(ResponseStep)
    assert step is not None
    return step


BODIES = """
def {name}(app):
    def inner(environ, start_response):
        pieces = app(environ, start_response)
        return {does}
    return inner
@app.get("/")
def home():
    return "home"
app.wsgi_app = changing(app.wsgi_app)
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("line", "does", "said"),
    [
        ("GET /", "[b'<' + b''.join(pieces) + b'>']", True),
        ("GET /", "[each for each in pieces]", False),
        ("GET /", "pieces", False),
        ("HEAD /", "pieces", False),
    ],
)
def test_a_body_that_middleware_changed_is_not_the_views(
    tmp_path: Path, line: str, does: str, said: bool, engine: str
) -> None:
    with lab_of(tmp_path, HEAD + BODIES.format(name="changing", does=does), engine) as lab:
        trace = lab.send(line)
    checked(trace)
    told = "The middleware changing then put another body into the response."
    assert (told in plain(trace)) is said


MOUNTS = """
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response
def hello(environ, start_response):
    start_response("200 OK", [("X-By", "hello")])
    return [b"hello"]
class Metrics:
    def __call__(self, environ, start_response):
        start_response("200 OK", [("X-By", "Metrics")])
        return [b"none"]
@app.get("/")
def home():
    return "home"
mounts = {"/hello": hello, "/metrics": Metrics(), "/one": Response("1"), "/two": Response("2")}
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, mounts)
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("path", "name"),
    [("/hello", "hello"), ("/metrics/x", "Metrics"), ("/one", "Response"), ("/two", "Response"), ("/", None)],
)
def test_what_is_mounted_beside_the_app_answers_and_not_the_middleware(
    tmp_path: Path, path: str, name: str | None, engine: str
) -> None:
    with lab_of(tmp_path, HEAD + MOUNTS, engine) as lab:
        trace = lab.send(f"GET {path}")
    checked(trace)
    (step,) = middleware_of(trace)
    assert (step.called, step.answered) == (name, name is not None)
    origins = {header.origin.place.function for header in response_of(trace).headers}
    assert name is None or origins == {name}


BELOW = """
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
@app.get("/items")
def items():
    return "items"
app.wsgi_app = DispatcherMiddleware(NotFound(), {"/shop": ProxyFix(app.wsgi_app, x_prefix=1)})
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_an_app_below_a_prefix_says_what_begins_with_it(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, HEAD + BELOW, engine) as lab:
        beside, below = lab.send("GET /items"), lab.send("GET /shop/items X-Forwarded-Prefix:/x")
        assert lab.routes().middleware == ("DispatcherMiddleware", "ProxyFix")
    said = checked(beside)["cause"]
    assert "gave the request to the app NotFound, and this app gets only paths below /shop, so" in said
    assert [step.reached for step in middleware_of(beside)] == [True, False]
    checked(below)
    assert [step.details[-1] for step in middleware_of(below)] == [
        "it got the root (empty), and handed on /shop",
        "it got the root /shop, and handed on /x",
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_of_several_the_one_that_answered_is_named(tmp_path: Path, engine: str) -> None:
    source = HEAD + CLASSES + "app.wsgi_app = First(second(Third(app.wsgi_app)))\n"
    with lab_of(tmp_path, source, engine) as lab:
        for number, name in enumerate((*NAMES, "nobody")):
            trace = lab.send(f"GET /?{name}")
            checked(trace)
            steps = middleware_of(trace)
            assert [step.name for step in steps] == list(NAMES)
            assert [step.answered for step in steps] == [number == each for each in range(3)]
            assert [step.reached for step in steps] == [each <= number for each in range(3)]
            if name in NAMES:
                (header,) = response_of(trace).headers
                assert header.why == f"set by the middleware {name}"


# Where middleware raises, and what is said of it; it answers nothing then.
RAISING = {
    "raise ValueError('mine')": "guard in app.wsgi_app raised ValueError: mine at app.py:8, so",
    "helper()": "guard in app.wsgi_app raised ZeroDivisionError: division by zero in helper() at app.py:5, so",
    "environ.clear()": "guard in app.wsgi_app raised KeyError",
    "return iter([1 / 0])": "guard in app.wsgi_app raised ZeroDivisionError",
    "start_response('404 NO', []); return []": "guard in app.wsgi_app answered by itself, so",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("body", RAISING)
def test_middleware_that_raises_did_not_answer(tmp_path: Path, engine: str, body: str) -> None:
    helper = "def helper():\n    1 / 0\ninner = app.wsgi_app\n"
    guard = f"def guard(environ, start_response):\n    {body}\n    return inner(environ, start_response)\n"
    with lab_of(tmp_path, HEAD + helper + guard + "app.wsgi_app = guard\n", engine) as lab:
        trace = lab.send("GET /")
    document = checked(trace)
    assert document["cause"].startswith(RAISING[body])
    assert (middleware_of(trace)[0].raised is None) is ("answered" in RAISING[body])
    assert ("R904" in [finding["code"] for finding in document["findings"]]) is ("answered" in RAISING[body])


# What middleware makes of the request before the app gets it, and how that is said.
CHANGES = {
    "environ['REQUEST_METHOD'] = 'DELETE'": "the app got the method DELETE, and POST was sent",
    "environ['PATH_INFO'] = '/else'": "the app got the path /else, and /thing was sent",
    "environ['wsgi.url_scheme'] = 'https'": "the app got the scheme https, and http was sent",
    "environ['SCRIPT_NAME'] = '/shop'": "the app got the root /shop, and none was sent",
    "environ['QUERY_STRING'] = ''": "the app got no query, and x=1 was sent",
    "environ['HTTP_X_OTHER'] = '1'": "it added the header X-Other",
    "environ['shop.other'] = '1'": None,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("change", CHANGES)
def test_what_the_app_got_otherwise_than_it_was_sent_is_said(
    tmp_path: Path, change: str, engine: str
) -> None:
    source = HEAD + (
        f"def other(wsgi_app):\n    def inner(environ, start_response):\n        {change}\n"
        "        return wsgi_app(environ, start_response)\n    return inner\n"
        "app.wsgi_app = other(app.wsgi_app)\n"
        "@app.route('/<name>', methods=['POST', 'DELETE'])\ndef any(name):\n    return name\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("POST /thing?x=1")
    checked(trace)
    (step,) = middleware_of(trace)
    said = CHANGES[change]
    assert step.details == (() if said is None else (said,))
    if said is None:
        assert "the app got" not in plain(trace)
    else:
        assert said in plain(trace)


# What each of three middlewares does, outermost first, and what is said of each.
SHARED = {
    ("pass", "environ['PATH_INFO'] = '/b'", "pass"): ("", "the app got the path /b, and /a was sent", ""),
    ("environ['REQUEST_METHOD'] = 'PUT'", "pass", "pass"): (
        "the app got the method PUT, and POST was sent", "", ""),
    ("environ = {**environ, 'PATH_INFO': '/b'}", "pass", "environ['PATH_INFO'] = '/c'"): (
        "it got the path /a, and handed on /b", "", "it got the path /b, and handed on /c"),
    ("environ['PATH_INFO'] = '/b'", "environ['PATH_INFO'] = '/a'", "pass"): (
        "it got the path /a, and handed on /b", "it got the path /b, and handed on /a", ""),
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("bodies", SHARED)
@pytest.mark.parametrize("as_class", [True, False])
def test_of_several_the_one_that_changed_the_request_is_named(
    tmp_path: Path, bodies: tuple[str, str, str], as_class: bool, engine: str
) -> None:
    source = HEAD
    for number, body in reversed(tuple(enumerate(bodies))):
        source += (
            f"class M{number}:\n    def __init__(self, app): self.app = app\n"
            f"    def __call__(self, environ, start):\n        {body}\n        return self.app(environ, start)\n"
            if as_class
            else f"def M{number}(app):\n    def inner(environ, start):\n        {body}\n"
            "        return app(environ, start)\n    return inner\n"
        ) + f"app.wsgi_app = M{number}(app.wsgi_app)\n"
    source += "@app.route('/<name>', methods=['POST', 'PUT'])\ndef any(name):\n    return name\n"
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("POST /a")
    checked(trace)
    assert [step.name for step in middleware_of(trace)] == ["M0", "M1", "M2"]
    assert tuple(" ".join(step.details) for step in middleware_of(trace)) == SHARED[bodies]


@pytest.mark.parametrize("engine", ENGINES)
def test_where_no_call_was_seen_no_middleware_is_blamed(tmp_path: Path, engine: str) -> None:
    source = HEAD + (
        "from functools import partial\n"
        "def changes(app, environ, start):\n    environ['PATH_INFO'] = '/b'\n    return app(environ, start)\n"
        "class Passes:\n    def __init__(self, app): self.app = app\n"
        "    def __call__(self, environ, start): return self.app(environ, start)\n"
        "class Held(partial):\n    @property\n    def app(self): return self.args[0]\n"
        "inner = Held(changes, app.wsgi_app)\ninner.wrapped = app.wsgi_app\n"
        "app.wsgi_app = Passes(inner)\n"
        "@app.get('/<name>')\ndef any(name):\n    return name\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /a")
    checked(trace)
    said = "the app got the path /b, and /a was sent; it was not seen who changed that"
    assert [step.details for step in middleware_of(trace)] == [(), (said,)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_status_that_middleware_changed_is_its_own(tmp_path: Path, engine: str) -> None:
    source = HEAD + (
        "def soft(wsgi_app):\n    def inner(environ, start_response):\n"
        "        return wsgi_app(environ, lambda status, *rest: start_response('200 OK', *rest))\n"
        "    return inner\napp.wsgi_app = soft(app.wsgi_app)\n@app.route('/')\ndef home():\n    return 'x'\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        changed, same = lab.send("GET /lost"), lab.send("GET /")
    checked(changed)
    assert "set by the middleware soft; the app had made 404 NOT FOUND" in plain(changed)
    assert "the status of that error" not in plain(changed)
    assert response_of(same).made is None


@pytest.mark.parametrize("engine", ENGINES)
def test_what_the_app_wrote_into_its_environ_is_not_middlewares(tmp_path: Path, engine: str) -> None:
    source = (
        "from flask import Flask, request\nclass Own(Flask):\n    def dispatch_request(self):\n"
        "        request.environ.update(REQUEST_METHOD='DELETE', HTTP_X_OWN='1')\n"
        "        return super().dispatch_request()\n"
        "def passes(inner):\n    def outer(environ, start_response):\n"
        "        return inner(environ, start_response)\n    return outer\n"
        "app = Own(__name__)\napp.wsgi_app = passes(app.wsgi_app)\n@app.route('/')\ndef home():\n    return 'x'\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        shown = plain(lab.send("GET /"), verbose=True)
    assert "passes in app.wsgi_app let the request through" in shown
    assert "the app got" not in shown
    assert "X-Own" not in shown


@pytest.mark.parametrize("engine", ENGINES)
def test_headers_of_another_app_are_that_apps(tmp_path: Path, engine: str) -> None:
    source = HEAD + (
        "api = Flask('api')\n@api.route('/')\ndef listed():\n    return 'listed', {'X-Api': '1'}\n"
        "def hands_on(wsgi_app):\n    def inner(environ, start_response):\n"
        "        def started(status, headers, *rest):\n"
        "            return start_response(status, [*headers, ('X-Outside', '1')], *rest)\n"
        "        return api(environ, started)\n    return inner\napp.wsgi_app = hands_on(app.wsgi_app)\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    why = {header.name: header.why for header in response_of(trace).headers}
    assert why["X-Api"] == why["Content-Type"] == "set by the app api"
    assert why["X-Outside"] == "set by the middleware hands_on"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_redirect_to_https_is_a_loop_only_behind_a_proxy(tmp_path: Path, engine: str) -> None:
    source = HEAD + (
        "@app.before_request\ndef secure():\n    if not request.is_secure:\n"
        "        return redirect(request.url.replace('http://', 'https://'))\n"
        "@app.route('/')\ndef home():\n    return 'x'\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        for proxy, scheme in product(("", " X-Forwarded-Proto:https"), ("http", "https")):
            trace = lab.send(f"GET {scheme}://localhost/{proxy}")
            looped = any(found.code == "R602" for found in findings_of(trace))
            assert looped is (bool(proxy) and scheme == "http")


OWN_METHOD = """from flask import Flask
class Own(Flask):
    def wsgi_app(self, environ, start_response):
        if environ["PATH_INFO"] == "/stop":
            start_response("503 Busy", [("X-Own", "1")])
            return [b"busy"]
        return super().wsgi_app(environ, start_response)
app = Own(__name__)
{around}
@app.route("/<word>")
def home(word):
    return word
"""
AROUND = "class Outer:\n    def __init__(self, app): self.app = app\n    def __call__(self, *a): return self.app(*a)\napp.wsgi_app = Outer(app.wsgi_app)\n"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("around", ["", AROUND])
def test_a_wsgi_app_of_the_apps_own_class_is_middleware(around: str, engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, OWN_METHOD.format(around=around), engine) as lab:
        passed, stopped = lab.send("GET /home"), lab.send("GET /stop")
        names = ["Outer", "Own.wsgi_app"] if around else ["Own.wsgi_app"]
        for trace in (passed, stopped):
            checked(trace)
            assert [step.name for step in middleware_of(trace)] == names
        assert [step.answered for step in middleware_of(passed)] == [False] * len(names)
        assert [step.answered for step in middleware_of(stopped)] == [name != "Outer" for name in names]
        assert "Own.wsgi_app answered by itself" in plain(stopped)
        assert "X-Own: 1 (set by the middleware Own.wsgi_app)" in plain(stopped)
        assert "in app.wsgi_app answered" not in plain(stopped)
        assert lab.routes().middleware == lab.match(parse("GET /home")).middleware == tuple(names)


CHAINS = {
    "object.app": "class {n}:\n    def __init__(self, app): self.app = app\n    def __call__(self, *a): return self.app(*a)\n",
    "object.next": "class {n}:\n    def __init__(self, app): self.next_one = app; self.other = print\n"
    "    def __call__(self, *a): return self.next_one(*a)\n",
    "closure": "def {n}(inner, log=print):\n    def outer(*a): return inner(*a)\n    return outer\n",
}


@pytest.mark.parametrize("engine", ENGINES)
def test_all_middleware_is_named_whatever_holds_the_next(engine: str, tmp_path: Path) -> None:
    for number, (first, second) in enumerate(product(CHAINS, CHAINS)):
        folder = tmp_path / str(number)
        folder.mkdir()
        source = HEAD + CHAINS[first].format(n="First") + CHAINS[second].format(n="Second")
        source += "app.wsgi_app = First(Second(app.wsgi_app))\n@app.route('/')\ndef home(): return 'x'\n"
        with lab_of(folder, source, engine) as lab:
            names = [step.name for step in middleware_of(lab.send("GET /"))]
            assert names == list(lab.routes().middleware) == ["First", "Second"], (first, second)


HEADERS = """
def outer(app):
    def handed(environ, start_response):
        {outer}
        return app(environ, start_response)
    return handed
def inner(app):
    def handed(environ, start_response):
        {inner}
        return app(environ, start_response)
    return handed
@app.get("/")
def home():
    return dict(request.headers)
app.wsgi_app = outer(inner(app.wsgi_app))
"""
EDITS = {
    "pass": None,
    "environ['HTTP_X_SENT'] = 'other'": "it changed the header X-Sent",
    "environ.pop('HTTP_X_SENT', None)": "it removed the header X-Sent",
    "environ['HTTP_X_NEW'] = 'a'": "it added the header X-New",
    "environ['CONTENT_TYPE'] = 'text/csv'": "it added the header Content-Type",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("outer", "inner"), tuple(product(EDITS, EDITS)))
def test_a_header_that_middleware_made_was_not_sent(
    tmp_path: Path, outer: str, inner: str, engine: str
) -> None:
    with lab_of(tmp_path, HEAD + HEADERS.format(outer=outer, inner=inner), engine) as lab:
        trace = lab.send("GET / X-Sent:1")
    checked(trace)
    said = [step.details for step in middleware_of(trace)]
    if outer == inner != "pass":  # what it would do is done
        assert said == [(EDITS[outer],), ()]
    elif outer != "environ.pop('HTTP_X_SENT', None)" or "X_SENT" not in inner:
        assert said == [((EDITS[each],) if EDITS[each] else ()) for each in (outer, inner)]
    else:
        assert said == [(EDITS[outer],), ("it added the header X-Sent",)]


@pytest.mark.parametrize("engine", ENGINES)
def test_who_made_a_header_is_not_said_where_it_was_not_seen(tmp_path: Path, engine: str) -> None:
    """What is called like a C function has no code that could be seen."""
    outer = "from functools import partial\n" + HEADERS.format(
        outer="environ['HTTP_X_NEW'] = 'a'", inner="pass"
    )
    outer = outer.replace("outer(inner(app.wsgi_app))", "outer(partial(inner(app.wsgi_app)))")
    with lab_of(tmp_path, HEAD + outer, engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    said = "the header X-New was added on the way; it was not seen who did that"
    assert [step.details for step in middleware_of(trace)] == [(), (said,)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("body", "answered"),
    [
        ("import time; time.sleep(60)", False),
        ("import sys; sys.exit(4)", False),
        ("import time; start('200 OK', ((name, time.sleep(0.01) or '') for name in iter(str, None)))", False),
        (  # empty pieces, for ever: the status is out
            "import time; start('200 OK', []); return (time.sleep(0.01) or piece for piece in iter(bytes, None))",
            True,
        ),
    ],
)
def test_middleware_that_was_stopped_did_not_answer(
    tmp_path: Path, engine: str, body: str, answered: bool
) -> None:
    text = f"{HEAD}def gate(environ, start):\n    {body}\n\napp.wsgi_app = gate\n"
    with lab_of(tmp_path, text, engine) as lab:
        trace = lab.send("GET /", seconds=0.5)
    checked(trace)
    (step,) = middleware_of(trace)
    assert (step.answered, step.stopped) == (answered, not answered)
    assert ("answered by itself" in plain(trace)) is answered
    assert ("was stopped before it answered" in plain(trace)) is not answered


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "key", ["REQUEST_METHOD", "HTTP_X_A", "QUERY_STRING", "SCRIPT_NAME", "wsgi.url_scheme"]
)
@pytest.mark.parametrize("value", ["b'GET'", "5", "None"])
def test_middleware_may_hand_on_what_is_no_text(tmp_path: Path, engine: str, key: str, value: str) -> None:
    text = (
        f"{HEAD}inner = app.wsgi_app\ndef gate(environ, start):\n    environ[{key!r}] = {value}\n"
        "    return inner(environ, start)\n\napp.wsgi_app = gate\n"
    )
    with lab_of(tmp_path, text, engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    assert trace.response is not None, plain(trace)


IN_A_THREAD = """
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from flask import Flask
pool = ThreadPoolExecutor(1)
pool.submit(len, "").result()
app = Flask(__name__)
@app.route("/")
def home():
    return "home"
def begun(app, *given):
    out = []
    thread = Thread(target=lambda: out.append(app(*given)))
    thread.start()
    thread.join()
    return out[0]
class Threaded:
    def __init__(self, app):
        self.app = app
    def __call__(self, environ, start_response):
        match environ["QUERY_STRING"]:
            case "begun":
                return begun(self.app, environ, start_response)
            case "pool":
                return pool.submit(self.app, {**environ, "x": 1}, start_response).result()
            case "asks":  # which is another request
                begun(app.test_client().get, "/?none")
        start_response("200 OK", [("X-By", "threaded")])
        return [b"own"]
class Plain(Threaded):
    def __call__(self, environ, start_response):
        return self.app(environ, start_response)
app.wsgi_app = {around}
"""


@pytest.mark.own_process  # the pool's thread stays
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "around", ["Threaded(app.wsgi_app)", "Plain(Threaded(app.wsgi_app))", "Threaded(Plain(app.wsgi_app))"]
)
def test_an_app_that_is_called_in_another_thread_is_not_said_to_be_left_out(
    around: str, engine: str, tmp_path: Path
) -> None:
    with lab_of(tmp_path, IN_A_THREAD.replace("{around}", around), engine) as lab:
        for query, elsewhere in {"begun": True, "pool": True, "asks": False, "none": False}.items():
            trace = lab.send(f"GET /?{query}")
            checked(trace)
            shown = plain(trace, verbose=True)
            steps = tuple(trace.each(MiddlewareStep))
            assert any(step.elsewhere for step in steps) is elsewhere, query
            assert any(step.answered for step in steps) is not elsewhere, query
            assert ("in another thread" in shown) is elsewhere, shown
            assert ("by itself" in shown) is not elsewhere, shown
            assert ("set by the middleware Threaded" in shown) is not elsewhere, shown


SHOWS_TRACEBACKS = """
import traceback
from flask import Flask, request
app = Flask(__name__)
app.config["PROPAGATE_EXCEPTIONS"] = True

class Shows:
    def __init__(self, inner):
        self.inner = inner
    def __call__(self, environ, start_response):
        try:
            return self.inner(environ, start_response)
        except Exception:
            start_response("500 Oh", [("Content-Type", "text/plain")])
            return [traceback.format_exc().encode()]

app.wsgi_app = Shows(app.wsgi_app)

@app.before_request
def before():
    if request.path == "/before":
        raise KeyError("tea")

@app.get("/before")
@app.get("/view")
def view():
    return 1 / 0
"""


@pytest.mark.parametrize("path", ["/view", "/before"])
def test_middleware_meets_the_traceback_that_it_meets_without_us(tmp_path: Path, path: str) -> None:
    app, lab = live(tmp_path, SHOWS_TRACEBACKS, "flask")
    alone = app.test_client().get(path).get_data(as_text=True)
    trace = lab.send(f"GET {path}")
    assert trace.response is not None
    assert "Error" in alone
    assert trace.response.body.decode() == alone
