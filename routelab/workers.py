"""What a host asks of a worker, and where workers come from.

It knows processes, and no message.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from routelab.messages import Limits
from routelab.process.ending import WorkerEnded, WorkerEnding
from routelab.process.pastoutput import PastOutput
from routelab.process.warm import WarmParent, can_fork
from routelab.process.worker import News, start_worker


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


class Surroundings(NamedTuple):
    """Where a host's workers come from, what they are kept within, and their environment.

    `environ` is this process's own where it is None. `trusted`: what a worker says of its folder is believed.
    """

    workers: WorkerSource = WORKERS
    limits: Limits = Limits()
    environ: Mapping[str, str] | None = None
    trusted: bool = True


OWN_SURROUNDINGS = Surroundings()
