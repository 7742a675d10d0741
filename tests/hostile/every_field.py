"""Records of any kind, made from their annotations, with one text in every field that holds text.

It knows annotations, and no record in particular but for fields whose values must fit together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Any, ForwardRef, TypeVar, Union, get_args, get_origin

from routelab.oneof import OneOf
from routelab.record import Absent, Record, annotation_of
from routelab.tracing.trace import Trace

Kind = TypeVar("Kind", bound=Record)
_DEPTH = 3  # records within records within the record; deeper ones are left out where that is possible


class Maker:
    """Makes records; `turn` chooses among the kinds and members that a field may have."""

    def __init__(self, text: str, turn: int = 0) -> None:
        self._text = text
        self._turn = turn
        self.texts = 0  # how many fields got the text

    def record(self, kind: type[Kind], depth: int = 0) -> Kind:
        """Make a record of a kind, or of one of the kinds below it."""
        kinds = _tagged(kind)
        kind = kinds[self._turn % len(kinds)]
        annotated = _annotations(kind)  # type: ignore[arg-type] # every class has a hash
        return kind(**{name: self.value(wanted, depth) for name, wanted in annotated.items()})

    def value(self, wanted: Any, depth: int) -> Any:
        """Make a value of an annotated type."""
        if wanted is str or isinstance(wanted, ForwardRef):
            self.texts += 1
            return self._text
        if wanted in (int, float, bool, NoneType):
            return {int: 1, float: 1.0, bool: self._turn % 2 == 0, NoneType: None}[wanted]
        if wanted is bytes:
            self.texts += 1
            return self._text.encode("utf-8", "surrogatepass" if self._turn % 2 else "replace")
        if isinstance(wanted, type) and issubclass(wanted, Record):
            return self.record(wanted, depth + 1)
        if isinstance(wanted, type) and issubclass(wanted, OneOf):
            return tuple(wanted)[self._turn % len(wanted)]
        if get_origin(wanted) is tuple:
            return self._tuple(get_args(wanted), depth)
        if get_origin(wanted) is frozenset:
            return frozenset((self.value(get_args(wanted)[0], depth),))
        if get_origin(wanted) in (Union, UnionType):
            return self._one_of([each for each in get_args(wanted) if each is not Absent], depth)
        raise TypeError(f"no value for {wanted!r}")

    def _one_of(self, kinds: list[Any], depth: int) -> Any:
        if depth > _DEPTH and NoneType in kinds:
            return None
        there = [each for each in kinds if each is not NoneType]
        return self.value(there[self._turn % len(there)], depth)

    def _tuple(self, items: tuple[Any, ...], depth: int) -> tuple[Any, ...]:
        if not (len(items) == 2 and items[1] is Ellipsis):
            return tuple(self.value(item, depth) for item in items)
        if depth > _DEPTH or items[0] is Trace:
            return ()
        kinds = get_args(items[0]) if get_origin(items[0]) in (Union, UnionType) else (items[0],)
        return tuple(self.value(each, depth) for kind in kinds for each in _tagged(kind))


@cache
def _annotations(kind: type[Record]) -> dict[str, Any]:
    """Return what each field of a kind is annotated with: a trace has hundreds of records of a few dozen kinds."""
    return {name: annotation_of(kind, name) for name in fields(kind)}


def _tagged(kind: Any) -> Sequence[Any]:
    """Return the kinds that one stands for."""
    if kind is NoneType:
        return ()
    if not (isinstance(kind, type) and issubclass(kind, Record)) or kind.json_tag is not None:
        return (kind,)
    return [each for each in below(kind) if each.json_tag is not None] or (kind,)


def below(kind: type[Record]) -> Iterator[type[Record]]:
    """Yield all kinds below one."""
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


def fields(kind: type[Record]) -> list[str]:
    """Return the names of a kind's fields."""
    return [
        name
        for base in reversed(kind.__mro__)
        for name, written in getattr(base, "__annotations__", {}).items()
        if "ClassVar" not in str(written)
    ]
