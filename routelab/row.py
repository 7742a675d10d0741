"""A tuple whose items have names, used as `typing.NamedTuple` is, and cheap to make.

Python compiles a function for each class of named tuples, which takes ten times what any other class does.
Here all share one. It knows no row in particular.

    class Point(Row):
        x: int
        y: int = 0

    Point(3)  ->  Point(x=3, y=0)
    Point(3)._replace(y=4)  ->  Point(x=3, y=4)
"""

from __future__ import annotations

from operator import itemgetter

__all__ = ["Row"]

TYPE_CHECKING = False  # type checkers know this name; to load `typing` takes a while
if TYPE_CHECKING:
    from typing import NamedTuple as Row  # of which they know what each item is
else:

    class _Kind(type):
        def __new__(cls, name, bases, body):
            kind = super().__new__(cls, name, bases, {"__slots__": (), **body})
            kind._fields = kind.__match_args__ = tuple(kind.__annotations__)
            kind._defaults = {field: body[field] for field in kind._fields if field in body}
            for number, field in enumerate(kind._fields):
                setattr(kind, field, property(itemgetter(number)))
            return kind

    class Row(tuple, metaclass=_Kind):
        def __new__(cls, *values, **named):
            if named or len(values) != len(cls._fields):
                values = _all_of(cls, values, named)
            return tuple.__new__(cls, values)

        def __getnewargs__(self):  # of which a copy is made
            return tuple(self)

        def __repr__(self):
            shown = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({shown})"

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, **named):
            return type(self)(**{**self._asdict(), **named})

    def _all_of(kind, values, named):
        given = dict(zip(kind._fields, values, strict=False))
        every = {**kind._defaults, **given, **named}
        if len(values) > len(given) or given.keys() & named.keys() or every.keys() != set(kind._fields):
            raise TypeError(f"{kind.__name__} takes {', '.join(kind._fields)}: not {values!r}, {named!r}")
        return [every[field] for field in kind._fields]
