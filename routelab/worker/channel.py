"""The worker's end of its pipes: messages in and out, and a third one for what the app writes past them.

It takes the first three descriptors away from the app, and knows no message.
"""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock
from contextlib import suppress
from json import JSONDecoder, JSONEncoder
from os import _exit, getpid, read, write  # held here: an app may put something else in their place
from typing import Any

from routelab.endcodes import CLOSED
from routelab.worker.toolwatch import ToolWatch, identity_of

# Between these stands a mark in the third pipe; the token keeps an app from writing one by chance.
MARK_BEGINS, MARK_ENDS = b"\x1e", b"\x1f"
_encoded = JSONEncoder(separators=(",", ":"), check_circular=False).encode  # records have no circles
_decoded = JSONDecoder().decode


class Channel:
    """Reads lines of JSON, and writes them, over descriptors that the app is not given."""

    def __init__(self, token: bytes, tool: int, *, into: int, out: int, past: int) -> None:
        self._token = token
        self._tool = ToolWatch(tool)
        self._in, self._out = into, out
        self.past = past  # the descriptor of the third pipe
        self._process = getpid()
        self._known = identity_of(out)
        self._writing = allocate_lock()
        self._rest = b""

    def replaced(self, *, into: int, out: int, past: int) -> Channel:
        """Let these pipes go, in a forked child, for its own to the same tool."""
        for descriptor in (self._in, self._out, self.past):
            os.close(descriptor)
        self._tool.close()
        return Channel(self._token, self._tool.number, into=into, out=out, past=past)

    @property
    def may_be_copied(self) -> bool:
        """Whether a copy of this process would hear of the tool's end as this one does."""
        return self._tool.by_itself

    def continue_in_copy(self) -> None:
        """Let the copy of a process use its pipes, in its place."""
        self._process = getpid()
        self._writing = allocate_lock()

    def read(self) -> dict[str, Any] | None:
        """Wait for the next message; None once there will be no more."""
        begun = [self._rest]  # joined once: a message may be a long body
        while b"\n" not in begun[-1]:
            try:
                if not self._tool.wait_to_read(self._in):
                    return None
                chunk = read(self._in, 1 << 16)
            except BlockingIOError:
                _let_wait(self._in)
                continue
            except OSError:  # the app closed it
                return None
            if not chunk:
                return None
            begun.append(chunk)
        line, _, self._rest = b"".join(begun).partition(b"\n")
        message: dict[str, Any] = _decoded(line.decode())
        return message

    def write(self, message: dict[str, Any]) -> None:
        """Write a message; a child that the app forked off ends here, for it is no worker."""
        if getpid() != self._process:
            _exit(0)
        line = self._token + b" " + _encoded(message).encode() + b"\n"
        try:
            if identity_of(self._out) != self._known:  # closed by the app, and perhaps another file by now
                _exit(CLOSED)
            with self._writing:
                _write_all(self._out, line)
        except OSError:
            _exit(CLOSED)

    def mark(self, word: str) -> None:
        """Put a mark in the third pipe, between what was written before and what will be written."""
        for stream in (sys.__stdout__, sys.__stderr__):
            with suppress(OSError, ValueError):  # closed by the app
                if stream is not None:
                    stream.flush()
        with suppress(OSError):  # what is written there is then lost; the request goes on
            _write_all(self.past, MARK_BEGINS + self._token + b" " + word.encode() + MARK_ENDS)


def open_channel(token: str, tool: int) -> Channel:
    """Take the process's descriptors: messages move out of the app's sight, its output to the third pipe."""
    into, out, past = os.dup(0), os.dup(1), os.dup(2)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace", line_buffering=True)
    return Channel(token.encode(), tool, into=into, out=out, past=past)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[write(descriptor, rest) :]
        except BlockingIOError:
            _let_wait(descriptor)


def _let_wait(descriptor: int) -> None:
    """Let a pipe be waited for again, of which the app said that nobody may."""
    os.set_blocking(descriptor, True)
