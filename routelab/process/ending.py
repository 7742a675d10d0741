"""How a worker ended, or why there is none: told as facts, and raised.

It knows no process; whoever ends one makes these.
"""

from __future__ import annotations

from typing import NamedTuple

from routelab.errors import RoutelabError, SystemRefused, lacks_something
from routelab.tracing.facts import Frame


class WorkerEnding(NamedTuple):
    """How a worker ended: by itself with a code or a signal, or by us.

    That is "limit", "interrupt", "broken" or "flood".
    """

    by_us: str | None
    code: int | None
    signal: int | None
    frames: tuple[Frame, ...] = ()


class WorkerEnded(Exception):
    """The worker is gone, or had to be ended; `ending` says how."""

    def __init__(self, ending: WorkerEnding) -> None:
        self.ending = ending
        super().__init__(str(ending))


class BadInterpreter(RoutelabError):
    """The app's interpreter cannot run a worker."""

    def __init__(self, python: str, problem: str) -> None:
        super().__init__(
            f"--python {python}: {problem}; name a Python 3.11 or later, or a virtual environment"
        )


def not_started(python: str, error: OSError) -> RoutelabError:
    """Say why the system started no process of an interpreter, which is to blame only for what is its own."""
    refused = SystemRefused.by(error) if lacks_something(error) else None
    return refused or BadInterpreter(python, error.strerror or str(error))


def ending_of(by_us: str | None, code: int | None, frames: tuple[Frame, ...]) -> WorkerEnding:
    """Tell how a process ended by what the system says of it: a code, or minus a signal.

    One that had ended when its limit was reached was not ended by that: a child may have held its pipes.
    """
    if by_us == "limit" and code is not None:
        by_us = None
    if code is not None and code < 0:
        return WorkerEnding(by_us, None, -code, frames)
    return WorkerEnding(by_us, code, None, frames)
