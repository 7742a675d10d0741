"""Whole processes: commands on real Flask against `flask routes`, on the same app, in pairs.

Run it as `python benchmarks/commands.py [PAIRS]`, with routelab and Flask installed. It counts processor
time, that of the app's own process included, since a busy machine makes wall time mean nothing. Unix.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pairs import ratio
from startup import APP

FLASK = (sys.executable, "-m", "flask", "--app", "app.py", "routes")
ASKED = {
    "match": ("match", "--engine", "flask", "/user/alice"),
    "routes": ("routes", "--engine", "flask"),
    "audit": ("audit", "-A", "app.py", "--engine", "flask"),
    "request": ("request", "--engine", "flask", "/user/alice"),
}


def main(pairs: int = 15) -> None:
    """Print the median ratio of the pairs, and the middle half of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "app.py").write_text(APP, encoding="utf-8")
        for title, words in ASKED.items():
            command = (sys.executable, "-m", "routelab", *words)
            taken = [(_processor(command, folder), _processor(FLASK, folder)) for _ in range(pairs + 1)][1:]
            low, _, high = statistics.quantiles((mine / theirs for mine, theirs in taken), n=4)
            print(f"{title:<10} {ratio(taken):.2f} of flask routes ({low:.2f} to {high:.2f})", flush=True)


def _processor(command: Sequence[str], folder: Path) -> float:
    """Return the seconds of processor time of a process, and of those that it waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
