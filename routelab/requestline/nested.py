r"""Keys of JSON data items that reach inside: `a[b]=1`, `tags[]=x`, `[0][k]=v`.

It must not know what the values are, nor how they become bytes.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from .errors import BadKeyError

APPEND: Final = None
Step = str | int | None  # a key of an object, an index of an array, or APPEND

_INDEX_LIMIT = 9_999  # an index makes the whole list up to it
_DEPTH_LIMIT = 100  # far below what the JSON module can nest
_PART = re.compile(r"\[((?:[^\[\]\\]|\\.|\\$)*)\]", re.DOTALL).match
_ROOT = re.compile(r"(?:[^\[\]\\]|\\.|\\$)*", re.DOTALL).match
_ESCAPED = re.compile(r"\\([\[\]\\])")
_ESCAPED_INDEX = re.compile(r"\\([0-9]+)").fullmatch


def assemble(pairs: Iterable[tuple[str, Any]]) -> Any:
    """Put (key, value) pairs together to the one JSON document that they describe.

    `a[b]` 1, `a[c][]` 2 -> `{"a": {"b": 1, "c": [2]}}`; `[]` 1 -> `[1]`. Raises BadKeyError.
    """
    holder: dict[
        Step, Any
    ] = {}  # the document is its only value, so that a list at the top needs no case of its own
    for key, value in pairs:
        place: Any = holder
        step: Step = ""
        for following in steps(key):
            place = _entered(place, step, _empty_for(following), key)
            step = following
        _put(place, step, value)
    return holder[""]


def steps(key: str) -> list[Step]:
    r"""Spell out the way that a key goes: `a[b][0][]` -> `['a', 'b', 0, APPEND]`."""
    if "[" not in key and "]" not in key and "\\" not in key:
        return [key]
    root = _ROOT(key)
    position = root.end() if root else 0
    way: list[Step] = [_name(key[:position])] if position else []
    while position < len(key):
        part = _PART(key, position)
        if part is None:
            raise BadKeyError(key, f"the brackets do not pair up at column {position + 1}")
        way.append(_step(part[1], key))
        position = part.end()
        if len(way) > _DEPTH_LIMIT:
            raise BadKeyError(key, f"it goes more than {_DEPTH_LIMIT} steps deep")
    if isinstance(way[0], str) and key.startswith("["):
        raise BadKeyError(key, "a key that starts with a bracket needs an index in it, or nothing")
    return way


def _step(inside: str, key: str) -> Step:
    if not inside:
        return APPEND
    if inside.isascii() and inside.removeprefix("-").isdigit():
        if inside.startswith("-") or len(inside) > 9 or int(inside) > _INDEX_LIMIT:
            raise BadKeyError(key, f"an index is a number from 0 to {_INDEX_LIMIT}")
        return int(inside)
    return _name(inside)


def _name(text: str) -> str:
    r"""Undo escapes: `\[` is a bracket in a name, and `\0` the name 0 rather than an index."""
    escaped = _ESCAPED_INDEX(text)
    return escaped[1] if escaped else _ESCAPED.sub(r"\1", text)


def _empty_for(step: Step) -> dict[str, Any] | list[Any]:
    return {} if isinstance(step, str) else []


def _entered(place: Any, step: Step, empty: dict[str, Any] | list[Any], key: str) -> Any:
    """Go one step in, making the place if nothing is there yet."""
    inner = _at(place, step)
    if inner is None:
        _put(place, step, empty)
        return empty
    if type(inner) is not type(empty):
        raise BadKeyError(
            key, f"what is there already is no {'object' if isinstance(empty, dict) else 'list'}"
        )
    return inner


def _at(place: Any, step: Step) -> Any:
    if isinstance(place, dict):
        return place.get(step)
    return place[step] if isinstance(step, int) and step < len(place) else None


def _put(place: Any, step: Step, value: Any) -> None:
    if step is APPEND:
        place.append(value)
        return
    if isinstance(step, int):
        place.extend([None] * (step + 1 - len(place)))
    place[step] = value
