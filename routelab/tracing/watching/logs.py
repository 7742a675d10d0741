"""What the app logs while a request runs, and what it writes to `wsgi.errors`.

A record is seen where its logger hands it to the handlers: no handler is added, none is asked for, and the
records go where they went before. It knows loggers and text, and no step.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from io import StringIO
from typing import Any

from routelab.tracing.facts import Logged
from routelab.tracing.steps.log import HANDLERS, UNFIT
from routelab.tracing.watching.code.values import message_of
from routelab.tracing.watching.replacing import Replacing

_MOST = 200  # records that are kept of one request
_MOST_TEXT = 10_000  # characters of each
SERVERS_STREAM = "wsgi.errors"

# Gives the logs of the request that runs here, if it is watched.
_Running = Callable[[], "Logs | None"]


class Logs:
    """The records of one request. Each belongs to the callable that runs, or, outside of all, to `outside`.

    That is given the exception, too, of which the record is. `handling` is told when handlers begin to run,
    with the place of what they write, and when they are done.
    """

    _kept = 0
    _in_handlers = False
    _line = ""

    def __init__(
        self, outside: Callable[[Logged, BaseException | None], None], handling: Callable[[int | None], None]
    ) -> None:
        self._outside = outside
        self._handling = handling
        self._calls: list[list[Logged]] = []

    def servers_stream(self) -> StringIO:
        """Make the `wsgi.errors` of the request."""
        stream = _ServersStream()
        stream.logs = self
        return stream

    def begin(self) -> None:
        """Let what is logged from now on belong to a callable."""
        if self._line:
            self._flush()
        self._calls.append([])

    def end(self) -> tuple[Logged, ...]:
        """Return what was logged since `begin`, less what belongs to callables inside."""
        if self._line:
            self._flush()
        return tuple(self._calls.pop()) if self._calls else ()

    def finish(self) -> None:
        """Keep what was written last, though its line has no end."""
        if self._line:
            self._flush()

    def forget(self) -> None:
        """Tell nobody any more: a thread that outlives the request may log."""
        self._outside, self._handling = _tell_nobody, _tell_nobody

    def logged(self, record: logging.LogRecord, hand_on: Callable[[], None]) -> None:
        """Keep a record, and let its handlers have it."""
        writes = HANDLERS
        try:
            text = record.getMessage()
        except Exception as error:  # the handlers meet the same, and say so in their own way
            why, writes = f"{type(error).__name__}: {message_of(error)}", UNFIT
            text = f"{record.msg!s:.200} (its arguments do not fit: {why})"
        shown = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if shown is not None and self._calls:  # outside of all, a step tells of it
            text = f"{text[:_MOST_TEXT]} ({type(shown).__name__}: {message_of(shown)})"
        self._keep(Logged(level=record.levelname, logger=record.name, text=text[:_MOST_TEXT]), shown)
        if self._in_handlers:
            hand_on()
            return
        self._in_handlers = True
        self._handling(writes)
        try:
            hand_on()
        finally:
            self._in_handlers = False
            self._handling(None)

    def written(self, text: str) -> None:
        """Keep what was written straight to the server's error stream, line by line."""
        if self._in_handlers:
            return
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            kept = Logged(level="", logger=SERVERS_STREAM, text=line[:_MOST_TEXT])
            self._keep(kept)
        if len(self._line) > _MOST_TEXT:
            self._flush()

    def _flush(self) -> None:
        line, self._line = self._line, ""
        self._keep(Logged(level="", logger=SERVERS_STREAM, text=line[:_MOST_TEXT]))

    def _keep(self, line: Logged, error: BaseException | None = None) -> None:
        self._kept += 1
        if self._kept > _MOST or not line.text:
            return
        if self._calls:
            self._calls[-1].append(line)
        else:
            self._outside(line, error)


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
