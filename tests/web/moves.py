"""A way through each bundled lesson: its examples, every guess, a check of the starter and of the solution."""

from __future__ import annotations

from collections.abc import Iterator

from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.mine import MineTask
from routelab.lessons.tasks.predict import PredictTask
from routelab.lessons.tasks.review import ReviewTask
from routelab.lessons.tasks.try_ import TryTask
from sessions import bundled_lesson
from web.transcripts import SOLVE


def moves_of(number: int) -> list[str]:
    """Return the lines, in order; SOLVE stands for a save."""
    return list(_moves(number))


def _moves(number: int) -> Iterator[str]:
    for page in bundled_lesson(number).pages:
        yield f"lessons {number}/{page.id}"  # Enter may explain a finding instead
        match page.task:
            case TryTask() as task:
                yield from (request.typed for request in task.example)
            case PredictTask() as task:
                yield from "abcdefgh"[: len(task.choices)]
            case ReviewTask() as task:
                yield from "a" * len(task.questions)
            case EditTask():
                yield from ("run", SOLVE)
            case MineTask():
                yield "skip"
            case None:
                yield ""
