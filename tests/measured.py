"""What coverage measures, where it is asked for: workers, for the tests that ask for it, and what is left out.

A worker is measured by coverage's own support for processes and forks. It is ended by a signal that leaves no time to
write anything, so here it first gets one that coverage answers by writing what it has.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from routelab.process.ending import WorkerEnding
from routelab.process.warm import WarmParent
from routelab.process.worker import Worker
from routelab.workers import WORKERS

ROOT = Path(__file__).parent.parent
_TO_WRITE = 3.0  # seconds
_SETTINGS = """\
[run]
branch = true
parallel = true
sigterm = true
patch = fork
data_file = {root}/.coverage
include = {root}/routelab/*
disable_warnings = no-data-collected, module-not-measured, module-not-imported, already-imported, no-ctracer
"""

_parents: dict[tuple[str, str], WarmParent] = {}  # these are measured, and all that they fork

# A line that is measured takes twice as long. These walk the same lines thousands of times, or only read the package.
_WALKED_BY_OTHERS = (
    "engine/test_engine_equals_flask.py", "engine/test_engine_generated.py", "fuzzing/", "hostile/test_every_field.py",
    "lessons/tasks/test_kinds.py", "lessons/test_bundled_lessons.py", "lessons/test_bundled_traces.py",
    "lessons/test_course_counts.py", "lessons/test_coverage.py", "lessons/test_explanations.py", "lessons/test_guide.py",
    "lessons/test_page_lengths.py", "lessons/test_slips.py",
    "repl/test_items.py", "routing/test_agreement.py", "routing/test_auditing.py", "routing/test_keeping.py",
    "session/test_whole_lessons.py", "test_contributing.py", "test_english.py",
    "test_imports.py", "test_requestline_any_text.py", "test_trace_parity.py", "truth/test_browser_cookies.py",
    "truth/test_counts.py", "truth/test_guard.py", "truth/test_never_matched.py", "truth/test_settings_unread.py",
)  # fmt: skip
# These ask Python who ran and how it ended. Where something else traces, as coverage does, it tells less of that.
_ASKING_PYTHON = ("truth/test_both_dispatchers.py", "truth/test_called_otherwise.py", "truth/test_who_ran.py")
# Of the cases of a test, which are thousands. This is odd, so that each engine has its turn.
_ONE_OF = 3


def leave_unmeasured(items: Iterable[pytest.Item]) -> None:
    """Mark what coverage need not measure again: what is found is found by fewer, and never more than there is."""
    turns: Counter[str] = Counter()
    for item in items:
        test = item.nodeid.partition("[")[0]
        in_turn = turns[test] % _ONE_OF == 0
        turns[test] += 1
        if (
            not in_turn
            or getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
            or any(name in test for name in (*_WALKED_BY_OTHERS, *_ASKING_PYTHON))
        ):
            item.add_marker("unmeasured")


@contextmanager
def unmeasured() -> Iterator[None]:
    """Let nothing be measured meanwhile. Where tests run side by side pytest-cov measures twice, and pauses one."""
    from coverage import Coverage

    paused = []
    while (measuring := Coverage.current()) is not None:
        measuring.stop()
        paused.append(measuring)
    try:
        yield
    finally:
        for each in reversed(paused):
            each.start()


def is_wanted(config: pytest.Config) -> bool:
    return bool(getattr(config.option, "cov_source", None)) and os.name == "posix"


def measure_workers(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have the workers of one test measured; `folder` is for the settings."""
    settings = folder / "coveragerc"
    if not settings.exists():
        settings.write_text(_SETTINGS.format(root=ROOT), encoding="utf-8")
    patch.setenv("COVERAGE_PROCESS_START", str(settings))
    patch.setattr(WORKERS, "_parents", _parents)
    end = Worker.end

    def end_in_order(worker: Worker, by_us: str | None = None) -> WorkerEnding:
        written = _let_write(worker) if by_us == "end" and worker.alive else None
        ending = end(worker, by_us)
        for unfinished in () if written is None else _files(written, whole=False):
            unfinished.unlink(missing_ok=True)
        return ending

    patch.setattr(Worker, "end", end_in_order)


def end_parents() -> None:
    """End what forked the measured workers, for it has been measured, too."""
    for parent in _parents.values():
        if parent.alive:
            _let_write(parent._worker)
        parent.end()


def _let_write(worker: Worker) -> int:
    """Let a worker write what it has measured, and return its number.

    Once that is there it may be killed: a fork would go on, and write all that its parent had measured as well.
    """
    pipes = worker._pipes
    pid: int = getattr(pipes, "pid", None) or pipes._process.pid  # type: ignore[attr-defined]
    os.kill(pid, signal.SIGTERM)
    until = monotonic() + _TO_WRITE
    while worker.alive and not _files(pid) and monotonic() < until:
        sleep(0.005)
    return pid


def _files(pid: int, *, whole: bool = True) -> list[Path]:
    """Return what a process has written: the name of a file that is whole ends with a digest of it."""
    return [file for file in ROOT.glob(f".coverage.*.pid{pid}.*") if file.suffix.startswith(".H") == whole]
