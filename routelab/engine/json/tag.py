"""JSON that remembers types: how a session keeps tuples, bytes, markup, UUIDs and dates apart from text.

`{"ids": (1, 2)}` is written as `{"ids": {" t": [1, 2]}}`. It knows values, and nothing of cookies.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from markupsafe import Markup
from werkzeug.http import http_date, parse_date

from . import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Callable


class Tag(NamedTuple):
    """One type that JSON lacks: how to know it, how to write it, how to read it."""

    fits: Callable[[Any], bool]
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


TAGS: dict[str, Tag] = {
    " b": Tag(
        lambda value: isinstance(value, bytes),
        lambda value: b64encode(value).decode("ascii"),
        b64decode,
    ),
    " m": Tag(
        lambda value: callable(getattr(value, "__html__", None)),
        lambda value: str(value.__html__()),
        Markup,
    ),
    " u": Tag(lambda value: isinstance(value, UUID), lambda value: value.hex, UUID),
    " d": Tag(lambda value: isinstance(value, datetime), http_date, parse_date),
}
TUPLE, DICT = " t", " di"
KEYS = frozenset({*TAGS, TUPLE, DICT})


def tagged(value: Any) -> Any:
    """Write a value in JSON's types, with a one-key object around what JSON has no type for."""
    if isinstance(value, dict):
        only = next(iter(value)) if len(value) == 1 else None
        if only in KEYS:  # a learner's own {" t": ...} must not come back as a tuple
            return {DICT: {f"{only}__": tagged(value[only])}}
        return {key: tagged(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return {TUPLE: [tagged(item) for item in value]}
    if isinstance(value, list):
        return [tagged(item) for item in value]
    for key, tag in TAGS.items():
        if tag.fits(value):
            return {key: tag.write(value)}
    return value


def untagged(value: Any) -> Any:
    """Read what `tagged` wrote."""
    if isinstance(value, list):
        return [untagged(item) for item in value]
    if not isinstance(value, dict):
        return value
    value = {key: untagged(item) for key, item in value.items()}
    if len(value) != 1:
        return value
    [(key, content)] = value.items()
    if key == TUPLE:
        return tuple(content)
    if key == DICT:
        [(name, item)] = content.items()
        return {name.removesuffix("__"): item}
    return TAGS[key].read(content) if key in TAGS else value


class TaggedJSONSerializer:
    """The pair of functions that itsdangerous asks for."""

    def dumps(self, value: Any) -> str:
        return dumps(tagged(value), separators=(",", ":"))

    def loads(self, value: str) -> Any:
        return untagged(loads(value))
