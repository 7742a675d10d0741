"""The three pipes of a worker, and the process at their other end, which was started here.

It moves bytes, and knows neither lines nor messages. Where the process is another's child, see `warm`.
"""

from __future__ import annotations

import contextlib
import os
import signal
from abc import ABC, abstractmethod
from typing import IO, TYPE_CHECKING

from routelab.process.ending import WorkerEnding, ending_of
from routelab.spawn import ended_within
from routelab.tracing.facts import Frame

if TYPE_CHECKING:
    from routelab.spawn import Process

TO_STOP = 1.0  # seconds that a process has to end after Ctrl-C: somebody waits for it
TO_END = 5.0  # seconds that it has where it closed its pipes, as it does when it ends by itself
_HAS_SIGNALS = os.name == "posix"  # to a process, and to its group


class Pipes(ABC):
    """A worker's pipes, however it came to be: one to write to, that of its messages, and a third."""

    def __init__(self, into: IO[bytes], out: IO[bytes], past: IO[bytes]) -> None:
        self._in, self._out, self._past = into, out, past

    def write(self, data: bytes) -> None:
        """Write to its standard input. Raises OSError or ValueError where it is gone."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._in.fileno(), rest) :]

    def read_out(self) -> bytes:
        """Wait for some of its messages; b"" at the end."""
        return _read_some(self._out)

    def read_past(self) -> bytes:
        """Wait for some of what the app wrote past them; b"" at the end."""
        return _read_some(self._past)

    def close_out(self) -> None:
        """Let the pipe of the messages go."""
        self._out.close()

    def close_past(self) -> None:
        """Let the third pipe go."""
        self._past.close()

    @property
    def process_is_gone(self) -> bool:
        """Whether the process is known to have ended: a child of its own may hold its pipes open."""
        return False

    @abstractmethod
    def interrupt(self) -> bool:
        """Send the process a signal; False where the system has none for that."""

    @abstractmethod
    def end(self, by_us: str | None, frames: tuple[Frame, ...]) -> WorkerEnding:
        """End the process and all that it started, and tell how it had ended."""

    def _close_in(self) -> None:
        with contextlib.suppress(OSError):
            self._in.close()


class StartedPipes(Pipes):
    """To a process that was started from here."""

    def __init__(self, process: Process) -> None:
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        super().__init__(process.stdin, process.stdout, process.stderr)

    @property
    def process_is_gone(self) -> bool:
        return self._process.poll() is not None

    def interrupt(self) -> bool:
        if not _HAS_SIGNALS:
            return False
        self._process.send_signal(signal.SIGINT)
        return True

    def end(self, by_us: str | None, frames: tuple[Frame, ...]) -> WorkerEnding:
        process = self._process
        if by_us is None:
            ended_within(process, TO_END)
        ended_by_itself = process.poll() is not None
        _kill_group(process.pid)
        with contextlib.suppress(OSError):
            process.kill()
        code = process.wait()
        self._close_in()
        return ending_of(by_us, code if ended_by_itself else None, frames)


def _kill_group(pid: int) -> None:
    if _HAS_SIGNALS:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


def _read_some(pipe: IO[bytes]) -> bytes:
    try:
        return os.read(pipe.fileno(), 1 << 16)
    except OSError:
        return b""
