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
from time import monotonic
from typing import Any

from routelab.errors import RoutelabError, UsageError
from routelab.grading.assignment import Assignment, assignment_of
from routelab.grading.confinement import Sandbox, confinement
from routelab.grading.judging import Judged, judge_submission, lost_submission
from routelab.grading.records import SubmissionGrade
from routelab.grading.runfolder import RunFolder
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


class SchedulerLost(RoutelabError):
    """The scheduler does not answer any more."""

    def __init__(self, address: str, done: int, of: int) -> None:
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

    A batch whose worker is lost is run again, by Dask and then one by one. Raises RoutelabError where
    there is no Dask or no scheduler, SchedulerLost and WorkersCannotGrade.
    """
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise RoutelabError("--scheduler needs Dask: python -m pip install 'routelab[dask]'") from None
    with _client(distributed, address) as client:
        out = _HandedOut(distributed, client, address, assignment, submissions, run)
        for batch in batches(len(submissions), out.threads()):
            out.send(batch)
        seen = monotonic()
        while out.waiting:
            ended = out.ended()
            if client.status == "running":
                seen = monotonic()
            elif monotonic() - seen > _GONE or client.status == "closed":
                raise out.lost()
            for future in ended:
                yield from out.judged(future)


class _HandedOut:
    """The batches that the cluster has: for each the numbers of its submissions."""

    def __init__(
        self,
        distributed: Any,
        client: Any,
        address: str,
        assignment: Assignment,
        submissions: Sequence[Submission],
        run: ClusterRun,
    ) -> None:
        self._distributed, self._client, self._address = distributed, client, address
        self._assignment, self._submissions, self._run = assignment, submissions, run
        self.waiting: dict[Any, Sequence[int]] = {}
        self._done = 0

    def threads(self) -> int:
        """Ask how many batches the cluster judges at a time."""
        try:
            threads: int = sum(self._client.nthreads().values())
        except Exception:
            raise self.lost() from None
        return max(1, threads)

    def send(self, numbers: Sequence[int]) -> None:
        """Hand a batch out."""
        chosen = [self._submissions[number] for number in numbers]
        batch = [[submission.name, str(submission.path.resolve())] for submission in chosen]
        text = json.dumps({"run": self._run.to_json(), "submissions": batch})
        try:
            future = self._client.submit(judge_batch, text, pure=False)
        except Exception:
            raise self.lost() from None
        self.waiting[future] = numbers

    def ended(self) -> list[Any]:
        """Wait a moment, and return what has ended, well or not."""
        # Dask waits by the current client. TimeoutError, CancelledError of any kind: what came is looked at.
        with suppress(Exception), self._client.as_current():
            self._distributed.wait(list(self.waiting), timeout=_POLL, return_when="FIRST_COMPLETED")
        return [future for future in self.waiting if future.done()]

    def judged(self, future: Any) -> list[tuple[int, Judged]]:
        """Take what came of a batch. Raises SchedulerLost and WorkersCannotGrade.

        One whose worker was lost is sent again, a submission at a time: one of them may have ended it.
        """
        numbers = self.waiting.pop(future)
        try:
            # Until it is asked for it lies with a worker, which may be lost by then, and the scheduler too.
            text = future.result(timeout=_GONE)
        except self._distributed.KilledWorker:
            judged = self._lost_with_worker(numbers)
        except Exception as error:
            if future.status == "error":
                raise WorkersCannotGrade(f"{type(error).__name__}: {error}") from None
            raise self.lost() from None
        else:
            judged = list(zip(numbers, _read(text), strict=True))
        self._done += len(judged)
        return judged

    def _lost_with_worker(self, numbers: Sequence[int]) -> list[tuple[int, Judged]]:
        if len(numbers) == 1:
            return [(numbers[0], lost_submission(self._assignment, self._submissions[numbers[0]]))]
        for number in numbers:
            self.send([number])
        return []

    def lost(self) -> SchedulerLost:
        """Make what is said where the scheduler does not answer any more."""
        return SchedulerLost(self._address, self._done, len(self._submissions))


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
        raise UsageError(
            f"--scheduler {address!r} is not the address of a scheduler; it looks like tcp://10.0.0.1:8786"
        ) from None
    logging.disable()  # what goes wrong is said once, as what it means for the run
    try:
        client = distributed.Client(address, timeout=_CONNECTING, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        why = str(error).partition("\n")[0] or type(error).__name__
        logging.disable(logging.NOTSET)
        raise RoutelabError(
            f"no scheduler answers at {address}: {why}; start one with: dask scheduler"
        ) from None
    try:
        yield client
    finally:
        with suppress(Exception):  # a scheduler that is gone need not be taken leave of
            client.close(timeout=_POLL)
        logging.disable(logging.NOTSET)


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
        sandboxes = _sandboxes(run)
        judged = [sandboxes.judge(each) for each in submissions]
    except RoutelabError as error:
        return json.dumps({"error": str(error)})
    return json.dumps({"judged": [{"grade": each.grade.to_json(), "notes": each.notes} for each in judged]})


class _Sandboxes:
    """The sandboxes of one worker of the cluster, warm from batch to batch."""

    def __init__(self, run: ClusterRun) -> None:
        if run.version != VERSION:
            raise WorkersCannotGrade(f"a worker has routelab {VERSION}, and {run.version} is asked for")
        self._assignment = assignment_of(run.lesson, run.task)
        if self._assignment.digest != run.digest:
            raise WorkersCannotGrade(f"a worker sees another version of the lesson at {run.lesson}")
        self._seconds = run.seconds
        self._folder = RunFolder()
        self._confined = confinement(
            run.isolation,
            python=interpreter(None, {}),
            engine=self._assignment.engine,
            memory=run.memory,
            hidden=(self._assignment.folder, *map(Path, run.hidden)),
            scratch=self._folder.path,
        )
        self._free: list[Sandbox] = []
        self._made = 0
        self._lock = threading.Lock()

    def judge(self, submission: Submission) -> Judged:
        with self._lock:
            if self._free:
                sandbox = self._free.pop()
            else:
                sandbox = Sandbox(self._confined, self._folder.path, self._made)
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
        self._folder.close()


_opened: dict[ClusterRun, _Sandboxes] = {}
_opening = threading.Lock()


def _sandboxes(run: ClusterRun) -> _Sandboxes:
    """Return the sandboxes of a run, the only ones that are open here."""
    with _opening:
        if run not in _opened:
            for other in _opened.values():
                other.close()
            _opened.clear()
            _opened[run] = _Sandboxes(run)
        return _opened[run]
