"""A class on a Dask cluster of two workers on this machine against `--jobs 2`, by the clock, start aside.

    python benchmarks/grading_cluster.py [SUBMISSIONS] [ROUNDS]

It needs `routelab[dask]`. Each round grades a few submissions and many, on the cluster and with `--jobs 2`,
in turn: what many take more than a few is what the submissions between them take, and no start.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from distributed import LocalCluster

from routelab.grading.assignment import assignment_of

FEW = 10


def classes(folder: Path, sizes: tuple[int, ...]) -> dict[int, Path]:
    """Write a folder of right submissions for each size."""
    solution = (assignment_of("2").folder / "solution" / "app.py").read_bytes()
    for size in sizes:
        for count in range(size):
            submission = folder / str(size) / f"{count:05}"
            submission.mkdir(parents=True)
            (submission / "app.py").write_bytes(solution)
    return {size: folder / str(size) for size in sizes}


def seconds(submissions: Path, *options: str) -> float:
    """Grade a folder, and return how long that took by the clock."""
    command = [sys.executable, "-m", "routelab", "grade", "2", str(submissions), "--format", "json"]
    began = time.monotonic()
    subprocess.run([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def main(number: int, rounds: int) -> None:
    """Print what each submission takes on both, and the ratio."""
    with (
        TemporaryDirectory() as name,
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
    ):
        made = classes(Path(name), (FEW, number))
        ways = (("--scheduler", cluster.scheduler_address), ("--jobs", "2"))
        for way in ways:
            seconds(made[FEW], *way)  # the first finds nothing in the system's memory
        pairs = []
        for _ in range(rounds):
            few, many = ([seconds(made[size], *way) for way in ways] for size in (FEW, number))
            pairs.append(
                [(long - short) / (number - FEW) for long, short in zip(many, few, strict=True)],
            )
    ratios = sorted(there / here for there, here in pairs)
    there, here = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    print(
        f"cluster {there:.1f} ms a submission, --jobs 2 {here:.1f} ms, ratio {statistics.median(ratios):.2f} "
        f"({ratios[0]:.2f} to {ratios[-1]:.2f} in {rounds} rounds)"
    )


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]) if len(sys.argv) == 3 else (150, 5))
