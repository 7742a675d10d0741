"""Words of a request line as HTTPie items: name, separator, value; and names that reach into a document.

It must not know how a document becomes bytes, and opens no file.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.requestline.errors import Fault, RequestLineError


class Separator(OneOf):
    """What stands between name and value, and so says what the item is."""

    HEADER = ":"
    HEADER_EMPTY = ";"
    HEADER_FILE = ":@"
    QUERY = "=="
    QUERY_FILE = "==@"
    TEXT = "="
    TEXT_FILE = "=@"
    JSON = ":="
    JSON_FILE = ":=@"
    UPLOAD = "@"


class Item(Record):
    """One item; `typed` is the whole word, as messages quote it."""

    name: str
    separator: Separator
    value: str
    typed: str


# The separator that starts first wins, the longest one there; a backslash takes the next character out of it.
_ITEM = re.compile(r"((?:[^\\:;=@]++|\\.|\\$)*+)(:=@|==@|:=|:@|==|=@|:|;|=|@)(.*)", re.DOTALL).fullmatch
_PAIR = re.compile(r"(\\[^:;=@])|\\([:;=@])", re.DOTALL)

APPEND: Final = None
Step = str | int | None  # a key of an object, an index of an array, or APPEND

_INDEX_LIMIT = 9_999  # an index makes the whole list up to it
_FILLED_LIMIT = 100_000  # places that the indexes of one line may make: ten of the longest lists
_DEPTH_LIMIT = 100  # far below what the JSON module can nest
_PART = re.compile(r"\[((?:[^\[\]\\]++|\\.|\\$)*+)\]", re.DOTALL).match
_ROOT = re.compile(r"(?:[^\[\]\\]++|\\.|\\$)*+", re.DOTALL).match
_ESCAPED = re.compile(r"\\([\[\]\\])")
_ESCAPED_INDEX = re.compile(r"\\([0-9]+)").fullmatch


def parse_item(word: str) -> Item:
    r"""Take one word apart, by HTTPie's rules.

    `a:b=c` -> a, HEADER, `b=c`; `a:==b` -> a, JSON, `=b`; `foo\==bar` -> `foo=`, TEXT, bar.
    Raises RequestLineError.
    """
    found = _ITEM(word)
    if found is None:
        raise RequestLineError(Fault.NOT_AN_ITEM, word=word)
    name, separator, value = found.groups()
    if "\\" in word:
        name, value = _PAIR.sub(r"\1\2", name), _PAIR.sub(r"\1\2", value)
    if separator == ";" and value:
        raise RequestLineError(Fault.HEADER_NOT_EMPTY, item=word, name=name)
    return Item(name=name, separator=Separator(separator), value=value, typed=word)


def assemble(pairs: Iterable[tuple[str, Any]]) -> Any:
    """Put (key, value) pairs together to the one JSON document that they describe.

    `a[b]` 1, `a[c][]` 2 -> `{"a": {"b": 1, "c": [2]}}`; `[]` 1 -> `[1]`. Raises RequestLineError.
    """
    # The document is the only value of the holder, so that a list at the top needs no case of its own.
    holder: dict[Step, Any] = {}
    room = _FILLED_LIMIT
    for key, value in pairs:
        place: Any = holder
        step: Step = ""
        for following in steps(key):
            inner = _at(place, step)
            empty: dict[str, Any] | list[Any] = {} if isinstance(following, str) else []
            if inner is None:
                room -= _put(place, step, empty)
                inner = empty
            elif type(inner) is not type(empty):
                wanted = "an object" if isinstance(empty, dict) else "a list"
                raise _bad_key(key, f"what is there already is not {wanted}")
            place, step = inner, following
        room -= _put(place, step, value)
        if room < 0:
            raise _bad_key(key, f"the lists of this line have more than {_FILLED_LIMIT:,} places")
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
            raise _bad_key(key, f"the brackets do not pair up at column {position + 1}")
        way.append(_step(part[1], key))
        position = part.end()
        if len(way) > _DEPTH_LIMIT:
            raise _bad_key(key, f"it goes more than {_DEPTH_LIMIT} steps deep")
    if isinstance(way[0], str) and key.startswith("["):
        raise _bad_key(key, "a key that starts with a bracket needs an index in it, or nothing")
    return way


def _step(inside: str, key: str) -> Step:
    if not inside:
        return APPEND
    if inside.isascii() and inside.removeprefix("-").isdigit():
        if inside.startswith("-") or len(inside) > 9 or int(inside) > _INDEX_LIMIT:
            raise _bad_key(key, f"an index is a number from 0 to {_INDEX_LIMIT}")
        return int(inside)
    return _name(inside)


def _name(text: str) -> str:
    r"""Undo escapes: `\[` is a bracket in a name, and `\0` the name 0 rather than an index."""
    escaped = _ESCAPED_INDEX(text)
    return escaped[1] if escaped else _ESCAPED.sub(r"\1", text)


def _at(place: Any, step: Step) -> Any:
    if isinstance(place, dict):
        return place.get(step)
    return place[step] if isinstance(step, int) and step < len(place) else None


def _put(place: Any, step: Step, value: Any) -> int:
    """Set a value, and count the empty places that a list needed before it."""
    if step is APPEND:
        place.append(value)
        return 0
    missing = max(0, step + 1 - len(place)) if isinstance(step, int) else 0
    if missing:
        place.extend([None] * missing)
    place[step] = value
    return missing


def _bad_key(key: str, problem: str) -> RequestLineError:
    return RequestLineError(Fault.BAD_KEY, key=key, problem=problem)
