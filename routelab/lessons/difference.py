"""Where two values first differ, so that a learner can see it.

It compares values and writes excerpts of text; it must not know what was expected of which request.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Final

from routelab.lessons.jsonpath import JsonPath
from routelab.record import Absent, Json, Record

CUT: Final = "..."
EXCERPT: Final = 60  # characters of a value that are shown


class Difference(Record):
    """The first place where two values differ; ABSENT is a value that only the other side has.

    `path` leads there through lists and objects, () being the value itself. `position` is the index of the
    first character that differs, where both are text. `blanks` tells that they differ in white space alone.
    """

    path: JsonPath
    expected: Json | Absent
    actual: Json | Absent
    position: int | None = None
    blanks: bool = False


def same(one: Json | Absent, other: Json | Absent) -> bool:
    """Compare with types: 1 is neither 1.0 nor true."""
    return first_difference(one, other) is None


def first_difference(
    expected: Json | Absent, actual: Json | Absent, path: JsonPath = ()
) -> Difference | None:
    """Find the first difference, in the order of what was expected."""
    if type(expected) is not type(actual):
        return Difference(path=path, expected=expected, actual=actual)
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in (*expected, *(key for key in actual if key not in expected)):
            found = first_difference(
                expected.get(key, Absent.ABSENT), actual.get(key, Absent.ABSENT), (*path, key)
            )
            if found:
                return found
        return None
    if isinstance(expected, list) and isinstance(actual, list):
        pairs = zip_longest(expected, actual, fillvalue=Absent.ABSENT)
        found_in_items = (first_difference(*pair, (*path, index)) for index, pair in enumerate(pairs))
        return next((found for found in found_in_items if found), None)
    if isinstance(expected, str) and isinstance(actual, str):
        return _between_texts(expected, actual, path)
    return None if expected == actual else Difference(path=path, expected=expected, actual=actual)


def _between_texts(expected: str, actual: str, path: JsonPath) -> Difference | None:
    if expected == actual:
        return None
    position = next(index for index, (one, other) in enumerate(zip_longest(expected, actual)) if one != other)
    blanks = "".join(expected.split()) == "".join(actual.split())
    return Difference(path=path, expected=expected, actual=actual, position=position, blanks=blanks)


def excerpt(text: str, *, around: int, show_blanks: bool = False) -> str:
    r"""Quote a text of one line, cut around an index: `"...ld!\n"`.

    Line breaks and tabs are shown as \n and \t; `show_blanks` shows each space as a middle dot.
    """
    start = max(0, min(around - EXCERPT // 2, len(text) - EXCERPT))
    end = start + EXCERPT
    piece = text[start:end].replace("\\", "\\\\").replace('"', '\\"')
    piece = piece.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")
    if show_blanks:
        piece = piece.replace(" ", "·").replace("\xa0", "\\xa0")
    return f'"{CUT if start else ""}{piece}{CUT if end < len(text) else ""}"'
