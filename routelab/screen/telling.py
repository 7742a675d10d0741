"""Lines of our own to standard output and standard error: the one place where a command says something.

Whatever is said may name a file, an app or a word that came from elsewhere; it must not know which.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from routelab.errors import RoutelabError
from routelab.screen.text import escape_line, with_blanks_again, without_breaks_in_code
from routelab.streams import columns

_WIDEST = 80  # columns; what is read from left to right does not spread out further


def tell(*lines: str) -> None:
    """Say lines on standard output, at once: where that fails, nothing more is said of what is lost.

    There are escapes for what steers a terminal or would be a line of its own.
    """
    for line in lines:
        print(escape_line(line))
    sys.stdout.flush()


def complain(*lines: str) -> None:
    """Say lines on standard error, at once; a terminal gets them broken between words.

    What was written on standard output before stands before them, where both are read in one place.
    """
    with suppress(OSError, RoutelabError):  # that it cannot be written is told once the command has ended
        sys.stdout.flush()
    for line in lines:
        said = escape_line(line)
        print(for_readers_of(sys.stderr)(said), file=sys.stderr, flush=True)


def for_readers_of(stream: TextIO) -> Callable[[str], str]:
    """Return what becomes of a line that is written there: a terminal gets it broken between words."""
    return _broken if stream.isatty() else str


def _broken(line: str) -> str:
    """Break a line where it would be torn, but for code and what is indented, as it is to be copied."""
    room = min(columns(), _WIDEST)
    if len(line) <= room or line.startswith((" ", ">")):
        return line
    held = without_breaks_in_code(line, room - 2)
    return with_blanks_again(
        "\n".join(
            textwrap.wrap(held, room, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        )
    )


def say_waiting(file: Path) -> None:
    """Say who holds a file, before the wait: nobody wonders why nothing happens."""
    complain(f"routelab: another routelab is saving {file}; waiting for it")


def waiting_line(what: str, room: int) -> str:
    """Say in one line what is waited for, shortened so that what ends it stands there as well."""
    line, end = escape_line(f"Waiting for {what}"), ". Ctrl-C stops it."
    if len(line) + len(end) <= room:
        return line + end
    return f"{line[: max(room - len(end) - 2, 0)]}..{end}"[:room]


def tell_waiting(what: str) -> Callable[[], None]:
    """Say on the terminal what is waited for; return what wipes that off again."""
    line = waiting_line(what, columns() - 1)
    print(f"\r{line}", end="\r", file=sys.stderr, flush=True)  # over what was typed before
    return lambda: print(f"\r{' ' * len(line)}", end="\r", file=sys.stderr, flush=True)
