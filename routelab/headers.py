"""Headers as pairs of name and value, in order: looked up by name, in any case (RFC 9110, 5.1).

It knows no header in particular, nor whose they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

Pair: TypeAlias = tuple[str, str]


def first_value(headers: Iterable[Pair], name: str) -> str | None:
    """Return the value of the first header of a name."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


def all_values(headers: Iterable[Pair], name: str) -> list[str]:
    """Return the values of all headers of a name."""
    wanted = name.lower()
    return [value for key, value in headers if key.lower() == wanted]


def lower_names(headers: Iterable[Pair]) -> set[str]:
    """Return the names that there are, in lower case."""
    return {name.lower() for name, _ in headers}


def without(headers: Iterable[Pair], *names: str) -> tuple[Pair, ...]:
    """Leave out the headers of some names, which are given in lower case."""
    return tuple(pair for pair in headers if pair[0].lower() not in names)


def as_written(headers: Iterable[tuple[Any, Any]]) -> list[Pair]:
    """Give pairs as a server writes them: a member of an enum may be a `str`, and its text another one."""
    return [
        (name if type(name) is str else f"{name}", value if type(value) is str else f"{value}")
        for name, value in headers
    ]
