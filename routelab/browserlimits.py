"""What Python in a browser's tab cannot do, and the sentence that says so: the app is not to blame.

It reads what an app raised, as JSON, and knows no worker and no screen.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from errno import ENETUNREACH, ENOSYS
from typing import Any, NamedTuple, NoReturn

from routelab.tracing.facts import Note

_NO_NETWORK = "a page in a browser has no sockets"
_NO_PROGRAMS = "a page in a browser starts no programs"
_ELSEWHERE = "on a machine with Python of its own this line works"


class _Limit(NamedTuple):
    """What an exception says, in type and message, where the browser is the reason for it."""

    code: str
    says: re.Pattern[str]
    sentence: str


_LIMITS = (
    _Limit(
        "no_threads_here",
        re.compile(r"RuntimeError: can't start new thread"),
        f"a page in a browser has only one thread; {_ELSEWHERE}",
    ),
    _Limit(
        "no_processes_here",
        re.compile(
            rf"does not support processes|No module named '_(?:multiprocessing|posixshmem)'|{_NO_PROGRAMS}"
            rf"|OSError: \[Errno {ENOSYS}\]"
        ),
        f"{_NO_PROGRAMS} and no processes; {_ELSEWHERE}",
    ),
    _Limit("no_network_here", re.compile(_NO_NETWORK), f"{_NO_NETWORK} and reaches nobody; {_ELSEWHERE}"),
    _Limit(
        "no_event_loop_here",
        re.compile(r"RuntimeError: Cannot stack switch"),
        f"a page in a browser has an event loop already, which cannot be waited for here; {_ELSEWHERE}",
    ),
    _Limit(
        "no_keyboard_here",
        re.compile(r"EOFError: EOF when reading a line"),
        "nobody can answer input() here; what a visitor sends comes with the request",
    ),
)


def say_what_is_missing() -> None:
    """Let sockets and programs fail with a sentence; a browser's Python lets them seem to work."""

    def no_network(*_args: object) -> NoReturn:
        raise OSError(ENETUNREACH, _NO_NETWORK)

    def no_programs(_command: object) -> NoReturn:
        raise OSError(ENOSYS, _NO_PROGRAMS)

    socket.socket.connect = no_network  # type: ignore[method-assign]
    socket.socket.connect_ex = no_network  # type: ignore[method-assign]
    socket.socket.bind = no_network  # type: ignore[method-assign]
    os.system = no_programs  # type: ignore[assignment]


def limits_met(reply: dict[str, Any], told: list[dict[str, Any]]) -> tuple[Note, ...]:
    """Return a note on each thing that was tried and that a browser cannot do."""
    raised = "\n".join(_raised((reply, told)))
    return tuple(Note(code=limit.code, text=limit.sentence) for limit in _LIMITS if limit.says.search(raised))


def _raised(said: object) -> Iterator[str]:
    """Find the exceptions in a message, wherever they stand: "RuntimeError: can't start new thread"."""
    if isinstance(said, dict):
        kind = said.get("exception", said.get("type"))
        if isinstance(kind, str) and isinstance(said.get("message"), str):
            yield f"{kind}: {said['message']}"
        for value in said.values():
            yield from _raised(value)
    elif isinstance(said, list | tuple):
        for each in said:
            yield from _raised(each)
