"""Lines of our own to standard output and standard error: the one place where a command says something.

Whatever is said may name a file, an app or a word that came from elsewhere; it must not know which.
"""

from __future__ import annotations

import sys
from pathlib import Path

from routelab.screen.text import escape_line


def tell(*lines: str) -> None:
    """Say lines on standard output, with escapes for what steers a terminal or would be a line of its own."""
    for line in lines:
        print(escape_line(line))


def complain(*lines: str) -> None:
    """Say lines on standard error, at once."""
    for line in lines:
        print(escape_line(line), file=sys.stderr, flush=True)


def say_waiting(file: Path) -> None:
    """Say who holds a file, before the wait: nobody wonders why nothing happens."""
    complain(f"routelab: another routelab is saving {file}; waiting for it")
