"""A little of what `./check fuzz` tries at length, and that it finds what it looks for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import strategies as st

from effort import examples
from fuzzing.outcome import Fault, Tally, try_one
from fuzzing.run import EVERY, fuzz, shares, turns
from fuzzing.subjects import Subject, Try
from routelab.errors import RoutelabError

# What costs a process, or many files, gets fewer.
FEW = {
    "lines at the prompt": 12,
    "command lines": 8,
    "hostile apps": 10,
    "replies of a worker": 40,
    "hand-in zips": 50,
    "a lesson's translation": 40,
    "notes for teachers": 40,
    "results of grading": 60,
}


@pytest.mark.parametrize("subject", EVERY, ids=lambda subject: subject.name)
def test_nothing_of_any_kind_breaks_it(subject: Subject) -> None:
    count = examples(FEW.get(subject.name, 120))
    tally = fuzz(subject, count, first_seed=17)
    kept = [
        each for each in tally.kept if each[0] is not Fault.HANG
    ]  # a machine may be busy: `./check fuzz` counts them
    assert kept == []
    assert tally.tried >= count // 2  # a small set of examples may be exhausted


def crash() -> None:
    raise KeyError("x")


def refuse() -> None:
    raise RoutelabError("\x1b[2J is no name")


def steer() -> int:
    sys.stdout.write("\u202e")
    return 0


@pytest.mark.parametrize(
    ("what", "faults"),
    [
        (crash, {Fault.TRACEBACK}),
        (refuse, set()),
        (steer, {Fault.RAW}),
        (lambda: 70, {Fault.CODE}),
        (lambda: 2, set()),
    ],
)
def test_faults_are_counted(what: object, faults: set[Fault]) -> None:
    tally = Tally()
    try_one(tally, "an example", what)  # type: ignore[arg-type]
    assert {fault for fault, number in tally.faults.items() if number} == faults
    assert [fault for fault, _, _ in tally.kept] == [*faults]


def test_work_over_a_second_is_a_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.5])
    monkeypatch.setattr("time.thread_time", lambda: next(clock))
    tally = Tally()
    try_one(tally, "an example", lambda: None)
    assert tally.faults[Fault.HANG] == 1


def test_a_count_is_divided_and_each_is_tried_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuzzing.run._BATCH", 50)
    seen: list[int] = []

    @contextmanager
    def noting() -> Iterator[Try]:
        def note(tally: Tally, example: int) -> None:
            tally.tried += 1
            seen.append(example)

        yield note

    subject = Subject("numbers", st.integers(), noting, 1)
    assert fuzz(subject, 120, first_seed=1).tried == len(seen) == 120
    assert len(set(seen)) > 50
    assert sum(count for _, count in shares(1_000_000, [])) == pytest.approx(1_000_000, rel=0.01)
    assert [subject.name for subject, _ in shares(10, ["links"])] == ["links"]


@pytest.mark.parametrize("count", [1, 499, 501, 1_000_000])
def test_processes_try_all_of_a_count_and_nothing_twice(count: int) -> None:
    parts = list(turns(count, 7, processes=2))
    assert sum(part for part, _ in parts) == count
    assert [start for _, start in parts] == [
        7 + sum(part for part, _ in parts[:n]) for n in range(len(parts))
    ]
