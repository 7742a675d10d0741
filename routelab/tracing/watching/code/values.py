"""Python values to `Value` records, whatever their `__repr__` does.

It knows nothing of requests, and never calls anything of a value but its `__repr__`.
"""

from __future__ import annotations

import gc
import re
import reprlib
import sys
from collections.abc import Mapping
from itertools import islice
from math import isfinite
from types import FunctionType, GeneratorType, ModuleType
from typing import Any

from routelab.record import Absent, Json
from routelab.stopping import FROM_OUTSIDE
from routelab.tracing.facts import NamedValue, Value

REPR_LIMIT = 200
_CUT = "..."
_SCALARS = (str, int, bool, type(None))
_CONTAINERS = (list, tuple, dict, set, frozenset, bytes, bytearray)
_DEPTH = 50
# Characters and parts of one value that are copied exactly: a trace has dozens of values.
_LONGEST = 1_000_000
_LONGEST_MESSAGE = 100_000  # characters
_REPRS_OF_NUMBERS = (int.__repr__, float.__repr__, complex.__repr__)
_BITS = 2000  # of a whole number: Python writes out no more than an app lets it, and that is 640 digits
# An address says nothing to a learner, and differs from run to run.
_ADDRESS = r" at 0x[0-9A-Fa-f]{5,}"
# As a `__repr__` may write `id(self)`: as many digits as addresses have, in a browser eight or so.
_WIDE = sys.maxsize > 2**32
_DECIMAL = re.compile(r"(?<![\d.])\d{12,20}(?![\d.])" if _WIDE else r"(?<![\d.])\d{7,20}(?![\d.])")
_DEEPEST_PART, _MOST_PARTS = 6, 20_000  # of what a thing holds; a list in a dict of an object is three down
_HEXADECIMAL = r"0[xX][0-9A-Fa-f]{9,16}\b"


def value_of(thing: object) -> Value:
    """Describe a value: `"alice"` gives type "str", repr "'alice'" and json "alice"."""
    kind = type(thing)
    if kind is str and len(thing) < REPR_LIMIT - 2:  # type: ignore[arg-type]
        return Value(type="str", repr=repr(thing), json=thing)  # type: ignore[arg-type]
    return Value(type=_type_name(kind), repr=short_repr(thing), json=_Exact().copy(thing))


def named_values(things: Mapping[str, Any]) -> tuple[NamedValue, ...]:
    """Describe arguments or variables, in their order."""
    if not things:
        return ()
    return tuple(NamedValue(name=str(name), value=value_of(thing)) for name, thing in things.items())


def short_repr(thing: object) -> str:
    """Return a repr of at most 200 characters, cut visibly; a `__repr__` that fails is told, not raised."""
    kind = type(thing)
    try:
        if kind in _CONTAINERS:
            text = _short.repr(thing)
        elif kind is GeneratorType:
            return "<generator>"  # its own repr names a function that may be the framework's
        elif kind is str:
            text = repr(thing[:REPR_LIMIT])  # type: ignore[index]
        else:
            text = _without_addresses(thing, repr(thing))
    except FROM_OUTSIDE:
        raise
    except BaseException as error:
        return f"<{_type_name(kind)} whose __repr__ raised {type(error).__name__}>"
    return text if len(text) <= REPR_LIMIT else text[: REPR_LIMIT - len(_CUT)] + _CUT


def message_of(error: BaseException) -> str:
    """Return the text of an exception, even of one that cannot tell it."""
    try:
        text = str(error)
    except FROM_OUTSIDE:
        raise
    except BaseException as failure:
        return f"(its message could not be made: {type(failure).__name__})"
    text = bounded(text)
    return re.sub(_ADDRESS, "", text) if " at 0x" in text else text


def bounded(text: str) -> str:
    """Return a text of an exception as a trace has room for it: it is in there several times."""
    more = len(text) - _LONGEST_MESSAGE
    return text if more <= 0 else f"{text[:_LONGEST_MESSAGE]}... ({more} more characters)"


def _without_addresses(thing: object, text: str) -> str:
    """Take addresses out of a repr: Python's own, and those that a `__repr__` makes with `id(self)`.

    What stands in a string is not touched: "meet me at 0xC0FFEE" is what somebody wrote.
    """
    if " at 0x" in text:
        text = re.sub(_ADDRESS, "", text)
    if type(thing).__repr__ in _REPRS_OF_NUMBERS:
        return text
    if "0x" in text or "0X" in text:
        text = re.sub(_HEXADECIMAL, _CUT, text)
    address = id(thing)
    for written in (f"{address:x}", f"{address:X}", str(address)):
        if written in text:
            text = text.replace(written, _CUT)
    if _DECIMAL.search(text) is None:
        return text
    inside = {str(each) for each in _addresses_inside(thing)}
    return _DECIMAL.sub(lambda number: _CUT if number[0] in inside else number[0], text)


def _addresses_inside(thing: object) -> set[int]:
    """Collect the addresses of what a thing holds, some way down: one of its parts may write `id(self)`."""
    met: set[int] = set()
    level: list[object] = [thing]
    for _ in range(_DEEPEST_PART):
        level = [
            part
            for part in gc.get_referents(*level)
            if id(part) not in met and not issubclass(type(part), (type, ModuleType, FunctionType))
        ]
        met.update(map(id, level))
        if not level or len(met) > _MOST_PARTS:
            break
    return met


def _type_name(kind: type) -> str:
    # A class may lie about its name with a metaclass; `type.__name__` cannot be shadowed.
    return str(type.__dict__["__name__"].__get__(kind))


class _Exact:
    """Copies a value of a JSON type; ABSENT where any part of it is none, or all of it is too long."""

    def __init__(self) -> None:
        self._room = _LONGEST

    def copy(self, thing: Any, depth: int = _DEPTH) -> Json | Absent:
        kind = type(thing)
        if kind is int and thing.bit_length() > _BITS:
            return Absent.ABSENT
        self._room -= len(thing) if kind is str else 1
        if self._room < 0:
            return Absent.ABSENT
        if kind in _SCALARS:
            return thing  # type: ignore[no-any-return]
        if kind is float:
            return thing if isfinite(thing) else Absent.ABSENT
        if depth == 0:
            return Absent.ABSENT
        if kind is list:
            return self._list(thing, depth)
        if kind is dict:
            return self._dict(thing, depth)
        return Absent.ABSENT

    def _list(self, things: list[Any], depth: int) -> Json | Absent:
        copy: list[Json] = []
        for item in things:
            exact = self.copy(item, depth - 1)
            if exact is Absent.ABSENT:
                return Absent.ABSENT
            copy.append(exact)
        return copy

    def _dict(self, things: dict[Any, Any], depth: int) -> Json | Absent:
        copy: dict[str, Json] = {}
        for key, item in things.items():
            known = type(key) is str and self.copy(key) is key
            exact = self.copy(item, depth - 1) if known else Absent.ABSENT
            if exact is Absent.ABSENT:
                return Absent.ABSENT
            copy[key] = exact
        return copy


class _ShortRepr(reprlib.Repr):
    """Shows enough of a container to recognise it, without building all of its text first."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 4
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdict = 12
        self.maxstring = self.maxother = 80

    def repr_dict(self, things: dict[Any, Any], level: int) -> str:
        # reprlib would sort the keys, and show an order that the learner never wrote.
        if level <= 0 and things:
            return "{...}"
        shown = [
            f"{self.repr1(k, level - 1)}: {self.repr1(v, level - 1)}"
            for k, v in islice(things.items(), self.maxdict)
        ]
        return "{" + ", ".join([*shown, *(["..."] if len(things) > self.maxdict else [])]) + "}"

    def repr_instance(self, thing: Any, _level: int) -> str:
        # Cut afterwards: half an address would be left over.
        try:
            text = _without_addresses(thing, repr(thing))
        except FROM_OUTSIDE:
            raise
        except BaseException as error:
            return f"<{_type_name(type(thing))} whose __repr__ raised {type(error).__name__}>"
        if len(text) <= self.maxother:
            return text
        half = (self.maxother - len(_CUT)) // 2
        return text[:half] + _CUT + text[-half:]

    def repr_bytes(self, thing: bytes, _level: int) -> str:
        return repr(thing) if len(thing) <= self.maxstring else repr(thing[: self.maxstring])[:-1] + _CUT

    def repr_bytearray(self, thing: bytearray, level: int) -> str:
        return f"bytearray({self.repr_bytes(bytes(thing[: self.maxstring + 1]), level)})"


_short = _ShortRepr()
