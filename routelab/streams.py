"""The three standard streams as the program finds them: closed, full, or read by who left; and the terminal.

It must not know what is written, nor by which command.
"""

from __future__ import annotations

import io
import os
import sys

from routelab.errors import RoutelabError

TYPE_CHECKING = False  # type checkers know this name; to load `typing` takes a while
if TYPE_CHECKING:
    from typing import IO, Any

_STANDARD = 0, 1, 2  # the descriptors of standard input, output and error


class OutputLost(RoutelabError):
    """What was to be told did not reach standard output."""

    exit_code = 74  # as sysexits.h names an input or output error

    def __init__(self, why: str) -> None:
        super().__init__(f"standard output could not be written: {why}")


class InputLost(RoutelabError):
    """Standard input cannot be read, or is no text of the encoding that it should have."""

    exit_code = 74

    def __init__(self, error: OSError | UnicodeError) -> None:
        why = getattr(error, "strerror", None) or str(error)
        super().__init__(f"standard input could not be read: {why}")


class _Output(io.FileIO):
    """Standard output that says once why it cannot be written, and takes the rest in silence.

    What is still in a buffer is written again when the program ends, which must not fail once more.
    """

    failed = False

    def write(self, data: Any, /) -> int:
        if self.failed:
            return len(memoryview(data).cast("B"))
        try:
            return super().write(data) or 0
        except BrokenPipeError:
            self.failed = True
            raise
        except OSError as error:
            self.failed = True
            raise OutputLost(error.strerror or type(error).__name__) from None


class _Errors(io.FileIO):
    """Standard error that is lost in silence: there is nowhere left to say so."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data) or 0
        except OSError:
            return len(memoryview(data).cast("B"))


def prepare() -> None:
    """Open what was closed, and write in a way that cannot end the program.

    A closed descriptor would be given to the next pipe that is opened, and then the app's messages and our
    own words would share it. What an encoding cannot say is written as an escape.
    """
    closed = [number for number in _STANDARD if not _is_open(number)]
    for number in closed:
        _open_null(number)
    if sys.stdin is None or 0 in closed:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it is the stream from now on
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")  # whoever reads a line says what is wrong with it
    sys.stdout = _stream(_Output(1, "wb", closefd=False), sys.stdout)
    sys.stderr = _stream(_Errors(2, "wb", closefd=False), sys.stderr)
    if 1 in closed:
        raise OutputLost("it is closed")


def columns() -> int:
    """Return how wide the terminal is, 80 where there is none: as `shutil`, which takes a while to load."""
    try:
        given = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        given = 0
    if given > 0:
        return given
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80


def has_terminal() -> bool:
    """Tell whether somebody sits in front of it: what is typed comes from a terminal, and is shown on one."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def shows_little() -> bool:
    """Tell whether plain lines will do: ROUTELAB_PLAIN asks for them, or the terminal can do no more."""
    asked = os.environ.get("ROUTELAB_PLAIN", "") not in ("", "0")
    return asked or os.environ.get("TERM") in ("dumb", "unknown")


def in_colour() -> bool:
    """Tell whether what is drawn may have colours (https://no-color.org)."""
    return not os.environ.get("NO_COLOR")


def finish() -> None:
    """Write what is still held back; by now nobody can be told that this failed."""
    for stream in (sys.stdout, sys.stderr):
        try:  # noqa: SIM105 - the worker starts before `contextlib` is loaded
            stream.flush()
        except (OSError, RoutelabError):
            pass


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _open_null(number: int) -> None:
    opened = os.open(os.devnull, os.O_RDWR)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
    os.set_inheritable(number, True)


def _stream(raw: io.FileIO, before: IO[str] | None) -> IO[str]:
    """Return text written to `raw` as `before` would have been; a console of Windows keeps its ways."""
    console = getattr(io, "_WindowsConsoleIO", ())
    if isinstance(before, io.TextIOWrapper) and isinstance(getattr(before.buffer, "raw", None), console):
        before.reconfigure(errors="backslashreplace")
        return before
    encoding = before.encoding if isinstance(before, io.TextIOWrapper) else "utf-8"
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=encoding,
        errors="backslashreplace",
        line_buffering=getattr(before, "line_buffering", False),
        write_through=getattr(before, "write_through", False),
    )
