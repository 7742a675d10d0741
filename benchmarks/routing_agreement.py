"""Ask random requests of random maps, by the hundred thousand: does every explanation agree with the router.

Run it as `python benchmarks/routing_agreement.py [REQUESTS] [SEED]`, 500,000 by default, some minutes on two
processors. It exits with 1 when anything did not agree, and prints the first cases.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

from routing.agreement import Tally, check_agreement  # noqa: E402 - found by the line above

_PER_SEED = 5_000


def main(requests: int = 500_000, first_seed: int = 1_000) -> int:
    """Check that many requests and report the count of each outcome and verdict."""
    began = time.perf_counter()
    seeds = range(first_seed, first_seed + max(1, requests // _PER_SEED))
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        tallies = pool.map(_checked, seeds, chunksize=1)
    _report(tallies, time.perf_counter() - began)
    return 1 if any(tally.disagreements for tally in tallies) else 0


def _checked(seed: int) -> Tally:
    return check_agreement(seed, _PER_SEED)


def _report(tallies: list[Tally], seconds: float) -> None:
    disagreements = [each for tally in tallies for each in tally.disagreements]
    print(f"werkzeug {version('werkzeug')}, python {sys.version.split()[0]}, {seconds:.0f} s")
    print(f"disagreements {len(disagreements)}")
    _print_counts("outcomes", sum((tally.outcomes for tally in tallies), Counter()))
    _print_counts("verdicts and reasons", sum((tally.verdicts for tally in tallies), Counter()))
    for disagreement in disagreements[:3]:
        print(disagreement)


def _print_counts(title: str, counts: Counter[str]) -> None:
    print(f"{title}, {counts.total():,} in all")
    for name, count in counts.most_common():
        print(f"  {name:<28} {count:>10,}")


if __name__ == "__main__":
    raise SystemExit(main(*(int(argument) for argument in sys.argv[1:])))
