from __future__ import annotations

from collections import UserDict, deque
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routelab.record import Absent
from routelab.tracing.facts import Value
from routelab.tracing.watching.code.values import REPR_LIMIT, message_of, short_repr, value_of
from tables import each


class Liar:
    __name__ = "str"

    def __repr__(self) -> str:
        raise ValueError("no")


class Wordy:
    def __repr__(self) -> str:
        return "x" * 10_000


class Numbered(int):
    pass


endless: list[Any] = []
endless.append(endless)


@each(
    ("thing", "kind", "text", "json"),
    [
        ("alice", "str", "'alice'", "alice"),
        (None, "NoneType", "None", None),
        (True, "bool", "True", True),
        (7, "int", "7", 7),
        (1.5, "float", "1.5", 1.5),
        ({"a": [1, None]}, "dict", "{'a': [1, None]}", {"a": [1, None]}),
        (float("nan"), "float", "nan", Absent.ABSENT),
        ((1, 2), "tuple", "(1, 2)", Absent.ABSENT),
        ([1, (2,)], "list", "[1, (2,)]", Absent.ABSENT),
        ({1: "one"}, "dict", "{1: 'one'}", Absent.ABSENT),
        (Numbered(3), "Numbered", "3", Absent.ABSENT),
        (endless, "list", "[[[[[...]]]]]", Absent.ABSENT),
        (Liar(), "Liar", "<Liar whose __repr__ raised ValueError>", Absent.ABSENT),
        (b"abc", "bytes", "b'abc'", Absent.ABSENT),
        (object(), "object", "<object object>", Absent.ABSENT),
    ],
)
def test_values(thing: Any, kind: str, text: str, json: Any) -> None:
    assert value_of(thing) == Value(type=kind, repr=text, json=json)


def test_a_long_text_is_exact_in_json_and_cut_in_repr() -> None:
    value = value_of("x" * 100_000)
    assert value.json == "x" * 100_000
    assert value.repr.endswith("...")


@each("thing", ["é" * 5000, Wordy(), list(range(5000)), b"x" * 5000, {n: n for n in range(999)}])
def test_a_repr_stays_short(thing: Any) -> None:
    assert len(short_repr(thing)) <= REPR_LIMIT
    assert "..." in short_repr(thing)


def test_a_value_is_a_copy() -> None:
    cart = ["record"]
    value = value_of(cart)
    cart.append("poster")
    assert value.json == ["record"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_json_values_are_exact(thing: Any) -> None:
    assert value_of(thing).json == thing


LONG = "a" * 2_000_000


@pytest.mark.parametrize("thing", [LONG, [LONG], {"a": {"b": LONG}}, {LONG: 1}, [[0]] * 600_000])
def test_a_value_that_is_longer_than_a_trace_has_room_for_is_not_copied(thing: Any) -> None:
    assert value_of(thing).json is Absent.ABSENT
    assert len(value_of(thing).repr) <= 200


def test_a_long_message_is_cut_visibly() -> None:
    told = message_of(ValueError(LONG))
    assert len(told) < 110_000
    assert told.endswith("a... (1900000 more characters)")


def test_an_exception_that_cannot_tell_its_message() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise KeyError("none")

    assert message_of(Mute()) == "(its message could not be made: KeyError)"


class Known:
    """Writes its own `id`, as some classes do, in whatever holds it."""

    def __repr__(self) -> str:
        return f"<Known id={id(self)}>"


@dataclass
class Shelf:
    things: list[Any]


class Room:
    def __init__(self, thing: Any) -> None:
        self.by_name = {"it": [thing]}

    def __repr__(self) -> str:
        return f"Room({self.by_name})"


@each(
    "holding",
    [lambda it: it, lambda it: [it], lambda it: deque([it]), lambda it: Shelf([it]), Room, lambda it: Room(Shelf([it])),
     lambda it: UserDict(a=it), lambda it: SimpleNamespace(a=deque([it, it]))],
)  # fmt: skip
def test_no_id_is_written_however_deep_it_lies(holding: Any) -> None:
    known = Known()
    text = short_repr(holding(known))
    assert "<Known id=...>" in text
    assert str(id(known)) not in text


@each("number", [1795779251, 123456789012345, 10**19])
def test_a_number_that_is_no_id_is_written(number: int) -> None:
    assert str(number) in short_repr(Shelf([number, Known()]))
