"""A trace that is told as it is looked at, from facts that were kept while the request ran.

To whoever looks it is a `Trace` like any other: a field that is not known yet is told first, and with it the
rest, or some of the rest. It knows that somebody can tell it, and not how.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any, SupportsIndex

from routelab.tracing.trace import Trace

_telling = RLock()  # two threads may look at one trace; and it is told once
_TELL = "_tell"  # where what tells the rest is kept, among the fields that are known
_ASK_THEMSELVES = ("replace", "last_hop")  # for the fields that they need


class UntoldTrace(Trace):
    """Becomes a `Trace` once all of it was told: its class changes, and its fields are there."""

    def __getattribute__(self, name: str) -> Any:
        if name in _ASK_THEMSELVES:
            return object.__getattribute__(self, name)
        with _telling:
            known = _known(self)
            while name not in known and _TELL in known:
                _tell_more(self, known)
            return known[name] if name in known else getattr(self, name)

    def __eq__(self, other: object) -> bool:
        _tell_all(self)
        if type(other) is UntoldTrace:
            _tell_all(other)
        return Trace.__eq__(self, other)

    def __hash__(self) -> int:
        _tell_all(self)
        return Trace.__hash__(self)

    def __repr__(self) -> str:
        _tell_all(self)
        return Trace.__repr__(self)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        _tell_all(self)
        return object.__reduce_ex__(self, protocol)

    def replace(self, **changes: Any) -> Trace:  # type: ignore[override]
        """Return another with some fields changed; where those are known, no more is told for it."""
        with _telling:
            known = dict(_known(self))
        if _TELL in known and changes.keys() <= known.keys():
            return told_later(known.pop(_TELL), **{**known, **changes})
        _tell_all(self)
        return Trace.replace(self, **changes)


def told_later(tell: Callable[[], Trace], **known: Any) -> Trace:
    """Make the trace that `tell` will return, but for the fields that are `known`.

    It is called once for this trace, when a field is asked for that is not known, and what it returns may be
    told later itself. What it tells from must be data that nobody else can change.
    """
    trace = object.__new__(UntoldTrace)
    _known(trace).update(known, **{_TELL: tell})
    return trace


def _known(trace: Trace) -> dict[str, Any]:
    fields: dict[str, Any] = object.__getattribute__(trace, "__dict__")
    return fields


def _tell_more(trace: Trace, known: dict[str, Any]) -> None:
    more = known[_TELL]()
    del known[_TELL]
    known.update(_known(more) | known)
    if _TELL not in known:
        object.__setattr__(trace, "__class__", Trace)


def _tell_all(trace: Trace) -> None:
    with _telling:
        known = _known(trace)
        while _TELL in known:  # not where another thread told it meanwhile
            _tell_more(trace, known)
