"""What a save costs until its verdict, against one load of the app: two checks of lesson 2.

Run it as `python benchmarks/saving.py [PAIRS]`. It counts processor time, that of the app's own processes
included, since a busy machine makes wall time mean nothing. Unix.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from pairs import ratio
from routelab.grading.assignment import assignment_of
from routelab.lessons.tasks.edit import EditTask, grade_edit
from routelab.lessons.tasks.running import app_factory


def main(pairs: int = 20) -> None:
    """Print the median milliseconds of both, taken in turn, and the median ratio of the pairs."""
    lesson = assignment_of("2")
    name, task = next(
        (it.id, it.task) for it in lesson.tasks if isinstance(it.task, EditTask) and len(it.task.checks) == 2
    )
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "app.py").write_bytes((lesson.folder / "solution" / "app.py").read_bytes())
        load = app_factory(folder, lesson.engine)

        def save() -> None:
            assert grade_edit(task, load).passed

        taken = [(_processor(save), _processor(lambda: load().close())) for _ in range(pairs + 1)][1:]
    low, _, high = statistics.quantiles((mine / theirs for mine, theirs in taken), n=4)
    ours, theirs = (statistics.median(column) * 1000 for column in zip(*taken, strict=True))
    print(f"a save of {name}, two checks: {ours:.0f} ms; a load: {theirs:.0f} ms")
    print(f"ratio {ratio(taken):.2f} ({low:.2f} to {high:.2f})")


def _processor(job: Callable[[], object]) -> float:
    """Return the processor seconds of a job, with those of the processes that it waited for."""
    before = _spent()
    job()
    return _spent() - before


def _spent() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
