"""routelab in a pseudo-terminal, whose screen an emulator reads back."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

import pyte
from pyte.screens import Char

from started import ask_parent
from support import ROOT

PATIENCE = 60.0  # seconds: a busy machine lets a process wait


class _Screen(pyte.HistoryScreen):
    """A screen that answers what a program asks of it, such as where the cursor is."""

    answer: Callable[[str], None]
    # It would turn back to the last page with each character, and nobody turns pages.
    __getattribute__ = object.__getattribute__

    def write_process_input(self, data: str) -> None:
        self.answer(data)


class PseudoTerminal:
    """One run of `routelab ARGUMENTS...` on a screen of its own: forked, or in a Python of its own from the start."""

    def __init__(
        self,
        *arguments: str,
        home: Path,
        columns: int,
        rows: int,
        own_python: bool = False,
        **environ: str,
    ) -> None:
        self.screen = _Screen(columns, rows, history=5000)
        self._stream = pyte.ByteStream(self.screen)
        self._code: int | None = None
        # A size that readline has put into the environment is not in `os.environ`, and would be passed on.
        given = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        given.update(PYTHONPATH=str(ROOT), ROUTELAB_HOME=str(home), TERM="xterm", EDITOR="true", **environ)
        self._is_forked = not own_python and "COVERAGE_PROCESS_START" not in given
        if self._is_forked:
            self._file, terminal = pty.openpty()
            self._set_size(columns, rows)
            self._pid: int = ask_parent(
                terminal=os.ttyname(terminal), folder=str(Path.cwd()), environ=given, arguments=arguments
            )
            os.close(terminal)
        else:
            self._pid, self._file = pty.fork()
            if self._pid == 0:
                # As a shell gives it: where the tests run in the background, they were given one that is ignored.
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                os.execve(sys.executable, [sys.executable, "-m", "routelab", *arguments], given)
            self._set_size(columns, rows)
        self.screen.answer = self._answer

    def __enter__(self) -> PseudoTerminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)
        if not self._has_ended():
            self.kill()

    def kill(self) -> None:
        """End it as a power cut would."""
        os.kill(self._pid, signal.SIGKILL)
        self._code = self._ended(wait=True)

    @property
    def lines(self) -> list[str]:
        return [self._text(self.screen.buffer[y]) for y in range(self.screen.lines)]

    @property
    def everything(self) -> str:
        """What was on the screen and has scrolled away, then what is on it."""
        return "\n".join([*map(self._text, self.screen.history.top), *self.lines])

    def _text(self, line: Mapping[int, Char]) -> str:
        """Read a line; of a character that takes two columns, the second is empty."""
        return "".join(line[x].data for x in range(self.screen.columns)).rstrip()

    @property
    def shows_keys(self) -> bool:
        """Whether the terminal itself shows what is typed."""
        return bool(termios.tcgetattr(self._file)[3] & termios.ECHO)

    def type(self, keys: str) -> None:
        os.write(self._file, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        self._set_size(columns, rows)

    def wait_for(self, *words: str) -> None:
        """Read until all the words are on the screen, spaces aside: a small screen breaks lines."""
        wanted = [*map(_squeezed, words)]

        def is_shown() -> bool:
            shown = _squeezed("".join(self.lines))
            return all(word in shown for word in wanted)

        self._read_until(is_shown, words)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Read until something outside of the screen holds."""
        self._read_until(condition, ("what was waited for",))

    def wait_for_end(self) -> int:
        """Read until the process ends, and return its exit code."""
        self._read_until(self._has_ended, ("the end",))
        assert self._code is not None
        while select.select([self._file], [], [], 0.05)[0]:  # what it wrote last may not have been read
            try:
                rest = os.read(self._file, 65536)
            except OSError:  # Linux says so when the other side was closed
                break
            if not rest:
                break
            self._stream.feed(rest)
        return self._code

    def _has_ended(self) -> bool:
        if self._code is None:
            self._code = self._ended(wait=False)
        return self._code is not None

    def _ended(self, *, wait: bool) -> int | None:
        """Return the exit code; None while it runs."""
        if self._is_forked:
            code: int | None = ask_parent(pid=self._pid, wait=wait)
            return code
        pid, status = os.waitpid(self._pid, 0 if wait else os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None

    def _read_until(self, condition: Callable[[], bool], wanted: tuple[str, ...]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"{wanted} never came; the screen is\n" + "\n".join(self.lines))
            if select.select([self._file], [], [], 0.05)[0]:
                try:
                    self._stream.feed(os.read(self._file, 65536))
                except OSError:  # Linux says so when the other side was closed
                    time.sleep(0.02)

    def _answer(self, data: str) -> None:
        """Answer what the program asks its terminal, such as where the cursor is."""
        os.write(self._file, data.encode())

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _squeezed(text: str) -> str:
    return "".join(text.split())
