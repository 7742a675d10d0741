"""Workers where a system has no processes: the app runs in this one, and is asked as if it did not.

In a browser's tab the worker of the page is the process of its own. Each app has the modules, the path, the
environment and the folder that it found and made, and they are put in place while it is asked; it answers by
the same service and the same messages as in a process.
"""

from __future__ import annotations

import json
import marshal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from os.path import isdir
from pathlib import Path
from types import ModuleType
from typing import Any

from routelab.browserlimits import limits_met
from routelab.messages import Limits
from routelab.process.ending import WorkerEnding
from routelab.process.pastoutput import PastOutput
from routelab.process.worker import News
from routelab.record import Extent
from routelab.worker.processstate import ProcessState, modules_taken_out
from routelab.worker.service import Service
from routelab.workers import WORKERS

Message = dict[str, Any]
_UNBOUNDED = Limits(memory=None)


Running = Callable[[float | None], object]


def run_apps_here(running: Running | None = None) -> None:
    """Let every app that is loaded from now on run in this process.

    `running` is told the time limit of what is asked of an app, in seconds, and None when it has answered.
    """
    WORKERS.elsewhere = partial(InProcessWorker, running=running)


def load_ahead() -> None:
    """Load what an app loads with its first template, which takes a browser longer than some limits allow."""
    import_module("jinja2.sandbox")
    import_module("jinja2.ext")


class InProcessWorker:
    """Answers for one app, in this process."""

    def __init__(self, python: str, _engine: str, running: Running | None = None) -> None:
        self.python = python
        self._running = running or (lambda _seconds: None)
        self.alive = True
        self._told: list[Message] = []
        self._number = 0
        self._service = Service(self)
        self._state: ProcessState | None = None
        self._root: str | None = None

    # What a host asks of a worker

    def hello(self) -> None:
        """There is nothing to wait for."""

    def ask(self, do: str, seconds: float | None, news: News | None = None, **more: Any) -> Message:
        """Answer a message; what is told before that goes to `news`."""
        self._number += 1
        self._told.clear()
        if do == "load":  # what bounds this process is not the app's business
            more |= {"limits": _UNBOUNDED.to_json(), "own_thread": False}
            target = Path(more["folder"], more["target"] or "")
            # A name that no file can have is none, where `Path.is_dir` may raise.
            self._root = str(target if isdir(target) else target.parent)  # noqa: PTH112
        message = _as_sent({"id": self._number, "do": do, "seconds": seconds, **more})
        self._running(seconds)
        with self._in_place():
            self._service.answer(message)
        self._running(None)
        reply = self._told[-1]
        told_of = reply.get("trace") or reply.get("loaded")
        if told_of is not None:
            notes = limits_met(reply, self._told)
            told_of["notes"] = [*told_of.get("notes", ()), *(note.to_json(Extent.BRIEF) for note in notes)]
        *before, reply = map(_as_sent, self._told)
        if news is not None:
            for said in before:
                news(said)
        return reply

    def written_past(self) -> PastOutput:
        """Return nothing: there are no descriptors to write to past `sys.stdout`."""
        return PastOutput("")

    def end(self, by_us: str | None = None) -> WorkerEnding:
        """Let the app go."""
        self.alive = False
        self._state = None
        return WorkerEnding(by_us=by_us, code=0, signal=None)

    def copy(self, *, last: bool) -> bool:
        """Make none, since this process has no other; the last is the app itself."""
        return last

    def leave(self) -> None:
        """There is none."""

    def begin_again(self) -> bool:
        """Stay with the one app: the next has another worker, which costs nothing."""
        return False

    def unchanged(self) -> bool:
        """Tell nothing of libraries, which are the page's, too."""
        return False

    # What the service asks of a channel

    @property
    def past(self) -> int:
        """The descriptor of standard error: there is no pipe."""
        return 2

    def write(self, message: Message) -> None:
        """Take in what the service says."""
        self._told.append(message)

    def mark(self, word: str) -> None:
        """Need no mark: nothing is written past."""

    # Its surroundings

    @contextmanager
    def _in_place(self) -> Iterator[None]:
        """Put the app's surroundings in place, and those of everything else back."""
        others, known = ProcessState.now({}), set(sys.modules)
        own: dict[str, ModuleType] = {}
        if self._state is not None:
            own |= self._state.modules
            self._state.put_in_place()
        try:
            yield
        finally:
            folder = self._folder
            if folder is not None:
                own |= modules_taken_out(known, folder)
            for name in own:
                sys.modules.pop(name, None)
            self._state = ProcessState.now(own)
            others.put_in_place()

    @property
    def _folder(self) -> str | None:
        """Where the app's imports start, as loading it told."""
        for said in self._told:
            if "loaded" in said:
                self._root = str(said["loaded"]["folder"])
        return self._root


def _as_sent(message: Message) -> Message:
    """Make of a message what would arrive at the other end of a pipe."""
    try:
        arrived: Message = marshal.loads(marshal.dumps(message))  # nearly always, in a quarter of the time
    except ValueError:  # a rule or an endpoint may be of a class derived from `str`: it arrives as text
        arrived = json.loads(json.dumps(message))
    return arrived
