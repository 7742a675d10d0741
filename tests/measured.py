"""Coverage of what runs in workers, for the tests that ask for it, and only where coverage is asked for.

A worker is measured by coverage's own support for processes and forks. It is ended by a signal that leaves no time to
write anything, so here it first gets one that coverage answers by writing what it has.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

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
        if by_us == "end" and worker.alive:
            pipes = worker._pipes
            os.kill(getattr(pipes, "pid", None) or pipes._process.pid, signal.SIGTERM)  # type: ignore[attr-defined]
            with worker._inbox._change:
                worker._inbox._change.wait_for(lambda: not worker.alive, timeout=_TO_WRITE)
        return end(worker, by_us)

    patch.setattr(Worker, "end", end_in_order)
