"""What a terminal does with keys by itself: whether it shows them, and whether Ctrl-C is a signal.

It knows a terminal's flags, and not who reads there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import UnsupportedOperation
from typing import Protocol


class HasNumber(Protocol):
    """What has a file's number, as standard input has."""

    def fileno(self) -> int: ...


@contextmanager
def terminal_mode(source: HasNumber, *, on: str = "", off: str = "") -> Iterator[None]:
    """Let a local flag of the terminal, as `ECHO`, be on or off in this block; it does nothing elsewhere."""
    try:
        import termios  # Windows has none

        at = source.fileno()
        before = termios.tcgetattr(at)
    except ImportError:
        yield
        return
    except (termios.error, UnsupportedOperation, NotImplementedError):  # keys that come from no terminal
        yield
        return
    flags: int = (before[3] | getattr(termios, on, 0)) & ~getattr(termios, off, 0)
    termios.tcsetattr(at, termios.TCSANOW, [*before[:3], flags, *before[4:]])
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(at, termios.TCSANOW, before)
