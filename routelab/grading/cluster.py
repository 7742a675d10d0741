"""Past one machine: batches of submissions go to the workers of a Dask cluster, and grades come back.

A batch is text, and so is what comes back. Its submissions and the lesson are read where the worker is, so
all machines must see them under the same names. It knows Dask, which is an extra, and no file of results.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from routelab.errors import RoutelabError, UsageError
from routelab.grading.assignment import Assignment, assignment_of
from routelab.grading.confinement import Sandbox, confinement
from routelab.grading.judging import Judged, judge_submission, lost_submission
from routelab.grading.records import SubmissionGrade
from routelab.grading.submissions import Submission
from routelab.interpreter import interpreter
from routelab.record import Record
from routelab.version import VERSION

_CONNECTING = 10.0  # seconds until a scheduler has to answer
_GONE = 30.0  # seconds for one that was there to come back
_POLL = 0.5  # seconds
_LARGEST_BATCH = 25
# Batches of what is left for each thread: they become smaller, so that at the end no worker waits long.
_ROUNDS = 2


class NoDask(RoutelabError):
    """Dask is not installed."""

    def __init__(self) -> None:
        super().__init__("--scheduler needs Dask: python -m pip install 'routelab[dask]'")


class NoAddress(UsageError):
    """What was given is no address."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(
            f"--scheduler {address!r} is not the address of a scheduler; it looks like tcp://10.0.0.1:8786"
        )


class NoScheduler(RoutelabError):
    """No scheduler answers."""

    def __init__(self, address: str, why: str) -> None:
        self.address = address
        super().__init__(f"no scheduler answers at {address}: {why}; start one with: dask scheduler")


class SchedulerLost(RoutelabError):
    """The scheduler does not answer any more."""

    def __init__(self, address: str, done: int, of: int) -> None:
        self.address = address
        super().__init__(
            f"the scheduler at {address} is gone after {done} of {of}; --resume continues an --output"
        )


class WorkersCannotGrade(RoutelabError):
    """The workers lack what they need."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the cluster's workers cannot grade: {why}")


class ClusterRun(Record):
    """What a batch has to know of the run: all of it is text and numbers."""

    lesson: str
    task: str | None
    digest: str
    version: str
    isolation: str
    memory: int
    seconds: float
    hidden: tuple[str, ...]


def judge_on_cluster(
    assignment: Assignment, submissions: Sequence[Submission], run: ClusterRun, address: str
) -> Iterator[tuple[int, Judged]]:
    """Judge submissions on a cluster; each comes with its number, as its batch ends.

    A batch whose worker is lost is run again, by Dask and then one by one. Raises NoDask, NoAddress,
    NoScheduler, SchedulerLost and WorkersCannotGrade.
    """
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise NoDask from None
    with _client(distributed, address) as client:
        threads = max(1, sum(client.nthreads().values()))
        waiting: dict[Any, list[int]] = {}

        def send(numbers: list[int]) -> None:
            batch = [
                [submissions[number].name, str(submissions[number].path.resolve())] for number in numbers
            ]
            text = json.dumps({"run": run.to_json(), "submissions": batch})
            waiting[client.submit(judge_batch, text, pure=False)] = numbers

        for batch in batches(len(submissions), threads):
            send(list(batch))
        done, seen = 0, monotonic()
        while waiting:
            ended = _ended(distributed, waiting)
            if client.status == "running":
                seen = monotonic()
            elif monotonic() - seen > _GONE or client.status == "closed":
                raise SchedulerLost(address, done, len(submissions))
            for future in ended:
                numbers = waiting.pop(future)
                if future.status == "finished":
                    for number, judged in zip(numbers, _read(future.result()), strict=True):
                        done += 1
                        yield number, judged
                elif future.status in ("cancelled", "lost"):
                    raise SchedulerLost(address, done, len(submissions))
                elif not isinstance(error := future.exception(), distributed.KilledWorker):
                    raise WorkersCannotGrade(f"{type(error).__name__}: {error}")
                elif len(numbers) > 1:
                    for number in numbers:
                        send([number])
                else:
                    done += 1
                    yield numbers[0], lost_submission(assignment, submissions[numbers[0]])


def batches(count: int, threads: int) -> Iterator[range]:
    """Divide so many submissions among the threads of a cluster: 30 among 2 are 7, 5, 4, 3, 2, 2, 1, ..."""
    begin = 0
    while begin < count:
        size = max(1, min(_LARGEST_BATCH, (count - begin) // (threads * _ROUNDS)))
        yield range(begin, begin + size)
        begin += size


@contextmanager
def _client(distributed: Any, address: str) -> Iterator[Any]:
    try:
        distributed.comm.addressing.get_address_host_port(address)
    except Exception:
        raise NoAddress(address) from None
    logging.disable()  # what goes wrong is said once, as what it means for the run
    try:
        client = distributed.Client(address, timeout=_CONNECTING, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        why = str(error).partition("\n")[0] or type(error).__name__
        logging.disable(logging.NOTSET)
        raise NoScheduler(address, why) from None
    try:
        yield client
    finally:
        client.close(timeout=_POLL)
        logging.disable(logging.NOTSET)


def _ended(distributed: Any, waiting: dict[Any, list[int]]) -> list[Any]:
    """Wait a moment, and return what has ended, well or not."""
    with suppress(Exception):  # TimeoutError, and CancelledError of any kind: what each came to is looked at
        distributed.wait(list(waiting), timeout=_POLL, return_when="FIRST_COMPLETED")
    return [future for future in waiting if future.done()]


def _read(text: str) -> list[Judged]:
    said = json.loads(text)
    if "error" in said:
        raise WorkersCannotGrade(said["error"])
    return [Judged(SubmissionGrade.from_json(each["grade"]), tuple(each["notes"])) for each in said["judged"]]


# What runs on the cluster's workers


def judge_batch(text: str) -> str:
    """Judge a batch where this is called; what kept it from that comes back as text, too."""
    said = json.loads(text)
    run = ClusterRun.from_json(said["run"])
    submissions = [Submission(name, Path(path)) for name, path in said["submissions"]]
    try:
        workshop = _workshop(run)
        judged = [workshop.judge(each) for each in submissions]
    except RoutelabError as error:
        return json.dumps({"error": str(error)})
    return json.dumps({"judged": [{"grade": each.grade.to_json(), "notes": each.notes} for each in judged]})


class _Workshop:
    """The sandboxes of one worker of the cluster, warm from batch to batch."""

    def __init__(self, run: ClusterRun) -> None:
        if run.version != VERSION:
            raise WorkersCannotGrade(f"a worker has routelab {VERSION}, and {run.version} is asked for")
        self._assignment = assignment_of(run.lesson, run.task)
        if self._assignment.digest != run.digest:
            raise WorkersCannotGrade(f"a worker sees another version of the lesson at {run.lesson}")
        self._seconds = run.seconds
        self._folder = TemporaryDirectory(prefix="routelab-grade-", ignore_cleanup_errors=True)
        self._scratch = Path(self._folder.name).resolve()
        self._scratch.chmod(0o711)
        self._confined = confinement(
            run.isolation,
            python=interpreter(None, {}),
            engine=self._assignment.engine,
            memory=run.memory,
            hidden=(self._assignment.folder, *map(Path, run.hidden)),
            scratch=self._scratch,
        )
        self._free: list[Sandbox] = []
        self._made = 0
        self._lock = threading.Lock()

    def judge(self, submission: Submission) -> Judged:
        with self._lock:
            if self._free:
                sandbox = self._free.pop()
            else:
                sandbox = Sandbox(self._confined, self._scratch, self._made)
                self._made += 1
        try:
            return judge_submission(
                self._assignment, submission, sandbox, python=self._confined.python, seconds=self._seconds
            )
        finally:
            with self._lock:
                self._free.append(sandbox)

    def close(self) -> None:
        for sandbox in self._free:
            sandbox.close()


_workshops: dict[ClusterRun, _Workshop] = {}
_opening = threading.Lock()


def _workshop(run: ClusterRun) -> _Workshop:
    """Return the workshop of a run, the only one that is open here."""
    with _opening:
        if run not in _workshops:
            for other in _workshops.values():
                other.close()
            _workshops.clear()
            _workshops[run] = _Workshop(run)
        return _workshops[run]
