"""A warm parent, which forks workers: ready in milliseconds, for those who want many.

It knows named pipes and asks another process about its children, which are not this one's.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from routelab.ahead import take
from routelab.process.ending import WorkerEnded, WorkerEnding, ending_of
from routelab.process.pipes import TO_END, Pipes
from routelab.process.worker import TO_START, Worker, spawned, worker_of
from routelab.tracing.facts import Frame

_TO_OBEY = 20.0  # seconds: it has nothing else to do, but a busy machine lets it wait
_TO_LOOK_AGAIN = 1.0  # seconds: to ask whether a worker still runs takes its parent a message
_HAS_FORK = hasattr(os, "fork") and hasattr(os, "mkfifo")


def can_fork() -> bool:
    """Tell whether this system has warm parents."""
    return _HAS_FORK


class WarmParent:
    """A process that forks workers, each of its own.

    `within` and `environ` are as `Spawned` has them; `pipes` is a folder that both processes see, by its name
    here and by its name there. Workers run as `user`, where that is a number: only root can have them so.
    """

    def __init__(
        self,
        python: str,
        engine: str,
        *,
        within: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
        pipes: tuple[Path, Path] | None = None,
        user: int | None = None,
    ) -> None:
        role = f"parent:{engine}"
        ahead = None if within or environ is not None else take(python, role)
        self._worker = worker_of(ahead or spawned(python, role, within, environ), has_app=False)
        self._pipes, self._user = pipes, user
        self._alone = bool(within)
        self._lock = threading.RLock()
        self._ready = False

    def worker(self) -> Worker:
        """Fork a worker. Raises BadInterpreter where it cannot start, WorkerEnded where it is gone."""
        import tempfile  # only those with many workers need it

        here, there = self._pipes or (None, None)
        with tempfile.TemporaryDirectory(prefix="routelab-", dir=here) as folder:
            for name in ("in", "out", "past"):
                os.mkfifo(Path(folder, name), 0o600)
            # Opened without waiting for the other end; from then on reading waits.
            out = os.open(Path(folder, "out"), os.O_RDONLY | os.O_NONBLOCK)
            past = os.open(Path(folder, "past"), os.O_RDONLY | os.O_NONBLOCK)
            # A worker that reads before anybody can write would take that for the end of the tool.
            nobody = os.open(Path(folder, "in"), os.O_RDONLY | os.O_NONBLOCK)
            into = os.open(Path(folder, "in"), os.O_WRONLY | os.O_NONBLOCK)
            try:
                with self._lock:
                    self.wait_until_ready()
                    seen = folder if there is None else str(there / Path(folder).name)
                    pid = self._ask("fork", TO_START, folder=seen, user=self._user)["pid"]
            except BaseException:
                for descriptor in (into, out, past):
                    os.close(descriptor)
                raise
            finally:
                os.close(nobody)
            for descriptor in (into, out, past):
                os.set_blocking(descriptor, True)
        pipes = _ForkedPipes(self, pid, into, out, past)
        return Worker(pipes, self._worker.token, self._worker.python)

    def wait_until_ready(self) -> None:
        """Wait for it. Raises BadInterpreter where it does not start."""
        with self._lock:
            if not self._ready:
                self._worker.hello()
                self._worker.ready()
                self._ready = True

    def sweep(self, beside: Worker | None = None) -> None:
        """End what workers have left behind. There must be none that still works, but the one `beside`.

        That one may end, too, where there is anything to end.
        """
        pipes = None if beside is None else beside._pipes
        pid = pipes.pid if isinstance(pipes, _ForkedPipes) else None
        self.tell("sweep", alone=self._alone, beside=pid)

    def tell(self, do: str, **more: Any) -> int | None:
        """Have something done to workers, and return the exit code that this tells of.

        A parent that is gone, or does not answer, is ended with all its workers.
        """
        with self._lock, contextlib.suppress(WorkerEnded):
            code: int | None = self._ask(do, _TO_OBEY, **more).get("code")
            return code
        return None

    def _ask(self, do: str, seconds: float, **more: Any) -> dict[str, Any]:
        """Return its reply; Ctrl-C, which came meanwhile, is raised then, for whoever waits for a worker."""
        reply = self._worker.ask(do, seconds, **more)
        if reply["interrupted"]:
            raise KeyboardInterrupt
        return reply

    @property
    def alive(self) -> bool:
        """Whether it can still fork."""
        return self._worker.alive

    def end(self) -> None:
        """End it, and its workers: they would go on until they hear that the tool has ended."""
        if self._ready and not self._alone:
            self.sweep()
        self._worker.end("end")


class _ForkedPipes(Pipes):
    """A forked worker's; its parent does to it what must be done, for its number may mean nothing here."""

    def __init__(self, parent: WarmParent, pid: int, into: int, out: int, past: int) -> None:
        self._parent, self.pid = parent, pid
        super().__init__(open(into, "wb", 0), open(out, "rb", 0), open(past, "rb", 0))  # noqa: SIM115 - `end` closes
        self._ending: WorkerEnding | None = None
        self._code: int | None = None  # as it ended, which its parent tells once
        self._looked = monotonic()

    @property
    def process_is_gone(self) -> bool:
        if self._code is None and monotonic() - self._looked > _TO_LOOK_AGAIN:
            self._code = self._parent.tell("state", pid=self.pid)
            self._looked = monotonic()
        return self._code is not None

    def interrupt(self) -> bool:
        self._parent.tell("interrupt", pid=self.pid)
        return True

    def end(self, by_us: str | None, frames: tuple[Frame, ...]) -> WorkerEnding:
        if self._ending is None:
            code = self._code
            if by_us is None:
                deadline = monotonic() + TO_END
                while code is None and self._parent.alive and monotonic() < deadline:
                    if (code := self._parent.tell("state", pid=self.pid)) is None:
                        sleep(0.005)
            before = self._parent.tell("kill", pid=self.pid)
            code = before if code is None else code
            self._close_in()
            self._ending = ending_of(by_us, code, frames)
        return self._ending
