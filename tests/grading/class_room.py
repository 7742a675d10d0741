"""Submissions of lesson 2 for tests: five kinds that differ in what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from routelab.grading.assignment import Assignment, assignment_of
from support import ROOT

LESSON = ROOT / "lessons" / "02-dynamic-segments"
STARTER = (LESSON / "app.py").read_text(encoding="utf-8")
SOLUTION = (LESSON / "solution" / "app.py").read_text(encoding="utf-8")


@cache
def lesson_two(only: str | None = None) -> Assignment:
    return assignment_of("2", only)


ARTIST = lesson_two().tasks[0]
TASKS = len(lesson_two().tasks)
WHOLE = lesson_two().max_score
NOTHING = (0,) * TASKS
NO_RULE = next(said for said in ARTIST.mistakes if "`< >`" in said)  # in whatever words the lesson has it

# By kind: app.py, None for no file; the verdict; the points of each task; the mistakes that are told.
KINDS: Mapping[str, tuple[str | None, str, tuple[int, ...], tuple[str, ...]]] = {
    "right": (SOLUTION, "graded", (1,) * TASKS, ()),
    "untouched": (STARTER, "graded", NOTHING, ()),
    "foreseen": (STARTER.replace("/artist/<name>", "/artist/{artist}"), "graded", NOTHING, (NO_RULE,)),
    "broken": ("def x(:\n", "did_not_load", NOTHING, ()),
    "missing": (None, "no_app", NOTHING, ()),
}


def submit(folder: Path, app: str | None, **files: str) -> Path:
    folder.mkdir(parents=True)
    if app is not None:
        (folder / "app.py").write_text(app, encoding="utf-8")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def whole_class(folder: Path, size: int) -> Path:
    """Write a class of this size, kind after kind."""
    kinds = list(KINDS)
    for number in range(size):
        kind = kinds[number % len(kinds)]
        submit(folder / f"{number:03}-{kind}", KINDS[kind][0])
    return folder
