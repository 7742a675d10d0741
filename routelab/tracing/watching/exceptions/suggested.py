"""What Python itself suggests behind an exception that it raised: "Did you mean: 'jsonify'?".

Only the printing of a traceback makes it, so a like exception is printed. It knows no app and no step, and
has no guess of its own.
"""

from __future__ import annotations

import io
import os
import sys
import threading
import traceback
from types import FrameType, MethodDescriptorType, ModuleType, TracebackType, WrapperDescriptorType
from typing import Any

from routelab.tracing.watching.code.layers import class_with
from routelab.tracing.watching.exceptions.raising import raising_point

_MOST = 300  # characters: it names a word or two


def suggestion_of(error: BaseException) -> str | None:
    """Return what Python prints behind the message; None where it suggests nothing.

    Nothing of the app's is run for it: where an object answers by code of its own, nothing is said.
    """
    if type(error) not in (NameError, AttributeError, ImportError):
        return None
    like = _like(error)
    if like is None:
        return None
    message = str(like)
    _, found, behind = _printed(like).rpartition(message)
    told = behind.strip().removeprefix(".").strip()
    return told[:_MOST] if found and told.endswith("?") else None


def _like(error: BaseException) -> BaseException | None:
    """Make an exception for which Python suggests the same, without those that led to it, or its notes."""
    match error:
        case NameError(name=str(name), args=(str(message),)):
            frame = _innermost(error)
            if frame is None or not _has_no_answer(frame[0].f_locals.get("self"), name):
                return None
            return NameError(message, name=name).with_traceback(TracebackType(None, *frame))
        case AttributeError(name=str(name), obj=obj, args=(str(message),)) if _is_listable(obj):
            return AttributeError(message, name=name, obj=obj)
        case ImportError(name=str(module), args=(str(message),)):
            # Python imports the module once more: one that is not there would run again.
            wanted = getattr(error, "name_from", None)  # from 3.12 on
            if wanted is None or not isinstance(sys.modules.get(module), ModuleType):
                return None
            if not _is_listable(sys.modules[module]):
                return None
            return ImportError(message, name=module, name_from=wanted)  # type: ignore[call-arg, unused-ignore]
    return None


def _innermost(error: BaseException) -> tuple[FrameType, int, int] | None:
    way = raising_point(error)
    if way is None:
        return None
    file = way.tb_frame.f_code.co_filename
    # Its line is read: of anything but a file that may never end.
    readable = os.path.isfile(file) or not os.path.exists(file)  # noqa: PTH110, PTH113 - any text at all
    return (way.tb_frame, way.tb_lasti, way.tb_lineno) if readable else None


def _is_listable(thing: object) -> bool:
    """Tell whether its names can be listed without code of the app's."""
    kind = type(thing)
    if isinstance(thing, type) and kind is not type:
        return False
    if isinstance(thing, ModuleType) and "__dir__" in vars(thing):
        return False
    if not (_is_plain(kind, "__getattribute__") and _is_plain(kind, "__dir__")):
        return False
    # What has no dict of its own would be asked for one.
    return not _answers(thing) or any("__dict__" in vars(each) for each in kind.__mro__)


def _has_no_answer(thing: object, name: str) -> bool:
    """Tell whether it can be asked for a name without code of the app's."""
    if thing is None:
        return True
    plain = _is_plain(type(thing), "__getattribute__") and not _answers(thing)
    return plain and not isinstance(_of_class(type(thing), name), property)


def _answers(thing: object) -> bool:
    own = isinstance(thing, ModuleType) and "__getattr__" in vars(thing)
    return own or _of_class(type(thing), "__getattr__") is not None


def _is_plain(kind: type, name: str) -> bool:
    # What is written in C runs nothing of the app's: of a dict, for example, which has its own.
    return isinstance(_of_class(kind, name), (WrapperDescriptorType, MethodDescriptorType))


def _of_class(kind: type, name: str) -> object:
    owner = class_with(kind, name)
    return None if owner is None else vars(owner)[name]


def _printed(error: BaseException) -> str:
    if sys.version_info >= (3, 12):
        told = traceback.TracebackException(type(error), error, error.__traceback__, lookup_lines=False)
        return "".join(told.format_exception_only())
    before, kept = sys.stderr, _OfThisThread(sys.stderr)
    sys.stderr = kept
    try:
        sys.__excepthook__(type(error), error, error.__traceback__)
    finally:
        sys.stderr = before
    return kept.text.getvalue()


class _OfThisThread(io.TextIOBase):
    """Keeps what this thread writes; what others write meanwhile goes where it would have gone."""

    def __init__(self, before: Any) -> None:
        self.text = io.StringIO()
        self._before, self._thread = before, threading.get_ident()

    def write(self, text: str) -> int:
        if threading.get_ident() == self._thread:
            return self.text.write(text)
        return 0 if self._before is None else int(self._before.write(text) or 0)
