"""What cannot become a response: the part that is to blame is named, and the way out that is named is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.tracing.steps.make_response import MakeResponseStep, Remedy
from routelab.tracing.verdict import answer_of
from support import ENGINES, checked, lab_of

HEAD = """
import sqlite3, types
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from http import HTTPStatus
from typing import NamedTuple
from uuid import UUID
from flask import Flask, Response, jsonify

class Point(NamedTuple):
    x: int
    y: int

class Three(NamedTuple):
    x: int
    y: int
    z: int

@dataclass
class Song:
    title: str

class Color(Enum):
    RED = 1

def row():
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    return connection.execute("select 1 as a").fetchone()

app = Flask(__name__)
"""
# A value, and what is said to make something of it that can become a response.
REMEDIES = {
    "5": Remedy.STR, "1.5": Remedy.STR, "True": None, "Decimal(1)": Remedy.STR, "datetime(2020, 1, 1)": Remedy.STR,
    "timedelta(1)": Remedy.STR, "UUID(int=1)": Remedy.STR, "Song('a')": Remedy.JSONIFY, "Point(1, 2)": Remedy.ASDICT,
    "Three(1, 2, 3)": Remedy.ASDICT, "{1, 2}": Remedy.LIST, "frozenset()": Remedy.LIST, "range(2)": Remedy.LIST,
    "deque([1])": Remedy.LIST, "{'a': 1}.keys()": Remedy.LIST, "{'a': 1}.items()": Remedy.LIST,
    "types.MappingProxyType({'a': 1})": Remedy.DICT, "row()": Remedy.DICT, "Color.RED": None, "object()": None,
    "memoryview(b'a')": None, "Fraction(1, 2)": None, "()": None,
}  # fmt: skip
# A tuple, and what is said of the part of it that cannot be what it was taken for.
PARTS = {
    "('x', 200, 'text/plain')": "the headers in the tuple are 'text/plain' (str)",
    "({}, 200, 'text/plain')": "the headers in the tuple are 'text/plain' (str)",
    "('x', ('X-A', '1'))": "the headers in the tuple are ('X-A', '1') (tuple)",
    "('x', 200, ['X-A: 1'])": "the headers in the tuple are ['X-A: 1'] (list)",
    "('x', 200.0)": "the status in the tuple is 200.0 (float)",
    "('x', HTTPStatus)": "the status in the tuple is <enum 'HTTPStatus'>",
    "('x', [1, 2], {'X-A': '1'})": "the status in the tuple is [1, 2] (list)",
    "(('x', 200), 201)": "a tuple as the body of the tuple cannot become a response; there Flask accepts str, bytes, dict, list, a R",
    "(404, 'x')": "an int as the body of the tuple cannot become a response",
    "()": "an empty tuple cannot become a response: Flask accepts two or three parts",
    "('x', 200, {}, 5)": "a tuple of 4 cannot become a response",
    "Response": "a class could not be made a response: with ( ) behind its name it is called",
    "len": "a built-in function could not be made a response: with ( ) behind its name it is called",
    "Point(1, 2)": "Point is a kind of tuple, so each item is taken for a part of the response",
}  # fmt: skip


def _app(values: dict[str, str]) -> str:
    views = (f"app.add_url_rule('/{name}', '{name}', lambda: {value})\n" for name, value in values.items())
    return HEAD + "".join(views)


def _made(remedy: Remedy | None, value: str) -> str:
    if remedy is None:
        return value
    return f"({value})._asdict()" if remedy is Remedy.ASDICT else f"{remedy.value}({value})"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_way_out_that_is_named_is_one(tmp_path: Path, engine: str) -> None:
    raw = {f"raw{number}": value for number, value in enumerate(REMEDIES)}
    made = {f"made{number}": _made(remedy, value) for number, (value, remedy) in enumerate(REMEDIES.items())}
    with lab_of(tmp_path, _app(raw | made), engine) as lab:
        for number, (value, remedy) in enumerate(REMEDIES.items()):
            trace = lab.send(f"GET /raw{number}")
            checked(trace)
            step = trace.first(MakeResponseStep)
            assert step is not None
            assert (step.remedy, value) == (remedy, value)
            assert trace.response is not None
            assert trace.response.status == 500
            if remedy is not None:
                sent = lab.send(f"GET /made{number}").response
                assert sent is not None
                assert (sent.status, value) == (200, value)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_part_that_is_to_blame_is_named(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, _app({f"p{number}": value for number, value in enumerate(PARTS)}), engine) as lab:
        for number, (value, said) in enumerate(PARTS.items()):
            trace = lab.send(f"GET /p{number}")
            checked(trace)
            step = trace.first(MakeResponseStep)
            assert step is not None
            assert said in step.refusal, value
            if value != "(404, 'x')":  # a finding says that in its own words
                assert said in answer_of(trace).cause[0]


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_said_against_a_part_that_fits(tmp_path: Path, engine: str) -> None:
    fits = (
        "('x', HTTPStatus.OK)",
        "('x', None, {'X-A': 5})",
        "('x', (('X-A', '1'),))",
        "('x', '201 Made')",
        "({}, 404, [])",
    )
    with lab_of(tmp_path, _app({f"f{number}": value for number, value in enumerate(fits)}), engine) as lab:
        for number, value in enumerate(fits):
            step = lab.send(f"GET /f{number}").first(MakeResponseStep)
            assert step is not None
            assert (step.raised, step.unfit, value) == (None, None, value)
