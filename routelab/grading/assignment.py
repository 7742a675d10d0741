"""A lesson as something to be graded: its edit tasks, what they are worth, and which version of it this is.

It knows lessons, and no submission.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from routelab import bundled
from routelab.errors import UsageError
from routelab.lessons.course import is_lesson, key_of
from routelab.lessons.files import MINE, content_hash, everything
from routelab.lessons.mine.judging import AppResult
from routelab.lessons.prose import plain
from routelab.lessons.reading import load_lesson
from routelab.lessons.tasks.checks import EditResult
from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.mine import MineTask


class GradedTask(NamedTuple):
    """A task whose answer is files, the page that it stands on, and the number of that page from 1."""

    id: str
    title: str
    page: int
    task: EditTask | MineTask

    @property
    def max_score(self) -> int:
        """What it is worth."""
        if self.task.points is not None:
            return self.task.points
        return sum(check.points or 0 for check in self.task.checks)

    @property
    def mistakes(self) -> tuple[str, ...]:
        """What is said of the mistakes that are foreseen."""
        if isinstance(self.task, MineTask):
            return ()
        return tuple(dict.fromkeys(plain(mistake.say) for mistake in self.task.mistakes))

    def score(self, result: EditResult | AppResult) -> int:
        """Return what a result is worth."""
        if self.task.points is not None:
            return self.task.points if result.passed else 0
        return sum(each.check.points or 0 for each in result.checks if each.passed)


class Assignment(NamedTuple):
    """What submissions are graded on. `key` is the name of a learner's copy; `engine` runs the apps.

    Of a page about the learner's own app that is `mine`, and it is the only task.
    """

    folder: Path
    name: str
    key: str
    engine: str
    tasks: tuple[GradedTask, ...]
    digest: str

    @property
    def max_score(self) -> int:
        """What all tasks are worth together."""
        return sum(task.max_score for task in self.tasks)


def assignment_of(typed: str, only: str | None = None) -> Assignment:
    """Read a lesson by its number, name or folder; `only` is the id of one task.

    Raises UsageError where there is no such lesson, or no such task in it, and LessonInvalid.
    """
    folder = Path(typed)
    if not is_lesson(folder):
        found = bundled.find(typed)
        if found is None or not is_lesson(found):
            near = bundled.meant(typed)
            hint = f"did you mean {near!r}?" if near else "name a bundled lesson or the folder of yours"
            if folder.is_dir():
                hint = "that folder has no lesson.md; name the lesson first, then the folders to grade"
            raise UsageError(f"there is no lesson {typed!r}; {hint}")
        folder = found
    folder = folder.resolve()
    lesson = load_lesson(folder)
    tasks = tuple(
        GradedTask(page.id, page.title, number, page.task)
        for number, page in enumerate(lesson.pages, start=1)
        if isinstance(page.task, EditTask) or (page.id == only and isinstance(page.task, MineTask))
    )
    if not tasks:
        raise UsageError(
            f"{lesson.name} has no task to edit an app, so there is nothing to grade; choose another lesson"
        )
    chosen = tuple(task for task in tasks if only in (None, task.id))
    if not chosen:
        known = ", ".join(task.id for task in tasks)
        raise UsageError(f"{lesson.name} has no edit task {only!r}; its edit tasks are {known}")
    is_bundled = folder.parent == bundled.lessons_folder().resolve()
    return Assignment(
        folder=folder,
        name=lesson.name,
        key=MINE if isinstance(chosen[0].task, MineTask) else key_of(folder),
        engine="routelab" if is_bundled else "auto",
        tasks=chosen,
        digest=digest_of(folder),
    )


def digest_of(folder: Path) -> str:
    """Return a hash of all files of a lesson."""
    return content_hash(everything(folder))
