"""The files of a lesson in a learner's hands: their own copy, the app as a page tells of it, the solution.

It makes copies when they are first needed, and must not know pages or tasks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from routelab.lessons.copies import CopyError, WorkCopy, open_copy
from routelab.lessons.files import project, write_project
from routelab.lessons.records import Files, Lesson
from routelab.session.desk import Desk

if TYPE_CHECKING:
    from routelab.lab import Lab
    from routelab.lessons.grading import Labs


class LessonFiles:
    """One lesson's files; `key` names the learner's folder, `engine` runs the app."""

    def __init__(self, lesson: Lesson, key: str, engine: str, desk: Desk) -> None:
        self._lesson = lesson
        self._key = key
        self._engine = engine
        self._desk = desk
        self.trouble: CopyError | None = None

    @cached_property
    def copy(self) -> WorkCopy:
        """The learner's copy; where it cannot be kept, one for this session, and `trouble` says why."""
        try:
            return open_copy(self._lesson, self._desk.work, self._key)
        except CopyError as error:
            self.trouble = error
            return open_copy(self._lesson, self._desk.scratch(), self._key)

    @property
    def own_labs(self) -> Labs:
        """Load the learner's own app, anew each time."""
        return self._labs(self.copy.folder)

    def page_labs(self, files: Files) -> Labs:
        """Load the app that a page tells of, whatever the learner made of theirs."""
        return self._labs(self._pristine[files])

    def watched(self, _lab: Lab) -> Mapping[str, Path]:
        """Name the files whose saving matters."""
        return {str(name): path for name, path in self.copy.files().items()}

    def towards_solution(self) -> Iterator[str]:
        """Say what would have to change in the learner's files, as the lines of a unified diff."""
        mine = self.copy.files()
        for path, source in project(self._lesson.folder, Files.SOLUTION).items():
            try:
                wanted = source.read_text(encoding="utf-8").splitlines()
                found = mine[path].read_text(encoding="utf-8").splitlines() if path in mine else []
            except UnicodeDecodeError:
                continue
            yield from unified_diff(found, wanted, f"yours/{path}", f"solution/{path}", lineterm="")

    @cached_property
    def _pristine(self) -> Mapping[Files, Path]:
        root = self._desk.scratch()
        folders = {files: root / f"{self._key}-{files.value}" for files in Files}
        for files, folder in folders.items():
            folder.mkdir(parents=True, exist_ok=True)
            write_project(project(self._lesson.folder, files), folder)
        return folders

    def _labs(self, folder: Path) -> Labs:
        from routelab.lessons.grading import labs_in

        return labs_in(folder, self._engine)
