"""Values on the screens: no address of an object, nothing longer than a line bears, and how much was cut."""

from __future__ import annotations

import collections
import dataclasses
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from routelab.lab import load
from routelab.screen.plain import lines
from routelab.screen.rich.console import drawn
from routelab.screen.shown.trace import trace_blocks
from routelab.tracing.phrases import arguments, pairs, shown
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.trace import Trace
from routelab.tracing.watching.code.values import message_of, named_values, short_repr, value_of
from support import ENGINES, checked, lab_of, write_app
from tables import each

HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{5,}")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{5,}|\b\d{13,}\b")


class Plain:
    def method(self) -> None:
        pass


class ByItself:
    def __repr__(self) -> str:
        return f"<ByItself {id(self)} {hex(id(self))} {id(self):X}>"


class Long:
    def __repr__(self) -> str:
        return f"<{'x' * 28}{object.__repr__(self)}{'y' * 60}>"


@dataclasses.dataclass
class Holder:
    inside: Any


Pair = collections.namedtuple("Pair", "first second")
SINGLE = (
    Plain(),
    ByItself(),
    Long(),
    Plain().method,
    lambda: 0,
    threading.Lock(),
    iter([1]),
    Holder(Plain()),
)
SEEN = ("alone", "list", "tuple", "dict", "deep", "many")
INSIDE: dict[str, Callable[[Any], Any]] = {
    "alone": lambda thing: thing,
    "list": lambda thing: [thing],
    "tuple": lambda thing: (thing,),
    "dict": lambda thing: {"a": thing},
    "key": lambda thing: {(1, thing if isinstance(thing, Plain) else "k"): 1},
    "deep": lambda thing: [{"a": ({"b": [thing]},)}],
    "many": lambda thing: [thing] * 40,
    "deque": lambda thing: collections.deque([thing]),
    "default": lambda thing: collections.defaultdict(list, {"a": thing}),
    "ordered": lambda thing: collections.OrderedDict(a=thing),
    "dataclass": lambda thing: [Holder(thing)],
    "namedtuple": lambda thing: Pair(thing, 1),
    "error": lambda thing: ValueError(thing),
}


@each("inside", INSIDE)
@each("number", range(len(SINGLE)))
def test_no_address_is_in_a_value(inside: str, number: int) -> None:
    single = SINGLE[number]
    thing = INSIDE[inside](single)
    said = short_repr(thing)
    # What another class makes of `id(self)` in base ten is only known where that object is seen itself.
    seen = not isinstance(single, ByItself) or inside in SEEN
    assert not (ADDRESS if seen else HEXADECIMAL).search(said), said
    assert value_of(thing).repr == said
    if not isinstance(single, ByItself):
        assert not ADDRESS.search(message_of(ValueError(thing)))


@each("text", ["meet at 0xC0FFEE", "0xdeadbeef", "1234567890123456"])
def test_what_somebody_wrote_is_left_as_it_is(text: str) -> None:
    assert short_repr(text) == repr(text)
    assert short_repr([text]) == repr([text])
    assert short_repr({text: (text,)}) == repr({text: (text,)})
    assert short_repr(int("1234567890123456")) == "1234567890123456"


@each("size", [0, 1, 150, 196, 197, 198, 200, 201, 1000, 500_000])
@each("letter", ["x", "é", "\n", "'"])
def test_a_string_is_cut_with_its_count(size: int, letter: str) -> None:
    text = letter * size
    for said in (pairs((("a", text),)), arguments(named_values({"a": text}))):
        cut = re.search(r"\.\.\. \((\d+) more characters?\)$", said)
        kept = eval(said.removeprefix("a=").partition("... (")[0])  # a repr is Python
        assert text.startswith(kept)
        assert len(kept) + (int(cut.group(1)) if cut else 0) == size


def test_a_container_is_cut_with_its_count() -> None:
    assert shown(value_of(list(range(300)))).endswith("...] (300 items in all)")
    assert shown(value_of({str(n): n for n in range(300)})).endswith("(300 items in all)")
    assert shown(value_of([1, 2])) == "[1, 2]"
    assert pairs(tuple((f"k{n}", "v") for n in range(1000))).endswith("k29='v', and 970 more")


APP = """
    from flask import Flask, request, session

    app = Flask(__name__)
    app.secret_key = "k"

    @app.post("/")
    def home():
        session["note"] = "n" * 2500
        session.update({f"k{n}": n for n in range(60)})
        return "ok", {"X-Long": "v" * 30_000}
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_forms_sessions_and_headers_are_cut_on_the_screens_and_whole_in_the_trace(
    tmp_path: Path, engine: str
) -> None:
    letters = 500_000
    with load(write_app(tmp_path, APP), engine=engine, folder=tmp_path) as lab:
        trace = lab.send(f"POST / -f text={'x' * letters} X-Sent:{'h' * 9000}")
    checked(trace)
    for said in (plain(trace), rich(trace)):
        assert len(said) < 10_000
        assert f"({letters - 200} more characters)" in said
        assert "(8800 more characters)" in said  # the header that was sent
        assert "(2300 more characters)" in said  # the session's note
        assert "and 31 more" in said  # of the session
        assert "(29500 more characters)" in said  # the header that came
    request = trace.first(RequestStep)
    assert request is not None
    assert dict(request.form)["text"] == "x" * letters
    assert dict(request.headers)["X-Sent"] == "h" * 9000
    document = trace.to_dict()
    saved = [step for step in document["steps"] if step["kind"] == "session"][-1]
    assert saved["contents"]["note"]["json"] == "n" * 2500
    assert len(saved["contents"]) == 61
    headers = dict(document["response"]["headers"])
    assert headers["X-Long"] == "v" * 30_000


def plain(trace: Trace) -> str:
    return " ".join("\n".join(lines(trace_blocks(trace))).split())


def rich(trace: Trace) -> str:
    return " ".join("\n".join(drawn(trace_blocks(trace), width=100, colour=False)).split())


ADDRESSES = """
from flask import Flask, Response, render_template_string
app = Flask(__name__)
class User: pass
@app.route("/")
def home():
    print(User(), [User()], home)
    app.logger.warning("a %s came", User())
    return f"hello {User()}"
@app.route("/page")
def page():
    return render_template_string("{{ user }}", user=User())
@app.route("/raised")
def raised():
    raise ValueError(f"no {User()}")
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("line", ["GET /", "GET /page", "GET /raised"])
def test_no_screen_shows_an_address(line: str, engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, ADDRESSES, engine) as lab:
        trace = lab.send(line)
    checked(trace)
    assert trace.response is not None
    if line != "GET /raised":
        assert b"at 0x" in trace.response.body  # what was sent is whole
    for verbose in (False, True):
        said = "\n".join(lines(trace_blocks(trace, verbose=verbose)))
        assert not HEXADECIMAL.search(said), said
        assert "User object" in said
