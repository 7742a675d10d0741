"""Who ran, and who answered: every shape of a wrapper, around every kind of callable, on both engines.

A function is said to have run only where its code was entered, and an answer is given to whom it was made by.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.requestline.record import RequestLine
from routelab.tracing.facts import Call
from routelab.tracing.steps.error import ErrorStep, HandledBy
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.make_response import MakeResponseStep
from routelab.tracing.steps.middleware import MiddlewareStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace
from support import ENGINES, checked, lab_of
from truth.shown import plain

HEAD = """
import functools
from flask import Flask, Response, jsonify, make_response, redirect, request, session

app = Flask(__name__)
app.secret_key = "k"

"""
# How a decorator puts itself around a view; BODY is what it does with `view`.
SHAPES = {
    "wraps": """
def around(view):
    @functools.wraps(view)
    def inner(*args, **kwargs):
{body}
    return inner
""",
    "bare": """
def around(view):
    def inner(*args, **kwargs):
{body}
    return inner
""",
    "argument": """
def makes(word):
    def around(view):
        @functools.wraps(view)
        def inner(*args, **kwargs):
    {body}
        return inner
    return around
around = makes("x")
""",
    "class": """
class around:
    def __init__(self, view):
        self.view = view
        self.__name__ = view.__name__
    def __call__(self, *args, **kwargs):
        view = self.view
{body}
""",
    "partial": """
def inner(view, *args, **kwargs):
{body}
def around(view):
    return functools.update_wrapper(functools.partial(inner, view), view)
""",
}
# What the wrapper does: its lines, whether the view runs, and whether the answer is the wrapper's own.
DOES = {
    "pass_on": ("        return view(*args, **kwargs)", True, False),
    "early": ("        return 'early', 418", False, True),
    "replace": ("        view(*args, **kwargs)\n        return 'other'", True, True),
    "drop": ("        view(*args, **kwargs)", True, True),
    "swallow": (
        "        try:\n            return view(*args, **kwargs, fail=True)\n"
        "        except ZeroDivisionError:\n            return 'swallowed'",
        True,
        True,
    ),
    "raise_first": ("        raise KeyError('guard')", False, True),
}
VIEW = """
@app.route("/hello/<name>", endpoint="hello")
@around
def hello(name, fail=False):
    return f"hello {1 // (not fail) and name}"
"""


def view_of(trace: Trace) -> Call:
    step = trace.first(ViewStep)
    assert step is not None
    return step.call


def source(shape: str, does: str) -> str:
    body = DOES[does][0]
    if shape == "argument":
        body = body.replace("\n", "\n    ")
    return HEAD + SHAPES[shape].format(body=body) + VIEW


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("shape", "does"), list(product(SHAPES, DOES)))
def test_a_wrapper_and_its_view_are_told_apart(tmp_path: Path, shape: str, does: str, engine: str) -> None:
    _, runs, own = DOES[does]
    with lab_of(tmp_path, source(shape, does), engine) as lab:
        trace = lab.send("GET /hello/ann")
    checked(trace)
    call = view_of(trace)
    if shape == "bare" and not runs:  # nothing leads from this wrapper to the view: it is the view
        assert call.place.function == "inner"
        return
    assert call.place.function == "hello"
    assert call.place.file == "app.py"
    assert call.ran is runs
    assert (call.answered_by is not None) is own
    if not runs:
        assert call.returned is None
        assert call.raised is None
        assert call.arguments == ()
    elif does == "swallow":
        assert call.raised is not None
        assert call.raised.type == "ZeroDivisionError"
    else:
        assert call.returned is not None
        assert call.returned.repr == "'hello ann'"
        assert call.arguments[0].value.repr == "'ann'"
    step = ViewStep(endpoint="hello", call=call)
    said = " ".join((step.headline, *step.details))
    assert ("did not run" in said) is not runs


@pytest.mark.parametrize("engine", ENGINES)
def test_a_location_is_set_by_the_decorator_that_answered(tmp_path: Path, engine: str) -> None:
    text = HEAD + (
        "def login_required(view):\n"
        "    @functools.wraps(view)\n"
        "    def wrapped(**kwargs):\n"
        "        return redirect('/login')\n"
        "    return wrapped\n"
        "@app.route('/secret')\n@login_required\ndef secret():\n    return 'no'\n"
    )
    with lab_of(tmp_path, text, engine) as lab:
        trace = lab.send("GET /secret")
    response = trace.first(ResponseStep)
    assert response is not None
    location = next(header for header in response.headers if header.name == "Location")
    assert location.why == "set by login_required"
    assert location.origin.place.line == 9


@pytest.mark.parametrize("engine", ENGINES)
def test_a_view_adds_its_headers_and_the_wrapper_its_own(tmp_path: Path, engine: str) -> None:
    text = HEAD + (
        "def stamped(view):\n"
        "    @functools.wraps(view)\n"
        "    def wrapped():\n"
        "        response = view()\n"
        "        response.headers['X-Stamp'] = '1'\n"
        "        return response\n"
        "    return wrapped\n"
        "@app.route('/')\n@stamped\ndef home():\n"
        "    response = make_response('x')\n    response.headers['X-Own'] = '1'\n    return response\n"
    )
    with lab_of(tmp_path, text, engine) as lab:
        response = lab.send("GET /").first(ResponseStep)
    assert response is not None
    why = {header.name: header.why for header in response.headers}
    assert why["X-Own"] == "set by home"
    assert why["X-Stamp"] == "set by stamped"


@pytest.mark.parametrize("engine", ENGINES)
def test_of_two_wrappers_the_one_that_answered_is_named(tmp_path: Path, engine: str) -> None:
    text = HEAD + (
        "def outer(view):\n    @functools.wraps(view)\n    def one(*a, **k):\n        return view(*a, **k)\n"
        "    return one\n"
        "def guard(view):\n    @functools.wraps(view)\n    def two(*a, **k):\n        return 'no', 403\n"
        "    return two\n"
        "@app.route('/')\n@outer\n@guard\ndef home():\n    return 'x'\n"
    )
    with lab_of(tmp_path, text, engine) as lab:
        call = view_of(lab.send("GET /"))
    assert [wrapper.decorator for wrapper in call.wrappers] == ["outer", "guard"]
    assert [wrapper.ran for wrapper in call.wrappers] == [True, True]
    assert call.answered_by is call.wrappers[1]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("define", "says"),
    [
        ("def wrapper():\n        return view()", "around: wrapper() at app.py:8"),
        ("def wrapper(other):\n        return view()", "around: wrapper() at app.py:8"),
    ],
)
def test_a_wrapper_that_cannot_be_called_so_is_named(
    tmp_path: Path, engine: str, define: str, says: str
) -> None:
    text = HEAD + (
        f"def around(view):\n    {define}\n    return wrapper\n"
        "@app.route('/<name>', endpoint='user')\n@around\ndef user(name):\n    return name\n"
    )
    with lab_of(tmp_path, text, engine) as lab:
        trace = lab.send("GET /ann")
    step = trace.first(ViewStep)
    assert step is not None
    assert not step.call.ran
    assert step.headline == "user did not run"
    assert says in step.details[0]
    assert "could not be called: TypeError" in step.details[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_view_that_does_not_take_its_variables_did_not_run(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, HEAD + "@app.route('/<name>')\ndef user():\n    return 'x'\n", engine) as lab:
        step = lab.send("GET /ann").first(ViewStep)
    assert step is not None
    assert not step.call.ran
    assert "it cannot be called with name='ann': TypeError" in step.details[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_hook_behind_a_wrapper_is_told_like_a_view(tmp_path: Path, engine: str) -> None:
    text = HEAD + (
        "def only_admin(hook):\n    @functools.wraps(hook)\n    def skip():\n        return 'closed', 503\n"
        "    return skip\n"
        "@app.before_request\n@only_admin\ndef load():\n    return None\n"
        "@app.route('/')\ndef home():\n    return 'x'\n"
    )
    with lab_of(tmp_path, text, engine) as lab:
        trace = lab.send("GET /")
    hook = trace.first(HookStep)
    assert hook is not None
    assert hook.call.place.function == "load"
    assert not hook.call.ran
    assert trace.first(ViewStep) is None
    assert trace.response is not None
    assert trace.response.status == 503


# Who answered

MIDDLEWARE = {
    "class": "class Gate:\n    def __init__(self, app):\n        self.app = app\n"
    "    def __call__(self, environ, start_response):\n{body}\napp.wsgi_app = Gate(app.wsgi_app)\n",
    "function": "def Gate(app):\n    def run(environ, start_response):\n        self = type('S', (), {{'app': app}})\n"
    "{body}\n    return run\napp.wsgi_app = Gate(app.wsgi_app)\n",
}
ALONE = "        start_response('403 FORBIDDEN', [('X-Gate', 'shut')])\n        return [b'shut']"
THROUGH = (
    "        def start(status, headers, exc_info=None):\n"
    "            return start_response(status, [*headers, ('X-Gate', 'open')], exc_info)\n"
    "        return self.app(environ, start)"
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shape", MIDDLEWARE)
@pytest.mark.parametrize("body", [ALONE, THROUGH], ids=["alone", "through"])
def test_middleware_is_named_and_whether_it_answered(
    tmp_path: Path, engine: str, shape: str, body: str
) -> None:
    text = HEAD + "@app.route('/')\ndef home():\n    return 'x'\n" + MIDDLEWARE[shape].format(body=body)
    with lab_of(tmp_path, text, engine) as lab:
        trace = lab.send("GET /")
        decision = lab.match(trace_request())
        table = lab.routes()
    checked(trace)
    step = trace.first(MiddlewareStep)
    assert step is not None
    assert step.name == "Gate"
    assert step.answered is (body is ALONE)
    response = trace.first(ResponseStep)
    assert response is not None
    gate = next(header for header in response.headers if header.name == "X-Gate")
    assert gate.why == "set by the middleware Gate"
    assert decision.middleware == table.middleware == ("Gate",)


def trace_request() -> RequestLine:

    return RequestLine(method="GET", path="/")


@pytest.mark.parametrize("engine", ENGINES)
def test_another_app_behind_middleware_is_named(tmp_path: Path, engine: str) -> None:
    text = HEAD + (
        "from werkzeug.middleware.dispatcher import DispatcherMiddleware\n"
        "shop = Flask('shop')\n"
        "@app.route('/shop/list')\ndef items():\n    return 'items'\n"
        "app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {'/shop': shop})\n"
    )
    with lab_of(tmp_path, text, engine) as lab:
        step = lab.send("GET /shop/list").first(MiddlewareStep)
        other = lab.send("GET /else").first(MiddlewareStep)
    assert step is not None
    assert (step.name, step.answered, step.called) == ("DispatcherMiddleware", True, "shop")
    assert "shop" in step.headline
    assert other is not None
    assert (other.answered, other.called) == (False, None)


REPLACED = {
    "answers": ("return jsonify(error=str(error)), getattr(error, 'code', 500)", HandledBy.REPLACEMENT),
    "hands_on": ("return original(error)", HandledBy.FLASK),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("does", REPLACED)
@pytest.mark.parametrize("stage", ["handle_user_exception", "handle_exception"])
def test_a_replaced_handler_of_exceptions_is_named(
    tmp_path: Path, engine: str, does: str, stage: str
) -> None:
    body, handled_by = REPLACED[does]
    text = HEAD + (
        f"original = app.{stage}\n"
        f"def error_router(error):\n    {body}\n"
        f"app.{stage} = error_router\n"
        "@app.route('/fails')\ndef fails():\n    return 1 // 0\n"
    )
    with lab_of(tmp_path, text, engine) as lab:
        trace = lab.send("GET /nothing" if stage == "handle_user_exception" else "GET /fails")
    checked(trace)
    step = trace.first(ErrorStep)
    assert step is not None
    assert step.handled_by is handled_by
    assert step.replacement is not None
    assert step.replacement.function == "error_router"
    assert ("error_router" in step.headline) is (handled_by is HandledBy.REPLACEMENT)


@pytest.mark.parametrize("engine", ENGINES)
def test_each_writer_of_a_header_is_named(tmp_path: Path, engine: str) -> None:
    text = HEAD + (
        "@app.after_request\ndef stamp(response):\n    response.vary.add('Accept-Language')\n    return response\n"
        "@app.route('/')\ndef home():\n    return session.get('name', 'nobody')\n"
    )
    with lab_of(tmp_path, text, engine) as lab:
        response = lab.send("GET /").first(ResponseStep)
    assert response is not None
    vary = next(header for header in response.headers if header.name == "Vary")
    assert vary.why == "Accept-Language: set by stamp; Cookie: because the session was used"


# Objects that are called as views, behind what people put around them: all of them run line 5.
OBJECTS = {
    "Hello()": "Hello",
    "functools.partial(Hello(), greeting='hey')": "Hello",
    "functools.partial(functools.partial(Hello()))": "Hello",
    "Child()": "Child",
    "Hello().__call__": "Hello.__call__",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("view", OBJECTS)
def test_an_object_that_is_called_stands_where_its_call_does(tmp_path: Path, view: str, engine: str) -> None:
    source = (
        "import functools\nfrom flask import Flask\napp = Flask(__name__)\nclass Hello:\n"
        "    def __call__(self, name, greeting='hi'): return f'{greeting} {name}'\n"
        f"class Child(Hello):\n    pass\napp.add_url_rule('/<name>', 'hello', {view})\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /ann")
        routes = lab.routes()
    ran = trace.first(ViewStep)
    assert ran is not None
    assert (ran.call.place.function, ran.call.place.file, ran.call.place.line) == (OBJECTS[view], "app.py", 5)
    assert "app.py:5" in plain(trace)
    assert next(it.place.line for it in routes.routes if it.endpoint == "hello") == 5


@pytest.mark.parametrize("engine", ENGINES)
def test_a_class_without_code_of_pythons_is_named(tmp_path: Path, engine: str) -> None:
    source = "from flask import Flask\napp = Flask(__name__)\napp.add_url_rule('/', 'made', dict)\n"
    with lab_of(tmp_path, source, engine) as lab:
        assert "dict()" in plain(lab.send("GET /"))
        assert lab.routes().routes[-1].place.function == "dict"


# What is made and lost, before the view or after it: by the view, by its decorator, by neither.
LOSES = """
def losing():
    make_response("lost")
    try:
        abort(404)
    except NotFound:
        pass
def around(view):
    @functools.wraps(view)
    def inner(*args, **kwargs):
        if "early" in request.args:
            losing()
        answer = view(*args, **kwargs)
        if "late" in request.args:
            losing()
        return answer
    return inner
@app.route("/plain")
@around
def plain():
    if "view" in request.args:
        losing()
    return "plain"
class Methods(MethodView):
    decorators = [around]
    @around
    def get(self):
        if "view" in request.args:
            losing()
        return "method"
    def post(self):
        if "view" in request.args:
            losing()
        return "method"
app.add_url_rule("/methods", view_func=Methods.as_view("methods"))
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_decorator_made_and_lost_is_not_the_views(engine: str, tmp_path: Path) -> None:
    imports = "from flask import abort\nfrom flask.views import MethodView\nfrom werkzeug.exceptions import NotFound\n"
    with lab_of(tmp_path, HEAD + imports + LOSES, engine) as lab:
        for line, who in product(
            ("GET /plain", "GET /methods", "POST /methods"), ("", "early", "late", "view")
        ):
            trace = lab.send(f"{line}?{who}")
            checked(trace)
            made, step = trace.first(MakeResponseStep), trace.first(ViewStep)
            assert made is not None
            assert step is not None
            assert made.kept_back is (who == "view"), (line, who)
            assert (step.aborted is not None) is (who == "view"), (line, who)


# A factory's functions close over its helpers as a wrapper does over a view.
FACTORY = """
def renders(word):
    return word
def copies(view):
    def decorator(inner):
        inner.__name__ = view.__name__
        return inner
    return decorator
def named(view):
    @copies(view)
    def inner():
        return view()
    return inner
def create_app(find=renders):
    from json import dumps
    dump = functools.partial(dumps, indent=1)
    app = Flask(__name__)
    def helper(word="h"):
        return word
    def around(view):
        def check():
            return helper()
        def inner(**kwargs):
            check()
            return view(**kwargs)
        return inner
    @app.route("/uses")
    def uses():
        return helper()
    @app.route("/does-not")
    def does_not():
        return "n" or helper()
    @app.route("/imported")
    def imported():
        return dumps("i")
    def below():
        @app.route("/deep")
        def deep():
            return helper("d")
    below()
    @app.route("/wrapped", endpoint="wrapped")
    @around
    def wrapped():
        return helper("w")
    @app.route("/given")
    def given():
        return find("g")
    @app.route("/bound")
    def bound():
        return dump("b")
    @app.route("/default")
    def default(key=renders):
        return key("d")
    @app.route("/named")
    @named
    def copied():
        return "c"
    @app.before_request
    def before():
        helper()
    @app.teardown_request
    def after(error):
        if error:
            helper()
    @app.errorhandler(404)
    def missing(error):
        return helper("m"), 404
    return app
app = create_app()
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_helper_that_a_function_closes_over_is_not_what_it_is_around(engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, HEAD + FACTORY, engine) as lab:
        for path in (
            "uses",
            "does-not",
            "imported",
            "deep",
            "given",
            "bound",
            "default",
            "wrapped",
            "named",
            "none",
        ):
            trace = lab.send(f"GET /{path}")
            checked(trace)
            calls = [
                *(step.call for step in trace.each(HookStep)),
                *(step.call for step in trace.each(ViewStep)),
                *(step.handler for step in trace.each(ErrorStep) if step.handler is not None),
            ]
            view = {"none": "missing", "named": "copied"}.get(path, path.replace("-", "_"))
            assert {call.place.function for call in calls} == {"before", "after", view}
            assert all(call.ran for call in calls)
            assert [len(call.wrappers) for call in calls] == [0, 0, path in ("wrapped", "named")]


# What makes a view is given a function to ask; and what is around one is known by its decorator, or takes anything.
MADE = """
def find(name):
    return name if name == "ann" else None
def page(load):
    def view(name):
        if "skip" in request.args:
            return "skipped"
        return load(name) or ("nobody", 404)
    return view
def around(view):
    def wrapper(*args, **kwargs):
        return "skipped" if "skip" in request.args else view(*args, **kwargs)
    return wrapper
app.add_url_rule("/asks/<name>", "asks", page(find))
app.add_url_rule("/find/<name>", "find", page(find))
app.add_url_rule("/any/<name>", "any", around(find))
@app.route("/above/<name>", endpoint="above")
@page
def above(name):
    return name
"""
VIEWS = {
    "asks": ("view", ()),
    "find": ("find", ("page",)),
    "any": ("find", ("around",)),
    "above": ("above", ("page",)),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", VIEWS)
def test_a_function_that_a_view_is_given_to_ask_is_not_the_view(
    path: str, engine: str, tmp_path: Path
) -> None:
    function, decorators = VIEWS[path]
    with lab_of(tmp_path, HEAD + MADE, engine) as lab:
        for query in ("", "?skip"):
            trace = lab.send(f"GET /{path}/ann{query}")
            checked(trace)
            call = view_of(trace)
            assert call.place.function == function
            assert tuple(each.decorator for each in call.wrappers) == decorators
            assert call.ran is not (bool(query) and bool(decorators))
