"""What a template asks for that is not there, seen as Jinja makes an undefined value of it.

For each such name, compiled templates call the environment's `undefined`. While a request is watched a class
stands there that notes who asks, and makes the very value that the app's own class would have made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from routelab.nearest import nearest
from routelab.record import Record

MODULES_OF_G = ("flask.ctx", "routelab.engine.ctx")
_NOTHING = object()
_FRAMES_TO_TEMPLATE = 4  # Jinja's own getattr or getitem stands between

NoteAsked = Callable[["NameAsked"], None]


class NameAsked(Record):
    """Something that was not there when a template asked for it."""

    template: Any
    line: int
    name: str
    owner: str | None  # the type of the object that has no such attribute
    near: str | None
    hint: str | None


class _Kind(type):
    """The class of a class that stands in for another one: what is an instance of that is one of this."""

    def __instancecheck__(cls, thing: object) -> bool:
        original = vars(cls).get("stands_for")  # a subclass that somebody makes has none
        return super().__instancecheck__(thing) if original is None else isinstance(thing, original)

    def __subclasscheck__(cls, kind: type) -> bool:
        original = vars(cls).get("stands_for")
        return super().__subclasscheck__(kind) if original is None else issubclass(kind, original)


def watched_undefined(original: type, note: NoteAsked) -> type:
    """Return a class that makes instances of `original`, and tells `note` what was asked for."""
    made: list[type] = []

    def new(cls: type, *args: Any, **kwargs: Any) -> Any:
        if cls is not made[0]:  # somebody's subclass
            return object.__new__(cls)
        try:
            asked = _asked(sys._getframe(1), *args, **kwargs)
            if asked is not None:
                note(asked)
        except Exception:  # the answer is the app's, whatever becomes of a note
            pass
        return original(*args, **kwargs)

    inside = {"__new__": new, "__slots__": (), "stands_for": original}
    made.append(_Kind(original.__name__, (original,), inside))
    return made[0]


def _asked(
    frame: FrameType | None,
    hint: str | None = None,
    obj: Any = _NOTHING,
    name: Any = None,
    *_: Any,
    **__: Any,
) -> NameAsked | None:
    """Find which line of which template asked; None for what is no name, or not asked by a template."""
    # A parameter of a macro that is not given has words of its own; it is not asked for yet.
    if not isinstance(name, str) or (hint is not None and "does not export" not in hint):
        return None
    for _step in range(_FRAMES_TO_TEMPLATE):
        if frame is None:
            return None
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            # Jinja's own word for "no object" is a value of a class of its own.
            nothing = obj is _NOTHING or type(obj).__name__ == "MissingType"
            owner = None if nothing else _called(type(obj))
            near = _near(name, obj) if type(obj) is dict else None
            line = template.get_corresponding_lineno(frame.f_lineno)
            return NameAsked(template=template, line=line, name=name, owner=owner, near=near, hint=hint)
        frame = frame.f_back
    return None


def _called(kind: type) -> str:
    """Name a type; that of `g` has another name in each Flask."""
    return "g" if any(each.__module__ in MODULES_OF_G for each in kind.__mro__) else kind.__name__


def _near(name: str, things: dict[Any, Any]) -> str | None:
    keys = [key for key in list(things)[:200] if type(key) is str]
    return nearest(name, keys, cutoff=0.7)
