"""Where submissions run: apart from the tool, from each other, and from the lesson's solution.

With bubblewrap each runs in a world of its own: no files but the system's, Python's and its own, no other
processes, no network. Without it there are the system's limits, and, where the tool is root, another user.
Which of both it is, is tried once. It knows processes and folders, and nothing of what is asked there.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from routelab import bundled
from routelab.errors import RoutelabError
from routelab.grading.bubblewrap import (
    PACKAGE,
    PIPES,
    TEMPORARY,
    TRIAL_SECONDS,
    WORK,
    clean_environ,
    folders_of,
    wrapping,
)
from routelab.grading.users import OwnUser, is_root, threads_of_this_user
from routelab.messages import Limits
from routelab.oneof import OneOf
from routelab.process.ending import BadInterpreter, WorkerEnded
from routelab.process.warm import WarmParent, can_fork
from routelab.process.worker import Worker, start_worker
from routelab.workers import AppWorker, Surroundings

_PROCESSES = 64  # and threads, of one submission
_OTHERS = 192  # that the user may start meanwhile: other submissions' among them
# What a worker does first: read this package, become another user, import, write into its folder.
_TRIAL = """
import os, sys
folder, user, package = sys.argv[1:]
open(package).close()
if user:
    os.setgroups([]); os.setgid(int(user)); os.setuid(int(user))
open(package).close()
import json, ctypes, encodings.idna, werkzeug, jinja2
open(os.path.join(folder, "trial"), "w").close()
os.remove(os.path.join(folder, "trial"))
"""


class Isolation(OneOf):
    """What keeps submissions apart."""

    PROCESS = "process"
    BUBBLEWRAP = "bubblewrap"


class Confinement(NamedTuple):
    """How submissions are kept apart on this machine, and how much each may use.

    `users`: each sandbox runs its submissions as a user of its own. `binds` are Python's folders that a
    sandbox shows, `hidden` what it does not show in them.
    """

    isolation: Isolation
    python: str
    engine: str
    limits: Limits
    users: bool = False
    binds: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def wrapped(self) -> bool:
        """Whether submissions run within bubblewrap."""
        return self.isolation is Isolation.BUBBLEWRAP

    @property
    def shows_below_temporary(self) -> bool:
        """Whether a sandbox shows something of Python's below its folder for temporary files."""
        shown = (*self.binds, str(PACKAGE)) if self.wrapped else ()
        return any(Path(name).is_relative_to(TEMPORARY) for name in shown)

    def command(self, folder: Path) -> tuple[str, ...]:
        """Return the words before a command that runs it for a sandbox; none without bubblewrap."""
        if not self.wrapped:
            return ()
        return tuple(wrapping(folder, users=self.users, binds=self.binds, hidden=self.hidden))


def confinement(
    asked: str, *, python: str, engine: str, memory: int, hidden: Iterable[Path], scratch: Path
) -> Confinement:
    """Find out how submissions can be kept apart here: `asked` is "auto", "process" or "bubblewrap".

    `hidden` are folders that no submission should see. Raises RoutelabError where bubblewrap alone was asked
    for, and does not work here.
    """
    limits = Limits(memory=memory, processes=_PROCESSES, file_size=50 * 1024 * 1024, files=256, final=True)
    # The system counts all that a user runs, and what runs already is not a submission's.
    beside = limits.replace(processes=_PROCESSES + threads_of_this_user() + _OTHERS)
    plain = Confinement(Isolation.PROCESS, python, engine, beside)
    root = is_root()
    why = "there is no bwrap here" if shutil.which("bwrap") is None else "bwrap does not work here"
    if asked != Isolation.PROCESS.value and shutil.which("bwrap") is not None and can_fork():
        wrapped = plain._replace(
            isolation=Isolation.BUBBLEWRAP,
            binds=folders_of(python),
            hidden=tuple(str(path.resolve()) for path in (bundled.lessons_folder(), *hidden)),
        )
        for users in (True, False) if root else (False,):
            tried = wrapped._replace(users=users, limits=limits if users else beside)
            if _works(tried, scratch):
                return tried
    if asked == Isolation.BUBBLEWRAP.value:
        raise RoutelabError(
            f"--isolation bubblewrap: {why}; install it and allow user namespaces, or leave the option out"
        )
    with_users = plain._replace(users=True, limits=limits)
    return with_users if root and can_fork() and _works(with_users, scratch) else plain


class Sandbox:
    """Where one submission after another runs: a folder for its copy, and a warm parent of its workers.

    The parent is of the same confinement as they are. `number` is 0 for the first that runs at a time.
    """

    def __init__(self, confined: Confinement, scratch: Path, number: int) -> None:
        self._confined = confined
        self._folder = scratch / str(number)
        self._user = OwnUser() if confined.users else None
        self._parent: WarmParent | None = None
        self.lay_out()

    @property
    def user(self) -> int | None:
        """The number of the user that submissions run as; None where it is this process's own."""
        return None if self._user is None else self._user.number

    @property
    def copy(self) -> Path:
        """The folder for a submission's copy."""
        return self._folder / "work"

    @property
    def seen(self) -> Path:
        """The same folder, as the submission sees it."""
        return Path(WORK) if self._confined.wrapped else self.copy

    @property
    def isolation(self) -> Isolation:
        """What keeps it apart."""
        return self._confined.isolation

    @property
    def surroundings(self) -> Surroundings:
        """What the hosts of its apps are to use."""
        temporary = TEMPORARY if self._confined.wrapped else str(self._folder / "temporary")
        environ = {**clean_environ(), "HOME": str(self.seen), "TMPDIR": temporary}
        return Surroundings(workers=self, limits=self._confined.limits, environ=environ, trusted=False)

    def lay_out(self) -> None:
        """Make the folders, empty; what a submission has left goes."""
        if self._confined.shows_below_temporary:
            self._end_parent()  # a folder that is emptied shows nothing any more to who looks through it
        for name in ("work", "temporary", "pipes"):
            folder = self._folder / name
            if folder.is_dir() and not folder.is_symlink():
                _empty(folder)
            else:
                folder.mkdir(parents=True)
            through = name == "temporary"  # which is /tmp there, and Python or this package may lie below it
            if is_root():
                owner = 0 if name == "pipes" else self.user or 0
                os.chown(folder, owner, 0 if through else owner)
            folder.chmod(0o710 if through else 0o700)
        self._folder.chmod(0o755)

    def hand_over(self) -> None:
        """Give the copy to the user that it runs as."""
        if self.user is not None:
            for path in (self.copy, *self.copy.rglob("*")):
                os.chown(path, self.user, self.user, follow_symlinks=False)

    def worker(self, python: str, engine: str) -> Worker:
        """Fork a worker; where the parent is gone, from another. Raises BadInterpreter."""
        if not can_fork():
            return start_worker(python, engine)
        for again in (False, True):
            try:
                parent = self._ready_parent(python, engine)
                parent.wait_until_ready()
                parent.sweep()  # what the check before has left would use up what this one may have
                return parent.worker()
            except WorkerEnded:
                self._end_parent()
                if again:
                    raise BadInterpreter(python, "what forks its workers ends at once") from None
        raise AssertionError

    def tidy(self, worker: AppWorker) -> None:
        """End what copies of a worker's have left running; that may end the worker, too."""
        if self._parent is not None and isinstance(worker, Worker):
            self._parent.sweep(beside=worker)
            if not self._parent.alive:  # its workers end with it, be it a little later
                worker.end("end")

    def start(self) -> None:
        """Wait for the parent. Raises BadInterpreter where it does not start: then nothing can be judged."""
        if can_fork():
            python = self._confined.python
            try:
                self._ready_parent(python, self._confined.engine).wait_until_ready()
            except WorkerEnded:
                raise BadInterpreter(python, "what forks its workers ends at once") from None

    def sweep(self) -> None:
        """End what a submission has left running, and empty its folders."""
        if self._parent is not None:
            self._parent.sweep()
        self.lay_out()

    def close(self) -> None:
        """End whatever runs here."""
        self._end_parent()
        if self._user is not None:
            self._user.close()

    def _end_parent(self) -> None:
        """End the parent, and with it its workers."""
        parent, self._parent = self._parent, None
        if parent is not None:
            parent.end()

    def _ready_parent(self, python: str, engine: str) -> WarmParent:
        if self._parent is not None and not self._parent.alive:
            self._end_parent()
        if self._parent is None:
            pipes = self._folder / "pipes"
            self._parent = WarmParent(
                python,
                engine,
                within=self._confined.command(self._folder),
                environ=clean_environ(),
                pipes=(pipes, Path(PIPES) if self._confined.wrapped else pipes),
                user=self.user,
            )
        return self._parent


def _works(confined: Confinement, scratch: Path) -> bool:
    """Try it once."""
    sandbox = Sandbox(confined, scratch, 0)
    sandbox.close()  # it is tried without a parent of workers
    command = (
        *confined.command(scratch / "0"),
        *(confined.python, "-c", _TRIAL),
        *(str(sandbox.seen), str(sandbox.user or ""), str(PACKAGE / "version.py")),
    )
    try:
        ended = subprocess.run(
            command, env=clean_environ(), capture_output=True, timeout=TRIAL_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


def _empty(folder: Path) -> None:
    """Delete what is in a folder, its rights notwithstanding."""
    folder.chmod(0o700)
    for child in list(folder.iterdir()):
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child, onerror=lambda _remove, path, _error: _open_and_delete(path))
        else:
            child.unlink()


def _open_and_delete(path: str) -> None:
    with suppress(OSError):
        parent = os.path.dirname(path)  # noqa: PTH120
        for closed in (parent, path):
            if not stat.S_ISLNK(os.lstat(closed).st_mode):
                os.chmod(closed, 0o700)  # noqa: PTH101
        if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)  # noqa: PTH108
