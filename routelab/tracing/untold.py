"""A trace that is told when it is first looked at, from facts that were kept while the request ran.

To whoever looks it is a `Trace` like any other: whatever is asked of it, it becomes one first. It knows that
somebody can tell it, and not how.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any, SupportsIndex

from routelab.tracing.trace import Trace

_telling = RLock()  # two threads may look at one trace; and it is told once


class UntoldTrace(Trace):
    """Becomes a `Trace` at the first look: its class changes, and its fields are there."""

    def __getattribute__(self, name: str) -> Any:
        _become_told(self)
        return getattr(self, name)

    def __eq__(self, other: object) -> bool:
        _become_told(self)
        if type(other) is UntoldTrace:
            _become_told(other)
        return Trace.__eq__(self, other)

    def __hash__(self) -> int:
        _become_told(self)
        return Trace.__hash__(self)

    def __repr__(self) -> str:
        _become_told(self)
        return Trace.__repr__(self)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        _become_told(self)
        return object.__reduce_ex__(self, protocol)


def told_later(tell: Callable[[], Trace]) -> Trace:
    """Make the trace that `tell` will return; it is called once, at the first look.

    What it tells from must be data that nobody else can change.
    """
    trace = object.__new__(UntoldTrace)
    object.__setattr__(trace, "_tell", tell)
    return trace


def _become_told(trace: Trace) -> None:
    with _telling:
        mine: dict[str, Any] = object.__getattribute__(trace, "__dict__")
        tell = mine.get("_tell")
        if tell is None:  # another thread told it meanwhile
            return
        mine.update(vars(tell()))
        del mine["_tell"]
        object.__setattr__(trace, "__class__", Trace)
