"""Mistakes of everyday code: each is told with what to do, and what only looks like one is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support import ENGINES, checked
from truth.shared import SharedApp
from truth.shown import plain

APP = """
import contextlib, datetime, functools, sqlite3
from contextlib import closing
from concurrent.futures import ThreadPoolExecutor
from flask import *
from flask.views import MethodView
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

class Day(BaseConverter):
    def to_python(self, text): return datetime.date.fromisoformat(text)

app = Flask(__name__)
app.secret_key = "k"
app.url_map.converters["day"] = Day

def in_a_thread(function):
    with ThreadPoolExecutor() as pool:
        return pool.submit(function).result()

@app.get("/dicts")
def dicts(): return ({"n": n} for n in range(2))
@app.get("/pairs")
def pairs(): return zip([1], [2])
@app.get("/texts")
def texts(): return (str(n) for n in range(2))
@app.get("/numbers")
def numbers(): return Response([1, 2])
@app.get("/part")
def part(): return Response(n for n in [1])
@app.get("/keys")
def keys(): return Response({"a": 1})
@app.get("/parts")
def parts(): return Response(["a", "b"])

@app.get("/chained")
def chained():
    make_response("x").set_cookie("a", "b")
    return redirect("/texts")
@app.get("/held")
def held():
    kept = make_response("x")
    kept.headers["X-Kept"] = "no"
    return "y"
@app.get("/thrown")
def thrown():
    redirect("/texts")
    return "y"
@app.get("/read")
def read():
    text = make_response("x").get_data(as_text=True)
    return text

@app.get("/inside")
def inside():
    session["a"] = {"b": {1}}
    return "x"
@app.get("/key")
def key():
    session["a"] = {(1, 2): 1}
    return "x"
@app.get("/bytes")
def in_bytes():
    session["a"] = (b"x", datetime.datetime(2020, 1, 1))
    return "x"

@app.get("/function")
def function(): return url_for(dicts)
@app.get("/list")
def in_list(): return url_for([1])
@app.get("/named")
def named(): return url_for("dicts")

@app.get("/day/<day:when>")
def when(when): return str(when)
@app.get("/thread")
def thread(): return in_a_thread(lambda: request.path)
@app.get("/thread/app")
def app_in_thread(): return in_a_thread(lambda: current_app.name)
@app.get("/copied")
def copied(): return in_a_thread(copy_current_request_context(lambda: request.path))

class Things(MethodView):
    def get(): return "x"
    def put(name): return "x"
    def post(self, title): return "x"
    def delete(self, name): return "x"
    @staticmethod
    def patch(): return "x"
app.add_url_rule("/things/<name>", view_func=Things.as_view("things"))
app.add_url_rule("/things", view_func=Things.as_view("all_things"))
app.add_url_rule("/class", "class", Things)

class Site:
    @app.get("/in/class")
    def page(self): return "x"
    @app.get("/in/class/<self>")
    def other(this, self): return "x"
    def name(self): return "n"
app.add_url_rule("/behind/class", "behind", Site().name)

@app.get("/uncalled")
def uncalled(): return f"{Site().name}"
@app.get("/escaped")
def escaped(): return render_template_string("{{ name }}", name=Site().name)
@app.get("/unread")
def unread(): return str(n for n in [1])
@app.get("/braces/<name>")
def braces(name): return "Hello {name}!", 200
@app.get("/filled/<name>")
def filled(name): return "Hello {name}!".format(name=name)
@app.get("/style/<name>")
def style(name): return "b {color: red} {} {{name}} ${name} {other}"

def at_times(view):
    @functools.wraps(view)
    def inner():
        if "x" in request.args: return view()
    return inner
@app.get("/at/times")
@at_times
def sometimes(): return "x"

@app.before_request
def let_pass():
    if request.path == "/false": return False
@app.get("/false")
def false(): return "x"

users = Blueprint("users", __name__, url_prefix="/users")
@users.get("/users/all")
def everybody(): return "x"
@users.get("/<int:number>")
def one_user(number): return "x"
app.register_blueprint(users)

@app.get("/closed")
def closed():
    with closing(sqlite3.connect(":memory:")) as connection: return connection.execute("select 1")
@app.get("/late")
def late(): return Response(request.path for _ in [1])

@app.get("/cookie")
def cookie():
    response = make_response("x")
    response.set_cookie("count", 5)
    return response
@app.get("/suppressed")
def suppressed():
    with contextlib.suppress(Exception): abort(404)
    return "x"
@app.get("/suppressed/by/name")
def by_name():
    with contextlib.suppress(NotFound): abort(404)
    return "x"

@app.get("/nearer")
def nearer():
    try:
        try: abort(404)
        except (ValueError, NotFound): return "meant"
    except Exception: return "x"
@app.get("/farther")
def farther():
    try:
        try: abort(404)
        except (ValueError, KeyError): return "meant"
    except Exception: return "x"
@app.get("/nearer/suppress")
def nearer_suppress():
    with contextlib.suppress(Exception):
        try: abort(404)
        except NotFound: return "meant"
    return "x"

class Listed(MethodView):
    def get(self): return "x"
    def put(self): assert False, "Unimplemented method 'X'"
app.add_url_rule("/listed", view_func=Listed.as_view("listed"), methods=["GET", "PUT", "DELETE"])

@app.before_request
def load_user():
    if request.path.startswith("/user"): g.user = session["user"]
    if request.path == "/other": {}["user"]
@app.after_request
def greet(response):
    if request.path == "/greeted": response.headers["X-User"] = session["user"]
    return response
@app.get("/user")
def user(): return "x"
@app.get("/other")
def another(): return "x"
@app.get("/status/201")
def status_201(): return jsonify({"a": 1}, 201)
@app.get("/status/list")
def status_list(): return jsonify([{"a": 1}, 201])
@app.get("/status/tuple")
def status_tuple(): return jsonify({"a": 1}), 201
@app.get("/status/number")
def status_number(): return jsonify(1, 2)

class Thing:
    def __repr__(self): return "<Thing>"
    def name(self): return "thing"
THINGS = {
    "bound": "{{ thing.name }}", "map": "{{ made }}", "reversed": "{{ [1]|reverse }}",
    "macro": "{% macro field() %}x{% endmacro %}{{ field }}", "super": "{{ self.a }}{% block a %}{% endblock %}",
    "loop": "{% for n in [1] %}{{ loop.cycle }}{% endfor %}", "filter": "{{ [1]|map('string') }}", "lambda": "{{ f }}",
    "fine": "&lt;map object&gt; {{ thing }} {{ thing.name() }} {{ [1]|map('string')|list }}",
}
@app.get("/thing/<name>")
def things_of(name):
    return render_template_string(THINGS[name], thing=Thing(), made=map(str, []), f=lambda: 1)

@app.get("/greeted")
def greeted(): return "x"

@app.teardown_request
def done(error):
    if request.path == "/done": 1 / 0
@app.get("/done")
def finished(): return "x"
"""
SELF = "Python gives a method its object first"
NO_FORM = "The session cannot be written as JSON, as its cookie is: the part is"
TOLD = {
    "GET /dicts": "dicts() returned a generator, of which each piece has to be str or bytes. A list of such values",
    "GET /pairs": "pairs() returned an object of class zip, of which each piece has to be str or bytes.",
    "GET /numbers": "The response that numbers() returned could not be sent.",
    "GET /part": "It is a part of the body of the response that part() returned: each has to be str or bytes.",
    "GET /keys": "The response was given a dict for its body, and sends the keys alone.",
    "GET /chained": "and it was not returned, so it is lost, with all that was done to it: return that one. (R402)",
    "GET /held": "so it is lost, with all that was done to it: return that one. (R402)",
    "GET /thrown": "so it is lost: write return before it. (R402)",
    "GET /inside": f"{NO_FORM} session['a']['b'], of type set.",
    "GET /key": f"{NO_FORM} the key (1, 2) of session['a'], a tuple.",
    "GET /function": "of the type function for the endpoint, which is by default a view's name: 'dicts'",
    "GET /list": "of the type list for the endpoint, which is a string",
    "GET /day/x": "which a werkzeug.routing.ValidationError in its place would be",
    "GET /thread": "another thread has no request: flask.copy_current_request_context(function) gives it",
    "GET /thread/app": "another thread has no application context",
    "GET /things/x": f"{SELF}, and a rule gives the rest by name: write def get(self, ...). (R408)",
    "GET /things": f"{SELF}, and a rule gives the rest by name: write def get(self, ...). (R408)",
    "PUT /things/x": f"{SELF}, and a rule gives the rest by name: write def put(self, ...). (R408)",
    "GET /class": "as_view(...) of its class makes the view",
    "GET /in/class": "give the route Site().page behind the class, or make Site a MethodView.",
    "GET /uncalled": "The body has Python's text for the method Site.name, and not what comes of it: with ( )",
    "GET /escaped": "The body has Python's text for the method Site.name, and not what comes of it: with ( )",
    **{
        f"GET /thing/{name}": f"The body has Python's text for the {what}, and not what comes of it: {way}"
        for name, what, way in (
            ("bound", "method Thing.name", "with ( )"), ("map", "iterator map", "list("), ("reversed", "iterator list_reverseiterator", "list("),
            ("macro", "macro field", "with ( )"), ("super", "block of super or self, a BlockReference", "with ( )"),
            ("loop", "method LoopContext.cycle", "with ( )"), ("filter", "generator sync_do_map", "list("), ("lambda", "function things_of.<locals>.<lambda>", "with ( )"),
        )
    },
    "GET /status/201": "and 201 is the last of it: a status goes behind the call, as in return jsonify(...), 201.",
    "GET /unread": "and not what comes of it: list(...) reads it.",
    "GET /braces/ann": "The body has {name} as it is written: with an f before the quotes it is the value.",
    "GET /at/times": "each way through it has to return one, or what sometimes() returns.",
    "GET /closed": "Its pieces are read when closed() has returned.",
    "GET /late": "The request's context was gone: a body is read after the view; stream_with_context keeps it.",
    "GET /cookie": "(the cookie count was given an object of the type int, and a cookie is text: str(...) makes some)",
    "GET /suppressed": "caught it, so it is not a response: abort works by raising. Keep it out of the with, or catch less. (R801)",
    "GET /texts%20": 'No rule begins with "/texts ", which ends in a space.',
    "GET /%20texts": 'No rule begins with "/ texts", which begins with a space.',
    "GET /thread/app%20": 'No rule continues after /thread with "/app ", which ends in a space.',
    "GET /a%20text": "No rule begins with /a text.",
    "GET /farther": "the except in line 167 caught it",
    "DELETE /listed": "(the rule accepts DELETE, and Listed has get(), put() and no delete())",
    "GET /user": "The before_request function load_user() asked the session for 'user' at app.py:",
    "GET /greeted": "The after_request function greet() asked the session for 'user' at app.py:",
    "GET /done": "The teardown_request function done() raised ZeroDivisionError: division by zero",
}  # fmt: skip
NOT_TOLD = {
    "GET /thing/fine": "Python's text", "GET /status/list": "jsonify made", "GET /status/tuple": "jsonify made", "GET /status/number": "jsonify made", "GET /texts": "has to be", "GET /parts": "given a dict", "GET /read": "R402", "GET /bytes": "R407", "GET /named": "endpoint",
    "GET /day/2020-01-01": "ValidationError", "GET /copied": "another thread", "POST /things/x": SELF, "PATCH /things/x": SELF,
    "DELETE /things/x": "R408", "GET /behind/class": "R408", "GET /in/class/x": "MethodView", "GET /filled/ann": "as it is written",
    "GET /style/ann": "as it is written", "GET /suppressed/by/name": "R801", "GET /nearer": "R801", "GET /nearer/suppress": "R801", "PUT /listed": "the rule accepts", "GET /other": "asked the session", "GET /false": "str(...) makes", "GET /at/times?x": "each way",
}  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedApp]:
    with SharedApp(tmp_path_factory.mktemp("ways"), APP) as app:
        yield app


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("line", TOLD)
def test_a_mistake_is_told_with_what_to_do(
    line: str, engine: str, shared: SharedApp, request: pytest.FixtureRequest
) -> None:
    trace = shared.lab(request, engine).send(line)
    checked(trace)
    above = plain(trace).partition("\nMatch:")[0]
    assert TOLD[line] in above, above


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("line", NOT_TOLD)
def test_what_is_no_such_mistake_is_not_told_as_one(
    line: str, engine: str, shared: SharedApp, request: pytest.FixtureRequest
) -> None:
    trace = shared.lab(request, engine).send(line)
    checked(trace)
    assert NOT_TOLD[line] not in plain(trace).partition("\nMatch:")[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_not_sent_is_told_after_what_failed(
    engine: str, shared: SharedApp, request: pytest.FixtureRequest
) -> None:
    said = plain(shared.lab(request, engine).send("GET /done"))
    assert said.count("division by zero at app.py") == 2  # once above the steps, and in its own
    assert "The app had made 200 OK, which was not sent: what teardown_request " in said


@pytest.mark.parametrize("engine", ENGINES)
def test_a_prefix_that_a_rule_repeats_is_told_where_that_rule_fits(
    engine: str, shared: SharedApp, request: pytest.FixtureRequest
) -> None:
    lab = shared.lab(request, engine)
    for path, told in {
        "/users/all": True,
        "/users/x": False,
        "/all": False,
        "/users/users/none": False,
    }.items():
        notes = [it.text for it in lab.send(f"GET {path}").notes if it.code == "prefix_twice"]
        assert (path, bool(notes)) == (path, told)
    assert lab.send("GET /users/users/all").response is not None
