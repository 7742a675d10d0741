"""What a host asks of a worker, and where workers come from.

It knows processes, and no message.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, Protocol, Self, TypeAlias, TypeVar

from routelab.messages import Limits
from routelab.process.ending import WorkerEnded, WorkerEnding
from routelab.process.pastoutput import PastOutput
from routelab.process.warm import WarmParent, can_fork
from routelab.process.worker import News, start_worker

Found = TypeVar("Found")


class AppWorker(Protocol):
    """What a host asks of a worker, wherever that lives; see `process.worker.Worker`."""

    def hello(self) -> None:
        """Wait until it is there. Raises BadInterpreter."""

    def ask(self, do: str, seconds: float | None, news: News | None = None, **more: Any) -> dict[str, Any]:
        """Return the reply to a message. Raises WorkerEnded."""

    def written_past(self) -> PastOutput:
        """Return what the app wrote past `sys.stdout`."""

    def end(self, by_us: str | None = None) -> WorkerEnding:
        """End it."""

    def copy(self, *, last: bool) -> bool:
        """Let a copy answer what follows, with the app as it is now; False where there can be none.

        The `last` may be the worker itself.
        """

    def leave(self) -> None:
        """End the copy."""

    def begin_again(self) -> bool:
        """Let the app go, and be as it was when this was first asked; False where it cannot be."""

    def unchanged(self) -> bool:
        """Tell whether libraries hold what they did when it was first asked to begin again."""

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""


class WorkerSource(Protocol):
    """Gives workers."""

    def worker(self, python: str, engine: str) -> AppWorker:
        """Give a worker of its own. Raises BadInterpreter."""

    def tidy(self, worker: AppWorker) -> None:
        """End what copies of a worker's have left running; that may end the worker, too."""


class Workers:
    """Makes workers in one interpreter: the first is started, later ones are forked where `warm`."""

    def __init__(self) -> None:
        self.warm = False
        self.elsewhere: Callable[[str, str], AppWorker] | None = None  # where a system has no processes
        self._lock = threading.Lock()
        self._parents: dict[tuple[str, str], WarmParent] = {}

    def worker(self, python: str, engine: str) -> AppWorker:
        """Give a worker of its own. Raises BadInterpreter."""
        if self.elsewhere is not None:
            return self.elsewhere(python, engine)
        if self.warm and can_fork():
            with self._lock:
                parent = self._parents.get((python, engine))
                if parent is None or not parent.alive:
                    parent = self._parents[python, engine] = WarmParent(python, engine)
                with suppress(WorkerEnded):  # one that is started by itself can tell why
                    return parent.worker()
        return start_worker(python, engine)

    def tidy(self, worker: AppWorker) -> None:
        """Leave what runs: it ends with its worker's group."""


WORKERS = Workers()
Look: TypeAlias = Callable[[WorkerSource], Iterable[Found]]


class ReusedWorkers:
    """Gives workers that have had apps before, and takes them back; ends with its `with` block.

    What an app does to its process beyond what can be put back, the next would find: whether that may have
    been, `unchanged` tells.
    """

    def __init__(self, workers: WorkerSource = WORKERS) -> None:
        self._workers = workers
        self._idle: dict[tuple[str, str], list[AppWorker]] = {}
        self._used: list[AppWorker] = []  # of which it is still to be told
        self._had_others = False  # whether an app had a process that had one before

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for workers in self._idle.values():
            while workers:
                workers.pop().end("end")

    def worker(self, python: str, engine: str) -> AppWorker:
        """Give a worker that nobody else has. Raises BadInterpreter."""
        idle = self._idle.setdefault((python, engine), [])
        while idle:
            if (worker := idle.pop()).alive:
                self._had_others = True
                if worker not in self._used:
                    self._used.append(worker)
                return _LentWorker(worker, idle, self._used)
        worker = self._workers.worker(python, engine)
        worker.hello()
        if not worker.begin_again():  # it has one app, and what that does stays with it
            return _LentWorker(worker, None, self._used)
        self._used.append(worker)
        return _LentWorker(worker, idle, self._used)

    def found(self, look: Look[Found]) -> tuple[Found, ...]:
        """Look for something in these processes, and where that finds anything, in one for each app instead.

        So, too, where an app may have found what another did to a library. Where each had one for itself
        already, what was found is so.
        """
        return self.found_by_each((look,))[0]

    def found_by_each(self, looks: Iterable[Look[Found]]) -> tuple[tuple[Found, ...], ...]:
        """Look for several things, each as `found` does; of libraries it is asked once, in the end."""
        self._had_others = False
        found = [(look, tuple(look(self))) for look in looks]
        unchanged = self.unchanged()
        return tuple(
            first if (unchanged and not first) or not self._had_others else tuple(look(self._workers))
            for look, first in found
        )

    def unchanged(self) -> bool:
        """Tell whether each app since this was last asked found libraries as in a process of its own.

        A process in which they have changed has no other app, and of one that has ended nobody knows.
        """
        changed = [it for it in self._used if not (it.alive and it.unchanged())]
        for workers in (self._used, *self._idle.values()):
            workers[:] = [it for it in workers if it not in changed]
        waiting = [it for workers in self._idle.values() for it in workers]
        self._used[:] = [it for it in self._used if it not in waiting]
        for worker in changed:
            worker.end("end")
        return not changed

    def tidy(self, worker: AppWorker) -> None:
        """End what copies of a worker's have left running, as far as its source does."""
        self._workers.tidy(worker)


class _LentWorker:
    """A worker of several apps; let go by one, it waits for the next among the `idle`, where it may.

    Where it may not, and has left nothing to others before, it is none of the `used` any more.
    """

    def __init__(self, worker: AppWorker, idle: list[AppWorker] | None, used: list[AppWorker]) -> None:
        self._worker, self._idle, self._used = worker, idle, used
        self.ask, self.written_past = worker.ask, worker.written_past
        self.leave, self.begin_again, self.unchanged = worker.leave, worker.begin_again, worker.unchanged

    def hello(self) -> None:
        """Wait for nothing: it has said that."""

    def copy(self, *, last: bool) -> bool:
        """Make none, for to load the app again takes less than a fork; the last may be the worker itself."""
        return last and self._worker.copy(last=True)

    def end(self, by_us: str | None = None) -> WorkerEnding:
        """Take it back, or end it where it cannot have another app."""
        if self._idle is not None and by_us == "end" and self.alive and self.begin_again():
            self._idle.append(self._worker)
            return WorkerEnding(by_us=by_us, code=None, signal=None)
        if self._worker in self._used and self.alive and self.unchanged():
            self._used.remove(self._worker)
        return self._worker.end(by_us)

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""
        return self._worker.alive


class Surroundings(NamedTuple):
    """Where a host's workers come from, what they are kept within, and their environment.

    `environ` is this process's own where it is None. `trusted`: what a worker says of its folder is believed.
    """

    workers: WorkerSource = WORKERS
    limits: Limits = Limits()
    environ: Mapping[str, str] | None = None
    trusted: bool = True


OWN_SURROUNDINGS = Surroundings()
