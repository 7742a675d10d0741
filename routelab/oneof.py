"""One of a few values: outcomes and kinds, used as an `Enum` is, and cheap to make.

Python makes a class of Enum with five to eight times the work of any other, and a start makes some forty.
Here a member has a name and a value, and is found by its value: there are neither flags nor aliases. It knows
no outcome in particular.

    class Ending(OneOf):
        SENT = "sent"
        LOST = "lost"

    Ending("sent")  ->  Ending.SENT
    [ending.name for ending in Ending]  ->  ["SENT", "LOST"]
"""

from __future__ import annotations

__all__ = ["OneOf"]

TYPE_CHECKING = False  # type checkers know this name; to load `typing` takes a while
if TYPE_CHECKING:
    from enum import Enum as OneOf  # of which they know when all cases are told apart
else:

    class _Kind(type):
        def __new__(cls, name, bases, body):
            kind = super().__new__(cls, name, bases, body)
            kind._members = {}
            for each, value in body.items():
                if not each.startswith("_") and not hasattr(value, "__get__"):
                    member = kind._members[value] = object.__new__(kind)
                    member.name, member.value = each, value
                    setattr(kind, each, member)
            return kind

        def __call__(cls, value):
            try:
                return cls._members[value]
            except (KeyError, TypeError):  # the latter of what has no hash
                raise ValueError(f"{value!r} is no {cls.__name__}") from None

        def __iter__(cls):
            return iter(cls._members.values())

        def __contains__(cls, thing):
            return isinstance(thing, cls)

        def __len__(cls):
            return len(cls._members)

    class OneOf(metaclass=_Kind):
        def __repr__(self):
            return f"{type(self).__name__}.{self.name}"

        def __reduce__(self):  # a copy of a member is the member
            return type(self), (self.value,)
