"""Views that are called in other ways than by a plain wrapper: awaited or not, cached in C, behind a decorator
without its parentheses, in a class. Whether their code ran is seen there, too, and what ended them is named.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.lab import load
from routelab.tracing.findings.kinds import findings_of
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace
from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, lab_of, write_app
from truth.shown import plain

HEAD = "import functools\nfrom flask import Flask, current_app, request\n\napp = Flask(__name__)\n"
# How a wrapper calls an async view, and whether the view's lines then run.
ASYNC = {
    "plainly": ("def", "view(*args, **kwargs)", False),
    "ensured": ("def", "current_app.ensure_sync(view)(*args, **kwargs)", True),
    "awaited": ("async def", "await view(*args, **kwargs)", True),
    "not awaited": ("async def", "view(*args, **kwargs)", False),
}


def view_of(trace: Trace) -> ViewStep:
    step = trace.first(ViewStep)
    assert step is not None
    return step


@pytest.mark.own_process
def test_an_async_view_ran_where_it_was_awaited(tmp_path: Path) -> None:
    pytest.importorskip("asgiref")
    source = HEAD
    for number, (kind, made, _) in enumerate(ASYNC.values()):
        source += (
            f"def by{number}(view):\n    @functools.wraps(view)\n    {kind} inner(*args, **kwargs):\n"
            f"        return 'early' if 'early' in request.args else {made}\n    return inner\n"
            f"@app.route('/{number}/<word>')\n@by{number}\nasync def view{number}(word):\n    return word\n"
        )
    with lab_of(tmp_path, source, "flask") as lab:
        for (number, (_, _, runs)), early in product(enumerate(ASYNC.values()), (False, True)):
            trace = lab.send(f"GET /{number}/hello{'?early' if early else ''}")
            checked(trace)
            call = view_of(trace).call
            assert call.place.function == f"view{number}"
            assert call.ran is (runs and not early)
            assert (call.answered_by is None) is call.ran
            if call.ran:
                assert [it.value.repr for it in call.arguments] == ["'hello'"]
                assert call.returned is not None
                assert call.returned.repr == "'hello'"
            elif not early:
                assert "without awaiting it" in " ".join(answer_of(trace).cause)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cache_of_pythons_own_answers_in_place_of_the_view(tmp_path: Path, engine: str) -> None:
    source = HEAD + (
        "def outer(view):\n    @functools.wraps(view)\n    def inner(**kwargs):\n"
        "        return 'early' if 'early' in request.args else view(**kwargs)\n    return inner\n"
        "@app.route('/cached/<word>')\n@functools.lru_cache(maxsize=9)\ndef cached(word):\n    return word\n"
        "@app.route('/inside/<word>')\n@outer\n@functools.cache\ndef inside(word):\n    return word\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        for name in ("cached", "inside"):
            first, second = (view_of(lab.send(f"GET /{name}/x")).call for _ in range(2))
            assert (first.place.function, first.ran) == (name, True)
            assert second.place == first.place
            assert not second.ran
            assert first.answered_by is None
            who = second.answered_by
            # What is written in C is not seen from within another wrapper.
            assert who is None if name == "inside" else who is not None and who.name == "lru_cache"
        early = view_of(lab.send("GET /inside/x?early")).call.answered_by
        assert early is not None
        assert early.name == "outer"
        routes = {row.endpoint: row.decorators for row in lab.routes().routes}
    assert (routes["cached"], routes["inside"]) == (("lru_cache",), ("outer", "cache"))


FACTORIES = {"only": "word=None", "rest": "*word"}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("parameters", FACTORIES.values(), ids=FACTORIES)
@pytest.mark.parametrize("views", [1, 2])
def test_a_decorator_without_its_parentheses_is_the_cause(
    tmp_path: Path, parameters: str, views: int, engine: str
) -> None:
    source = HEAD + (
        f"def role({parameters}):\n    def decorator(view):\n        def inner(**kwargs):\n"
        "            return view(**kwargs) + str(word)\n        return inner\n    return decorator\n"
    )
    for number in range(views):
        source += f"@app.route('/{number}')\n@role\ndef page{number}():\n    return 'x'\n"
    with load(write_app(tmp_path, source), engine=engine, folder=tmp_path) as lab:
        trace = lab.send("GET /0")
    checked(trace)
    if views == 2:
        step = trace.first(LoadStep)
        assert step is not None
        assert "write @role(...)" in " ".join(step.causes)
        assert "functools.wraps" not in " ".join(step.causes)
        return
    (found,) = findings_of(trace)
    assert (found.code, found.facts) == ("R314", {"decorator": "role", "function": "page0"})


@pytest.mark.parametrize("engine", ENGINES)
def test_an_endpoint_without_a_name_says_what_to_give(tmp_path: Path, engine: str) -> None:
    source = HEAD + "app.add_url_rule('/', view_func=functools.partial(str, 'x'))\n"
    with load(write_app(tmp_path, source), engine=engine, folder=tmp_path) as lab:
        step = lab.send("GET /").first(LoadStep)
    assert step is not None
    assert "class partial" in step.causes[0]
    assert "endpoint=" in step.causes[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_method_that_was_not_reached_is_named(tmp_path: Path, engine: str) -> None:
    source = HEAD + (
        "from flask.views import MethodView, View\n"
        "def refuse(view):\n    @functools.wraps(view)\n    def inner(**kwargs):\n        return 'no', 401\n    return inner\n"
        "class Items(MethodView):\n    decorators = [refuse]\n    def get(self):\n        return 'g'\n"
        "    def post(self):\n        return 'p'\n"
        "class Page(View):\n    decorators = [refuse]\n    def dispatch_request(self):\n        return 'd'\n"
        "app.add_url_rule('/items', view_func=Items.as_view('items'))\n"
        "app.add_url_rule('/page', view_func=Page.as_view('page'))\n"
    )
    named = {"GET /items": "Items.get", "HEAD /items": "Items.get", "POST /items": "Items.post",
             "GET /page": "Page.dispatch_request"}  # fmt: skip
    with lab_of(tmp_path, source, engine) as lab:
        for line, name in named.items():
            call = view_of(lab.send(line)).call
            assert (call.place.function, call.ran) == (name, False)
            assert call.place.line is not None


WAYS_OUT = {
    "    print(1)": "the function has no return",
    "    return None": "no return of the function gives a value",
    "    if request.args:\n        return\n": "no return of the function gives a value",
    "    if request.args:\n        return 'x'": "the lines that ran end without a return.",
    "    def inner():\n        return 1\n    print(inner())": "the function has no return",
    "    return print(1)": "or with one that gives None",
}


@pytest.mark.parametrize("engine", ENGINES)
def test_why_none_was_returned(tmp_path: Path, engine: str) -> None:
    source = HEAD + "".join(
        f"@app.route('/{number}')\ndef view{number}():\n{body}\n" for number, body in enumerate(WAYS_OUT)
    )
    with lab_of(tmp_path, source, engine) as lab:
        for number, said in enumerate(WAYS_OUT.values()):
            (found,) = findings_of(lab.send(f"GET /{number}"))
            assert (found.code, said in found.text) == ("R401", True), found.text


@pytest.mark.parametrize("engine", ENGINES)
def test_an_error_after_a_wrapper_answered_is_not_its_answer(tmp_path: Path, engine: str) -> None:
    source = HEAD + (
        "def drop(view):\n    @functools.wraps(view)\n    def inner():\n        view()\n    return inner\n"
        "def other(view):\n    @functools.wraps(view)\n    def inner():\n        return 'other'\n    return inner\n"
        "@app.route('/drop')\n@drop\ndef dropped():\n    return 'x'\n"
        "@app.route('/other')\n@other\ndef replaced():\n    return 'x'\n"
        "@app.after_request\ndef after(response):\n    return response if request.path == '/drop' else 1 / 0\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        for path, said in {"/drop": "None cannot become a response", "/other": "ZeroDivisionError"}.items():
            trace = lab.send(f"GET {path}")
            cause = " ".join(answer_of(trace).cause)
            assert said in cause
            assert "InternalServerError, which became" not in cause + plain(trace)


AGAIN = {
    "once more": ("try:\n            return view()\n        except ValueError:\n            return view()", 2),
    "always": ("for _ in range(3):\n            try:\n                answer = view()\n"
               "            except ValueError:\n                pass\n        return answer", 3),
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("does", AGAIN)
def test_of_several_calls_the_last_is_told_and_how_the_others_ended(
    tmp_path: Path, does: str, engine: str
) -> None:
    body, times = AGAIN[does]
    view = (
        "    count.append(1)\n    if len(count) == 1:\n        raise ValueError\n    return str(len(count))\n"
    )
    source = HEAD + (
        f"count = []\ndef again(view):\n    @functools.wraps(view)\n    def inner():\n        {body}\n"
        f"    return inner\n@app.route('/')\n@again\ndef home():\n{view}"
    )
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    call = view_of(trace).call
    assert call.returned is not None
    assert (call.times, call.returned.repr) == (times, repr(str(times)))
    assert call.raised is None
    shown = plain(trace)
    assert f"was called {times} times" in shown
    assert [earlier.raised is not None for earlier in call.earlier] == [True, False][: times - 1]
    assert "call 1 raised ValueError at app.py:" in shown
    assert ("call 2 returned '2' (str)" in shown) is (times == 3)
    assert call.answered_by is None


@pytest.mark.parametrize("engine", ENGINES)
def test_what_view_and_rule_disagree_on_is_told(tmp_path: Path, engine: str) -> None:
    source = HEAD + (
        "@app.route('/a/<x>')\ndef a(x, /):\n    return x\n@app.route('/b')\ndef b(x):\n    return x\n"
        "@app.route('/c/<y>')\ndef c(x):\n    return x\n"
        "@app.before_request\ndef first():\n    return 1 if request.args else None\n"
    )
    said = {"/a/1": "take the / out", "/b": "in < >", "/c/1": "have to be the same"}
    with lab_of(tmp_path, source, engine) as lab:
        for path, words in said.items():
            (found,) = findings_of(lab.send(f"GET {path}"))
            assert (found.code, words in found.text) == ("R408", True)
        cause = " ".join(lab.send("GET /b?x=1").answer.cause)
    assert "answered, so Flask called no view, but an int cannot become a response" in cause


@pytest.mark.parametrize("engine", ENGINES)
def test_a_hook_that_is_called_twice_tells_of_both_calls(tmp_path: Path, engine: str) -> None:
    source = HEAD + (
        "class Twice:\n    def __init__(self, name): self.name = name\n    def __call__(self, function):\n"
        "        @functools.wraps(function)\n        def inner():\n            try: return function()\n"
        "            except ValueError: return function()\n        return inner\n"
        "asked = []\n@app.before_request\n@Twice('x')\ndef hook():\n    asked.append(1)\n"
        "    if len(asked) == 1: raise ValueError('first')\n"
        "@app.route('/')\n@Twice('y')\ndef home(): return 'x'\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        shown = plain(lab.send("GET /"))
        (row,) = (it for it in lab.routes().routes if it.endpoint == "home")
    assert "call 1 raised ValueError: first" in shown
    assert row.decorators == ("Twice",)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "raised", ["SystemExit", "SystemExit(3)", "KeyboardInterrupt", "KeyboardInterrupt()"]
)
def test_code_that_ends_the_program_is_told_for_what_it_raised(
    tmp_path: Path, raised: str, engine: str
) -> None:
    with lab_of(tmp_path, HEAD + f"@app.route('/')\ndef home(): raise {raised}\n", engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    name = raised.partition("(")[0]
    assert [finding.code for finding in findings_of(trace)] == ["R805"]
    assert f"stopped by {name}" in plain(trace)
    assert f"{name} was raised" in plain(trace)
    assert "Ctrl-C" not in plain(trace)
    assert "the client gets no response" in plain(trace)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_response_that_had_begun_is_not_said_not_to_come(tmp_path: Path, engine: str) -> None:
    source = HEAD + (
        "@app.route('/<int:pieces>')\ndef home(pieces):\n    def body():\n"
        "        yield from ['piece'] * pieces\n        raise SystemExit\n    return body()\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        begun, not_begun = (plain(lab.send(f"GET /{pieces}")) for pieces in (1, 0))
    assert begun.count("the response breaks off there") == 3
    assert "no response" not in begun
    assert "no server answers" not in begun
    assert "the client gets no response" in not_begun


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("bound", "given"),
    [
        ("partial(greet, 'hi')", "greet(greeting='hi', name='x')"),
        ("partial(greet, greeting='yo')", "greet(greeting='yo', name='x')"),
        ("partial(partial(greet, 'hi'), end='!')", "greet(greeting='hi', end='!', name='x')"),
    ],
)
def test_what_a_partial_has_bound_is_among_the_arguments(
    tmp_path: Path, bound: str, given: str, engine: str
) -> None:
    source = f"""
from functools import partial
from flask import Flask
app = Flask(__name__)
def greet(greeting, name, end=""):
    return greeting + name + end
app.add_url_rule("/<name>", "greet", {bound})
"""
    with lab_of(tmp_path, source, engine) as lab:
        trace = lab.send("GET /x")
    checked(trace)
    assert trace.answer.cause[0].startswith(f"{given} returned")
