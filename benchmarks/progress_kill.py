"""Kill a process that saves progress, again and again at random moments, and count what is lost.

    python benchmarks/progress_kill.py [RUNS] [SEED]

Each run starts a process that finishes pages as fast as it can and says so after each save, kills it with
SIGKILL, and holds the file against what was said. Every fifth run has two such processes on one file.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from routelab.learner.progress import ProgressFile, State

WRITER = """
import sys
from pathlib import Path
from routelab.learner.progress import ProgressFile, State
file = ProgressFile(Path(sys.argv[1]))
for number in range(1_000_000):
    file.record(sys.argv[2], f"page-{number}", State.DONE)
    print(f"page-{number}", flush=True)
"""
MOST_SECONDS = 0.06


def start(path: Path, lesson: str) -> subprocess.Popen[str]:
    """Start a writer, and wait until its first page is saved."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), lesson], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.read(1)
    return process


def said(process: subprocess.Popen[str]) -> set[str]:
    """Kill a writer, and return the pages whose save it had reported in full lines."""
    process.kill()
    out, _ = process.communicate()
    lines = ("p" + out).split("\n")
    return set(lines[:-1])


def main(runs: int, seed: int) -> int:
    """Run, print one line of figures as JSON, and return 1 if anything was lost."""
    chance = random.Random(seed)
    pages = lost = unreadable = left_behind = 0
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "progress.json"
        for run in range(runs):
            lessons = [f"run-{run}", f"run-{run}-too"] if run % 5 == 4 else [f"run-{run}"]
            processes = [start(path, lesson) for lesson in lessons]
            time.sleep(chance.uniform(0, MOST_SECONDS))
            reported = [said(process) for process in processes]
            left_behind += path.with_name("progress.json.new").exists()
            try:
                json.loads(path.read_bytes())
            except ValueError:
                unreadable += 1
            progress = ProgressFile(path).progress
            for lesson, finished in zip(lessons, reported, strict=True):
                kept = {page for page, state in progress.of(lesson).pages.items() if state is State.DONE}
                pages += len(finished)
                lost += len(finished - kept)
            ProgressFile(path).forget(lessons[0])
    figures = {
        "runs": runs,
        "seed": seed,
        "pages finished": pages,
        "pages lost": lost,
        "files unreadable": unreadable,
        "killed while writing": left_behind,
        "seconds": round(time.perf_counter() - began, 1),
    }
    print(json.dumps(figures))
    return 1 if lost or unreadable else 0


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(arguments + [200, 1][len(arguments) :])))
