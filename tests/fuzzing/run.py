"""Try many examples of everything that comes from elsewhere: `./check fuzz [COUNT] [NAME ...]`.

COUNT is how many in all, a million where it is left out; names choose subjects. It ends with a table of faults, of
which there must be none, and shows the first examples of each.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from fuzzing.kept import KEPT
from fuzzing.outcome import Tally
from fuzzing.subjects import SUBJECTS, Subject
from routelab.workers import WORKERS

EVERY = (*SUBJECTS, *KEPT)
_BATCH = 500  # examples for which Hypothesis remembers what it has tried
_MILLION = 1_000_000
_TURN = 20_000  # examples, or a process's part of a subject where that is less


def fuzz(subject: Subject, count: int, first_seed: int) -> Tally:
    """Try so many examples of a subject."""
    tally = Tally()
    with subject.open() as try_one:
        while tally.tried < count:
            before = tally.tried

            @seed(first_seed + before)
            @settings(
                max_examples=min(_BATCH, count - before),
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
                verbosity=Verbosity.quiet,
            )
            @given(subject.examples)
            def batch(example: object) -> None:
                try_one(tally, example)

            batch()
            if tally.tried == before:
                break
    return tally


def shares(count: int, names: Sequence[str]) -> list[tuple[Subject, int]]:
    """Divide a count among the subjects that are named, or among all."""
    chosen = [subject for subject in EVERY if not names or subject.name in names]
    weights = sum(subject.weight for subject in chosen)
    return [(subject, max(1, count * subject.weight // weights)) for subject in chosen]


def turns(count: int, first_seed: int, processes: int) -> Iterator[tuple[int, int]]:
    """Divide a subject's examples among processes: how many each time, and from which seed on."""
    begun = 0
    most = min(_TURN, max(_BATCH, -(-count // processes)))
    while begun < count:
        yield min(most, count - begun), first_seed + begun
        begun += most


def fuzz_by_name(name: str, count: int, first_seed: int) -> Tally:
    """Try so many examples of the subject of a name, in a process of its own."""
    WORKERS.warm = True
    (subject,) = (subject for subject in EVERY if subject.name == name)
    return fuzz(subject, count, first_seed)


def main(words: Sequence[str]) -> int:
    """Fuzz on all processors, print a table, and return 1 where there was a fault."""
    count = int(words[0].replace("_", "")) if words and words[0][:1].isdigit() else _MILLION
    names = [word for word in words if not word[:1].isdigit()]
    processes = os.cpu_count() or 1
    began, first_seed = time.time(), int(time.time())
    print(f"{count} examples, seed {first_seed}", flush=True)
    all_of_them = Tally()
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = [
            (subject, [pool.submit(fuzz_by_name, subject.name, *turn) for turn in turns(share, first_seed, processes)])
            for subject, share in shares(count, names)
        ]  # fmt: skip
        for subject, parts in waiting:
            tally = Tally()
            for part in parts:
                tally.take(part.result())
            print(f"{tally.tried:>9}  {subject.name:<20} {tally}", flush=True)
            for fault, example, about in tally.kept:
                print(f"  {fault.value}: {example[:600]}\n    {about}", flush=True)
            all_of_them.take(tally)
    print(f"{all_of_them.tried:>9}  in all               {all_of_them}; {time.time() - began:.0f} seconds")
    return 1 if any(all_of_them.faults.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
