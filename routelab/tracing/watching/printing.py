"""What the learner's code prints, and that it can read no input, while a request runs.

It knows streams, and nothing of who writes to them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO, TextIOWrapper
from sys import getrefcount
from types import FrameType
from typing import Any

from routelab.tracing.facts import Note
from routelab.tracing.ourframes import without_ours
from routelab.tracing.phrases import output
from routelab.tracing.watching.code.sources import Sources

KEPT = 10_000  # characters that are kept of what one callable, or the loading of an app, prints
_KEPT_BYTES = 4 * KEPT * 10  # of a whole request: in UTF-8 a character is four bytes at most


class _Kept(BytesIO):
    """Keeps the first bytes and counts all of them; stays open, and is write-only as a terminal's is."""

    written = 0

    def readable(self) -> bool:
        return False  # so that no decoder is made for each request

    def write(self, data: bytes) -> int:  # type: ignore[override]
        size = len(data)
        room = _KEPT_BYTES - self.written
        if room > 0:
            super().write(data if size <= room else data[:room])
        self.written += size
        return size

    def close(self) -> None:
        pass


class _Stream(TextIOWrapper):
    """Notes in its attributes whether it was made another."""

    def reconfigure(self, **settings: Any) -> None:
        self.made_another = True
        super().reconfigure(**settings)

    def detach(self) -> Any:
        self.made_another = True
        return super().detach()


class _NoInput(StringIO):
    """A standard input without any. A debugger that waits for a command is told to go on, and is noted."""

    debuggers: list[tuple[str, int, str]]

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        debugged = _debugged(sys._getframe(1))
        if debugged is None:
            return super().readline(-1 if size is None else size)
        if debugged not in self.debuggers:
            self.debuggers.append(debugged)
        return "continue\n"


def _debugged(asking: FrameType) -> tuple[str, int, str] | None:
    """Tell where pdb, or a debugger made of it, has stopped the code, if it is one that asks for input."""
    debugger = asking.f_locals.get("self")
    stopped = getattr(debugger, "curframe", None)
    if not any(kind.__module__ == "bdb" for kind in type(debugger).__mro__) or stopped is None:
        return None
    return stopped.f_code.co_filename, stopped.f_lineno, stopped.f_code.co_name


class Printed:
    """A standard output that remembers, in place inside a `with` block; there, `input()` finds no input.

    `mark` and `since` cut out what one callable wrote. `debuggers` are the places (file, line, function)
    where a debugger wanted to be told how to go on.
    """

    def __init__(self) -> None:
        self.debuggers: list[tuple[str, int, str]] = []
        self._bytes = _Kept()
        self._told: list[tuple[int, int]] = []  # from where to where callables tell of it themselves
        self._repeated: list[tuple[int, int]] = []  # from where to where it says what was logged
        # Real learners' code also uses `sys.stdout.buffer` and `reconfigure`: a StringIO has neither.
        self._stream = _Stream(self._bytes, "utf-8", "backslashreplace", write_through=True)

    @classmethod
    def like_new(cls) -> Printed:
        """Make one, or give one that nobody used: it is dear to make, and most requests print nothing."""
        try:
            return _UNUSED.pop()
        except IndexError:
            return cls()

    def give_back(self) -> None:
        """Let the next request have it, where it is as it was made, and nobody holds a part of it."""
        used = self._bytes.written or self.debuggers or vars(self._stream) or vars(self._bytes)
        if not (used or _UNUSED) and self._holders() == _OURS:
            _UNUSED.append(self)

    def _holders(self) -> tuple[int, int]:
        return getrefcount(self._stream), getrefcount(self._bytes)

    def mark(self) -> int:
        """Return the present end, in bytes."""
        return self._bytes.written

    def since(self, mark: int) -> str:
        """Return what was written after a mark: the first 10,000 characters, and how much more it was."""
        written = self._bytes.written
        if written == mark:
            return ""
        self._told.append((mark, written))
        repeated = [each for each in self._repeated if each[0] >= mark]
        kept = self._between(mark, repeated)
        left_out = max(written - _KEPT_BYTES, 0) if mark < _KEPT_BYTES else written - mark
        return cut(kept, left_out)

    @property
    def has_more(self) -> bool:
        """Whether anything was written, or a debugger asked, of which there may be more to tell."""
        return bool(self._bytes.written or self.debuggers)

    @property
    def untold(self) -> str:
        """What was written between the callables of which each is told with what it wrote."""
        return cut(self._between(0, sorted(self._told + self._repeated)))

    def repeats(self, said: str, mark: int) -> None:
        """Leave out what was written after a mark, if it says what is told as logged."""
        written = self._bytes.written
        if said and written != mark and said in self._bytes.getvalue()[mark:].decode("utf-8", "replace"):
            self._repeated.append((mark, written))

    def _between(self, at: int, told: list[tuple[int, int]]) -> str:
        """Return what was written from `at` on, without what is told elsewhere, and without our frames."""
        kept, pieces = self._bytes.getvalue(), []
        for begin, end in (*told, (self._bytes.written, self._bytes.written)):
            pieces.append(kept[at:begin])
            at = max(at, end)
        return without_ours(b"".join(pieces).decode("utf-8", "replace"))

    def __enter__(self) -> None:
        self._before = sys.stdout, sys.stdin
        no_input = _NoInput()
        no_input.debuggers = self.debuggers
        sys.stdout, sys.stdin = self._stream, no_input

    def __exit__(self, *_error: object) -> None:
        sys.stdout, sys.stdin = self._before
        del self._before


_UNUSED: list[Printed] = []  # one at most
_OURS = Printed()._holders()  # of a fresh one, which nobody else holds; the number differs between Pythons


class OutputOwner:
    """Which step what is written past `sys.stdout` belongs to; `owning`, if anybody, hears as it changes."""

    _step: int | None = None

    def __init__(self, owning: Callable[[int | None], None] | None) -> None:
        self._owning = owning

    def change(self, step: int | None) -> int | None:
        """Let what is written from now on belong to a step; return the one before."""
        before, self._step = self._step, step
        if self._owning is not None:
            self._owning(step)
        return before

    def handlers_run(self, writes: int | None) -> None:
        """Keep apart what handlers of a log write there, until they are done: None."""
        if self._owning is not None:
            self._owning(self._step if writes is None else writes)


def cut(text: str, left_out: int = 0) -> str:
    """Keep the first 10,000 characters of a text, and count the rest; `left_out` is what is gone already."""
    more = len(text) - KEPT
    if more <= 0 and not left_out:
        return text
    return f"{text[:KEPT]}\n... and {max(more, 0) + left_out} characters more"


def notes_on_printing(printed: Printed, sources: Sources) -> Iterator[Note]:
    """Tell where a debugger stopped the request, and what neither a view nor a hook nor a handler printed."""
    for filename, line, function in printed.debuggers:
        file = sources.own_file(filename)
        where = f"{function} at {file or filename}:{line}"
        text = (
            f"breakpoint() or pdb stopped the request in {where}: a server would wait there for its "
            "terminal; nobody can answer here, so the request went on as if the command continue had "
            "been typed"
        )
        yield Note(code="breakpoint", text=text, file=file, line=line if file else None)
    untold = printed.untold
    if untold.strip():  # by middleware, a converter, a body
        text = f"printed outside of views, hooks and error handlers: {output(untold)}"
        yield Note(code="printed_elsewhere", text=text)
