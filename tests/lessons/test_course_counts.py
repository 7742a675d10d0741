"""The course in figures: what learners write and guess, and what they come back to.

The figures are a promise of the course, so they are counted here, and `docs/teaching.md` tells them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache
from pathlib import Path, PurePosixPath

from lessons.sharedruns import LessonRuns
from routelab.lessons.course import bundled_lessons
from routelab.lessons.files import SOLUTION, Files, files_in, project
from routelab.lessons.records import Lesson
from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.predict import PredictTask, predicted
from routelab.lessons.tasks.review import ReviewTask
from routelab.tracing.steps.view import ViewStep
from sessions import load_bundled
from support import ROOT

MOST = 0.45  # of the answers of those that ask for a status
RIGHT_200 = 1 / 3  # of those that offer 200
WRITTEN, LINES = 30, 350
REVIEWED, FROM = 3, 4
MISCONCEPTIONS, MET_TWICE = 106, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessed:
    """A prediction with its answer; `again` is one that later lessons ask."""

    query: str
    answer: str
    offers_200: bool
    succeeds: bool
    again: bool


def added(folder: Path) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield the lines that the solution adds, blank ones aside, each with its file."""
    starter = project(folder, Files.STARTER)
    for path in files_in(folder / SOLUTION):
        before = starter[path].read_text("utf-8").splitlines() if path in starter else []
        after = (folder / SOLUTION / path).read_text("utf-8").splitlines()
        for line in list(unified_diff(before, after, lineterm="", n=0))[2:]:
            if line.startswith("+") and line[1:].strip():
                yield path, line[1:]


def routes_in(folder: Path, files: Files) -> set[str]:
    """Return the lines that make rules, and the names of the functions."""
    found: set[str] = set()
    for path, source in project(folder, files).items():
        if path.suffix == ".py":
            found |= routes_of(source.read_text("utf-8"))
    return found


def routes_of(text: str) -> set[str]:
    rules = re.findall(r"(?m)^\s*(@\w+\.(?:route|get|post|put|patch|delete)\(.*)", text)
    return {*rules, *re.findall(r"(?m)^\s*def (\w+)\(", text)}


@cache
def course() -> tuple[Lesson, ...]:
    return tuple(map(load_bundled, bundled_lessons()))


class Ran:
    """A lesson whose requests are run, each in the app that its page tells of."""

    def __init__(self, lesson: Lesson, runs: LessonRuns) -> None:
        self._lesson, self._runs = lesson, runs

    def written(self) -> Iterator[str]:
        """Name the required tasks in which a rule or a view is written."""
        for page in self._lesson.pages:
            task = page.task
            if isinstance(task, EditTask) and not task.brief.optional and self._writes(task):
                yield f"{self._lesson.name}/{page.id}"

    def _writes(self, task: EditTask) -> bool:
        """Tell whether a rule or a view has to be written: what answers a check is not in the starter."""
        there = routes_in(self._lesson.folder, Files.STARTER)
        for check in task.checks:
            view = self._runs.trace(Files.SOLUTION, check.before, check.request).first(ViewStep)
            if view is not None and routes_of("\n".join(view.source)) - there:
                return True
        return False

    def guesses(self) -> Iterator[Guessed]:
        """Run all predictions, those for later among them."""
        for page in self._lesson.pages:
            asked = [(page.task, False)] if isinstance(page.task, PredictTask) else []
            for task, again in (*asked, *((each, True) for each in page.again)):
                came = predicted(task, self._runs.trace(page.files, task.brief.before, task.request))
                response = (came.trace.redirects[-1] if came.trace.redirects else came.trace).response
                assert came.right is not None, (self._lesson.name, page.id)
                yield Guessed(
                    query=task.question.query.name,
                    answer=came.right.label,
                    offers_200=any(choice.value == 200 for choice in task.choices),
                    succeeds=response is not None and response.status < 400,
                    again=again,
                )


def figures_of(asked: Iterable[Guessed]) -> dict[str, float]:
    """Return the shares that the course promises: of successes, of the likeliest status, of right 200s."""
    guessed = tuple(asked)
    statuses = Counter(each.answer for each in guessed if each.query == "status")
    offered = [each for each in guessed if each.query == "status" and each.offers_200]
    return {
        "succeed": sum(each.succeeds for each in guessed) / len(guessed),
        "likeliest": max(statuses.values()) / statuses.total(),
        "right 200": sum(each.answer == "200" for each in offered) / len(offered),
        "other than status": 1 - statuses.total() / len(guessed),
    }


def met() -> dict[str, set[str]]:
    """Return the lessons in which each misconception is met."""
    found: dict[str, set[str]] = defaultdict(set)
    for lesson in course():
        for page in lesson.pages:
            for row in page.covers:
                found[row].add(lesson.name)
    return found


def test_learners_write_rules_and_views_and_guess_what_no_safe_answer_tells() -> None:
    written: list[str] = []
    guesses: list[Guessed] = []
    for lesson in course():
        with LessonRuns(lesson.folder) as runs:
            written += Ran(lesson, runs).written()
            guesses += Ran(lesson, runs).guesses()
    assert len(written) >= WRITTEN, written
    assert sum(1 for folder in bundled_lessons() for _ in added(folder)) >= LINES
    for again in (False, True):
        figures = figures_of(each for each in guesses if each.again is again)
        assert figures["succeed"] > 1 / 2
        assert figures["likeliest"] <= MOST
        assert figures["right 200"] >= RIGHT_200
        assert figures["other than status"] >= 1 / 2
    kinds = {each.query for each in guesses}
    assert {"status", "view", "rule", "endpoint", "arg", "header", "body", "json", "location"} <= kinds
    assert {"exception", "template", "redirects", "cookie"} <= kinds


def test_what_was_learnt_comes_back() -> None:
    for lesson in course():
        number = int(lesson.name.partition("-")[0])
        recalled = [page.task.questions for page in lesson.pages if isinstance(page.task, ReviewTask)]
        asked = [(earlier.folder, earlier.page) for questions in recalled for earlier in questions]
        assert len(set(asked)) == len(asked)
        assert len(asked) >= REVIEWED or number < FROM, lesson.name
    rows = met()
    assert len(rows) == MISCONCEPTIONS
    assert sum(len(lessons) > 1 for lessons in rows.values()) >= MET_TWICE


def test_the_guide_for_teachers_tells_the_figures() -> None:
    rows = [
        ("required tasks in which a rule or a view is written", f"{WRITTEN} or more"),
        ("lines that learners write, by the solutions", f"{LINES} or more"),
        ("predictions whose request succeeds", "more than half"),
        ("that ask for something other than the status", "half or more"),
        ("the likeliest answer among those that ask for a status", f"{round(100 * MOST)} % at most"),
        ("where 200 is offered, it is right", "in a third or more"),
        (f"of {MISCONCEPTIONS} misconceptions, met in two lessons or more", f"{MET_TWICE} or more"),
    ]
    table = "".join(f"| {what} | {figure} |\n" for what, figure in rows)
    text = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    assert f"| in the course | |\n| --- | --- |\n{table}" in text, table
