"""Many submissions, several at a time, each in its sandbox: judged as sandboxes become free.

It knows no file and no format; grades come as they are done, with their number in the order of the arguments.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from routelab.grading.assignment import Assignment
from routelab.grading.confinement import Confinement, Sandbox
from routelab.grading.judging import Judged, judge_submission
from routelab.grading.submissions import Submission

_PATIENCE = 10.0  # seconds for sandboxes to be cleared when the run is broken off


class RunSetup(NamedTuple):
    """What a run works with: how it confines, a folder for copies, the time limit of a request."""

    confined: Confinement
    scratch: Path
    seconds: float


def judge_all(
    assignment: Assignment, submissions: Sequence[Submission], setup: RunSetup, jobs: int
) -> Iterator[tuple[int, Judged]]:
    """Judge submissions, `jobs` at a time; each comes with its number, in the order in which they end.

    Raises what a sandbox could not do at all, such as BadInterpreter.
    """
    judge = partial(judge_submission, assignment, python=setup.confined.python, seconds=setup.seconds)
    left: Iterator[tuple[int, Submission]] = enumerate(submissions)
    taking = threading.Lock()
    done: SimpleQueue[tuple[int, Judged] | BaseException] = SimpleQueue()
    sandboxes = [
        Sandbox(setup.confined, setup.scratch, number) for number in range(min(jobs, len(submissions)))
    ]

    def work(sandbox: Sandbox) -> None:
        try:
            sandbox.start()
            while (taken := _next(left, taking)) is not None:
                number, submission = taken
                done.put((number, judge(submission, sandbox)))
        except BaseException as error:
            done.put(error)
        finally:
            sandbox.close()

    threads = [threading.Thread(target=work, args=(sandbox,), daemon=True) for sandbox in sandboxes]
    for thread in threads:
        thread.start()
    try:
        for _ in submissions:
            ended = done.get()
            if isinstance(ended, BaseException):
                raise ended
            yield ended
    finally:
        with taking:
            left = iter(())  # those that work take no more
        _end(threads, sandboxes)


def _end(threads: Sequence[threading.Thread], sandboxes: Sequence[Sandbox]) -> None:
    if any(thread.is_alive() for thread in threads):
        for sandbox in sandboxes:
            sandbox.close()
    for thread in threads:
        thread.join(_PATIENCE)


def in_order(judged: Iterator[tuple[int, Judged]]) -> Iterator[Judged]:
    """Give them in the order of their numbers, each as soon as those before it are there.

    Where Ctrl-C ends the run, those that still wait for one before them come, and then KeyboardInterrupt.
    """
    waiting: dict[int, Judged] = {}
    wanted = 0
    try:
        for number, each in judged:
            waiting[number] = each
            while wanted in waiting:
                yield waiting.pop(wanted)
                wanted += 1
    except KeyboardInterrupt:
        for number in sorted(waiting):
            yield waiting[number]
        raise


def _next(left: Iterator[tuple[int, Submission]], taking: threading.Lock) -> tuple[int, Submission] | None:
    with taking:
        return next(left, None)
