"""The sample of the app that learners build: what each lesson adds to it, in the words of their theme.

It must not know tasks. A lesson's folder `mine/` has the files that the lesson adds or changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from routelab.lessons.course import lessons_in
from routelab.lessons.files import MINE, Project
from routelab.lessons.mine.project import own_files, written_in
from routelab.lessons.mine.themes import Theme, sample_in
from routelab.regularfile import read_text


def sample_files(mine: Path) -> Project:
    """Map the files of the sample after a lesson, whose folder is `mine`: each as it was last written."""
    lessons = lessons_in(mine.parent.parent)
    last = next((at for at, lesson in enumerate(lessons) if lesson.name == mine.parent.name), len(lessons))
    return last_written(lessons[: last + 1])


def last_written(lessons: Iterable[Path]) -> Project:
    """Map the files of the sample after these lessons."""
    found: Project = {}
    for lesson in lessons:
        if (lesson / MINE).is_dir():
            found = {**found, **own_files(lesson / MINE)}
    return found


def sample_texts(sample: Project, theme: Theme) -> dict[str, str]:
    """Read the files of a sample, in the words of a theme."""
    return {
        sample_in(theme, str(name)): sample_in(theme, read_text(path))
        for name, path in written_in(sample).items()
    }
