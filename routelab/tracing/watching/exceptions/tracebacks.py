"""A whole traceback as text, as Python prints it, with routelab's own frames left out and paths made short.

The frames of the engine, which runs the app in Flask's place, are shown as Flask's would be. It knows no
step.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from opcode import opmap
from pathlib import Path
from typing import TypeVar

from routelab.tracing.ourframes import OURS
from routelab.tracing.watching.code.sources import in_libraries
from routelab.tracing.watching.code.values import bounded
from routelab.tracing.watching.exceptions.raising import raising_point
from routelab.tracing.watching.exceptions.suggested import suggestion_of

_ENGINE = OURS + "engine" + os.sep
_STANDARD = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120 - a prefix of text

_RAISES = opmap["RAISE_VARARGS"]
_WATCHING = str(Path(__file__).resolve().parents[2]) + os.sep  # no app stands here

# Where an exception keeps the name that Python looks for others like it; the last is there from 3.12 on.
_NAMES = [
    (kind, vars(kind)[name])
    for kind, name in ((AttributeError, "name"), (NameError, "name"), (ImportError, "name_from"))
    if name in vars(kind)
]
Told = TypeVar("Told", BaseException, traceback.TracebackException)

# Tells a file of the app's own from others, as seen from its folder.
OwnFile = Callable[[str], str | None]


def traceback_text(error: BaseException, own_file: OwnFile) -> str:
    """Write out an exception, with those that led to it."""
    with _nothing_suggested(error):
        told = traceback.TracebackException.from_exception(error)
    for each in _chain(told):
        each.stack = traceback.StackSummary.from_list(
            [
                traceback.FrameSummary(
                    _short(frame.filename, own_file), frame.lineno, frame.name, line=frame.line or ""
                )
                for frame in each.stack
                if not _is_ours(frame.filename, own_file)
            ]
        )
    return bounded(_with_suggestion("".join(told.format()), error))


def _with_suggestion(text: str, error: BaseException) -> str:
    """Write what Python suggests behind the message."""
    suggestion = suggestion_of(error)
    if suggestion is None:
        return text
    before, message, notes = text.rpartition(str(error))
    return f"{before}{message}. {suggestion}{notes}"


@contextmanager
def _nothing_suggested(error: BaseException) -> Iterator[None]:
    """Keep Python from looking for names to suggest, as 3.12 and later do: that may run code of the app's."""
    kept = [
        (each, where, where.__get__(each))
        for each in _chain(error)
        for kind, where in _NAMES
        if isinstance(each, kind)
    ]
    for holder, where, _ in kept:
        where.__set__(holder, None)
    try:
        yield
    finally:
        for holder, where, name in kept:
            where.__set__(holder, name)


def _chain(told: Told) -> Iterator[Told]:
    """Yield an exception, and all that led to it or are in it; or so for what is told of them."""
    waiting: list[Told] = [told]
    met: set[int] = set()
    while waiting:
        each: Told = waiting.pop()
        if id(each) in met:
            continue
        met.add(id(each))
        yield each
        inner = (each.__cause__, each.__context__, *(getattr(each, "exceptions", None) or ()))
        waiting.extend(other for other in inner if other is not None)


def _is_ours(file: str, own_file: OwnFile) -> bool:
    return file.startswith(OURS) and not file.startswith(_ENGINE) and own_file(file) is None


def raised_by(error: BaseException, own_file: OwnFile) -> bool:
    """Tell whether it was the app's own code, or a library that this called, and none of ours."""
    own = False
    for frame, _ in traceback.walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        own = own_file(file) is not None or (own and not _is_ours(file, own_file))
    return own


def _short(file: str, own_file: OwnFile) -> str:
    own = own_file(file)
    if own is not None:
        return own
    if file.startswith(_ENGINE):
        return "routelab/engine/" + file[len(_ENGINE) :].replace(os.sep, "/")
    if (inside := in_libraries(file)) is not None:
        return inside
    for folder in (_STANDARD, sys.prefix + os.sep):
        if file.startswith(folder):
            return file[len(folder) :].replace(os.sep, "/")
    return file


def raised_by_a_statement(error: BaseException) -> bool:
    """Tell whether a `raise` of Python code raised it, and not a signal that came while other code ran."""
    way = raising_point(error)
    return way is not None and way.tb_frame.f_code.co_code[way.tb_lasti] == _RAISES


def leave_out_ours(error: BaseException) -> None:
    """Take our frames out of an exception's way: the app's code may look at it, and show it to somebody."""
    way = []
    step = error.__traceback__
    while step is not None:
        way.append(step)
        step = step.tb_next
    kept = [each for each in way if not each.tb_frame.f_code.co_filename.startswith(_WATCHING)]
    if len(kept) == len(way):
        return
    for each, following in pairwise([*kept, None]):
        if each is not None and each.tb_next is not following:
            each.tb_next = following
    error.__traceback__ = kept[0] if kept else None
