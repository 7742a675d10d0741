"""What the app logs while a request runs, and what it writes to `wsgi.errors`.

A record is seen where its logger hands it to the handlers: no handler is added, none is asked for, and the
records go where they went before. It knows loggers and text, and no step.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any, Protocol

from routelab.tracing.facts import Logged, Note
from routelab.tracing.ourframes import without_ours
from routelab.tracing.steps.log import HANDLERS, UNFIT
from routelab.tracing.watching.code.values import message_of
from routelab.tracing.watching.printing import KEPT, Printed, cut
from routelab.tracing.watching.replacing import Replacing

_MOST = 200  # records that are kept of one request
SERVERS_STREAM = "wsgi.errors"

# Gives the logs of the request that runs here, if it is watched.
_Running = Callable[[], "Logs | None"]


class Kept(Protocol):
    """Where records are kept, each with the exception of which it is."""

    def folds(self, line: Logged, error: BaseException | None, /) -> bool:
        """Take a record into the one just before, if it says the same or goes on with it."""

    def add(self, line: Logged, error: BaseException | None, /) -> None:
        """Keep a record by itself."""


class Logs:
    """The records of one request. Each belongs to the callable that runs, or, outside of all, to `outside`.

    `handling` is told when handlers begin to run, with the place of what they write, and when they are done;
    what they print of their record is not told once more.
    """

    _kept = 0
    _in_handlers = False
    _line = ""

    def __init__(self, outside: Kept, handling: Callable[[int | None], None], printed: Printed) -> None:
        self._outside = outside
        self._handling = handling
        self._printed = printed
        self._calls: list[_OfCall] = []

    def servers_stream(self) -> StringIO:
        """Make the `wsgi.errors` of the request."""
        stream = _ServersStream()
        stream.logs = self
        return stream

    def begin(self) -> None:
        """Let what is logged from now on belong to a callable."""
        if self._line:
            self._flush()
        self._calls.append(_OfCall())

    def end(self) -> tuple[Logged, ...]:
        """Return what was logged since `begin`, less what belongs to callables inside."""
        if self._line:
            self._flush()
        return tuple(self._calls.pop()) if self._calls else ()

    def finish(self) -> Iterator[Note]:
        """Keep what was written last, though its line has no end; tell how much was left out."""
        if self._line:
            self._flush()
        if self._kept > _MOST:
            text = f"{self._kept - _MOST} more were logged after the first {_MOST}, and are left out"
            yield Note(code="log_cut", text=text)

    def forget(self) -> None:
        """Tell nobody any more: a thread that outlives the request may log."""
        self._outside, self._handling = _OfCall(), _tell_nobody

    def logged(self, record: logging.LogRecord, hand_on: Callable[[], None]) -> None:
        """Keep a record, and let its handlers have it."""
        writes = HANDLERS
        try:
            said = text = record.getMessage()
        except Exception as error:  # the handlers meet the same, and say so in their own way
            why, writes = f"{type(error).__name__}: {message_of(error)}", UNFIT
            said = f"{record.msg!s:.200}"
            text = f"{said} (its arguments do not fit: {why})"
        shown = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if shown is not None and self._calls:  # outside of all, a step tells of it
            text = f"{text[:KEPT]} ({type(shown).__name__}: {message_of(shown)})"
        self._keep(Logged(level=record.levelname, logger=record.name, text=cut(without_ours(text))), shown)
        if self._in_handlers:
            hand_on()
            return
        self._in_handlers, before = True, self._printed.mark()
        self._handling(writes)
        try:
            hand_on()
        finally:
            self._in_handlers = False
            self._handling(None)
            self._printed.repeats(said, before)

    def written(self, text: str) -> None:
        """Keep what was written straight to the server's error stream, line by line."""
        if self._in_handlers:
            return
        *lines, self._line = (self._line + without_ours(text)).split("\n")
        for line in lines:
            self._keep(Logged(level="", logger=SERVERS_STREAM, text=cut(line)))
        if len(self._line) > KEPT:
            self._flush()

    def _flush(self) -> None:
        line, self._line = self._line, ""
        self._keep(Logged(level="", logger=SERVERS_STREAM, text=cut(line)))

    def _keep(self, line: Logged, error: BaseException | None = None) -> None:
        here: Kept = self._calls[-1] if self._calls else self._outside
        if self._kept <= _MOST and here.folds(line, error):
            return
        self._kept += bool(line.text)
        if line.text and self._kept <= _MOST:
            here.add(line, error)


class _OfCall(list[Logged]):
    """The records of one call, of which each that is of an exception says so in its text."""

    def folds(self, line: Logged, _error: BaseException | None, /) -> bool:
        both = in_one(self[-1], line) if self else None
        if both is not None:
            self[-1] = both
        return both is not None

    def add(self, line: Logged, _error: BaseException | None, /) -> None:
        self.append(line)


def in_one(before: Logged, line: Logged) -> Logged | None:
    """Make one record of two in a row: of equal ones, or of lines written to the server's stream."""
    if before.level != line.level or before.logger != line.logger:
        return None
    if not line.level and len(before.text) + len(line.text) < KEPT:
        return before.replace(text=f"{before.text}\n{line.text}")
    return before.replace(times=before.times + 1) if before.text == line.text else None


def _tell_nobody(*_what: object) -> None:
    pass


class _ServersStream(StringIO):
    """The `wsgi.errors` of a request: what is written there, a server would write to its own log."""

    logs: Logs

    def write(self, text: str) -> int:
        self.logs.written(str(text))
        return len(text)

    def close(self) -> None:
        pass


def _before(original: Any, running: _Running) -> Any:
    def callHandlers(self: logging.Logger, record: logging.LogRecord) -> None:  # noqa: N802
        logs = running()
        if logs is None:
            original(self, record)
        else:
            logs.logged(record, lambda: original(self, record))

    return callHandlers


# Every record passes through this one method.
LOGGING = Replacing(logging.Logger, "callHandlers", _before)
