"""Timing in pairs, so that a ratio holds on a machine whose speed drifts.

It knows how to time, not what.
"""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


def wall_seconds(command: Sequence[str], folder: Path) -> float:
    """Run a command in a folder, and return how long it took by the clock. Raises where it fails."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def microseconds(
    jobs: Mapping[str, Callable[[], object]], rounds: int = 400, calls: int = 5
) -> dict[str, float]:
    """Call the jobs in turn, round by round; return the median microseconds of processor time of one call."""
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            began = time.process_time()
            for _ in range(calls):
                job()
            taken[name].append((time.process_time() - began) / calls * 1e6)
    return {name: statistics.median(times) for name, times in taken.items()}


def ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """Return the median of the ratios of each pair."""
    return statistics.median(first / second for first, second in pairs)
