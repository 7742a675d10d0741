"""What a session holds, kept apart, so that a change inside one of its values is seen.

It copies builtin containers and calls nothing of any value; what it cannot look into counts as unchanged.
"""

from __future__ import annotations

import sys
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

_CONTAINERS = (list, dict, set, bytearray)
_MANY = 10_000  # values: a session in a cookie has fewer, and one on a server may have anything
_PLAIN = (str, int, float, complex, bool, bytes, type(None), date, time, timedelta, UUID)


def snapshot(session: Any) -> dict[Any, Any] | None:
    """Copy those values of a session that can change inside; None where there is none, or far too much."""
    if not isinstance(session, dict) or not dict.__len__(session):
        return None
    kept = _Copier()
    try:
        return {
            key: kept.copy(value)
            for key, value in dict.items(session)
            if isinstance(value, (*_CONTAINERS, tuple))
        } or None
    except (_TooMuch, RecursionError):
        return None


def changed_inside(session: Any, before: dict[Any, Any] | None) -> tuple[str, ...]:
    """Name the keys whose value is of the same kind as before, and has something else in it."""
    now = snapshot(session) if before else None
    if before is None or now is None:
        return ()
    try:
        return tuple(str(key) for key, value in now.items() if key in before and value != before[key])
    except RecursionError:
        return ()


def changed_since(session: Any, before: dict[Any, Any]) -> tuple[str, ...]:
    """Name the keys that have another value than before, are new, or gone; nothing of a value is asked."""
    now = dict(dict.items(session))
    gone = (key for key in before if key not in now)
    other = (key for key, value in now.items() if key not in before or before[key] is not value)
    return tuple(map(str, (*other, *gone)))


class _TooMuch(Exception):
    """There is more in a session than anybody waits for."""


class _Copier:
    """Copies values until there are too many."""

    def __init__(self) -> None:
        self._count = 0

    def copy(self, value: Any) -> Any:
        self._count += 1
        if self._count > _MANY:
            raise _TooMuch
        if isinstance(value, dict):
            return "dict", [(self.copy(key), self.copy(each)) for key, each in dict.items(value)]
        if isinstance(value, list):
            return "list", [self.copy(each) for each in list.__iter__(value)]
        if isinstance(value, tuple):
            return "tuple", [self.copy(each) for each in tuple.__iter__(value)]
        if isinstance(value, (set, frozenset)):
            # Of what may stand in a set, only plain values are compared, and none twice.
            return "set", {each for each in value if _is_plain(type(each))}
        if isinstance(value, bytearray):
            return "bytearray", bytes(value)
        return value if _is_plain(type(value)) else id(type(value))


def _is_plain(kind: type) -> bool:
    # Who has a decimal has loaded its module, which takes a millisecond.
    return kind in _PLAIN or kind is getattr(sys.modules.get("decimal"), "Decimal", None)
