"""Start the process of a worker, and nothing more: so little that a command can do it before it loads itself.

It knows interpreters and pipes, and neither messages nor apps.
"""

from __future__ import annotations

import os
import time
from _thread import allocate_lock

TYPE_CHECKING = False  # type checkers know this name; to load `typing` takes a while
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence
    from io import FileIO
    from typing import TypeAlias

    Process: TypeAlias = "subprocess.Popen[bytes] | _PosixProcess"

_PACKAGE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib takes a while to load
_IGNORED_BY_PYTHON = (13, 25)  # SIGPIPE and SIGXFSZ, which a new process has as the system made them
_BOOTSTRAP = os.path.join(_PACKAGE, "worker", "bootstrap.py")  # noqa: PTH118


class Spawned:
    """A process that was started as a worker: what it was started for, and its pipes.

    `within` are the words of a command that runs it, a sandbox's; `environ` is its environment, this one's
    where it is None.
    """

    def __init__(
        self, python: str, role: str, *, within: Sequence[str] = (), environ: Mapping[str, str] | None = None
    ) -> None:
        self.python, self.role = python, role
        # Marks the worker's own lines and marks among what an app or an interpreter writes.
        self.token = os.urandom(8).hex()
        tool = 0 if within else os.getpid()  # a sandbox has numbers of its own
        words = [*within, python, _BOOTSTRAP, self.token, _PACKAGE, str(tool), role]
        quick = None if within or environ is not None else _started_quickly(words)
        self.process: Process = quick or _started(words, environ)


def ended_within(process: Process, seconds: float) -> bool:
    """Wait for a process's end, so long at most, and tell whether it has come."""
    deadline, pause = time.monotonic() + seconds, 0.0005
    while process.poll() is None:
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        pause = min(pause * 2, left, 0.05)
        time.sleep(pause)
    return True


def _started(words: Sequence[str], environ: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
    import subprocess  # where it cannot be started quickly

    return subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ,
        # A group of its own: Ctrl-C comes to it through the tool, and its children end with it.
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


# The same without `subprocess`, which loads a dozen modules that nobody needs before the worker runs


def _started_quickly(words: Sequence[str]) -> _PosixProcess | None:
    """Start a process in a session of its own; None where that is not possible."""
    if not hasattr(os, "posix_spawnp"):
        return None
    ours, theirs = [], []
    try:
        for end_of_ours in (1, 0, 0):
            pipe = os.pipe()
            ours.append(pipe[end_of_ours])
            theirs.append(pipe[1 - end_of_ours])
        if min(ours + theirs) <= 2:  # this process was started with a stream closed
            raise NotImplementedError
        pid = os.posix_spawnp(
            words[0],
            list(words),
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, pipe, number) for number, pipe in enumerate(theirs)],
            setsid=True,
            setsigdef=_IGNORED_BY_PYTHON,
        )
    except BaseException as error:
        for descriptor in ours:
            os.close(descriptor)
        if isinstance(error, NotImplementedError):
            return None
        raise
    finally:
        for descriptor in theirs:
            os.close(descriptor)
    return _PosixProcess(pid, ours)


class _PosixProcess:
    """What is asked of a `subprocess.Popen` here."""

    def __init__(self, pid: int, pipes: Sequence[int]) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdin, self.stdout, self.stderr = map(_stream, pipes, ("wb", "rb", "rb"))
        self._waiting = allocate_lock()

    def poll(self) -> int | None:
        """Return how it ended, minus the signal if one did; None while it runs."""
        return self._waited(os.WNOHANG)

    def wait(self) -> int:
        """Wait for its end."""
        code = self._waited(0)
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it now."""
        self.send_signal(9)

    def communicate(self) -> tuple[bytes, bytes]:
        """Let the pipes go, and wait for its end."""
        for stream in (self.stdin, self.stdout, self.stderr):
            stream.close()
        self.wait()
        return b"", b""

    def _waited(self, options: int) -> int | None:
        with self._waiting:
            if self.returncode is None:
                try:
                    pid, status = os.waitpid(self.pid, options)
                except ChildProcessError:  # somebody else has waited for it
                    pid, status = self.pid, 0
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
            return self.returncode


def _stream(descriptor: int, mode: str) -> FileIO:
    return open(descriptor, mode, buffering=0)  # type: ignore[return-value]
