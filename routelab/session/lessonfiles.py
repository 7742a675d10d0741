"""The files of a lesson in a learner's hands: their own copy, the app as a page tells of it, the solution.

It makes copies when they are first needed, and must not know pages or tasks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from difflib import unified_diff
from functools import cached_property
from pathlib import Path, PurePosixPath
from shutil import rmtree
from typing import TYPE_CHECKING

from routelab.learner.copies import CopyError, WorkCopy, open_copy, reset
from routelab.learner.environment import LearnerEnvironment
from routelab.lessons.files import APP_FILE, Files, Project, project, write_project, write_texts
from routelab.lessons.minimal_solution import Texts, minimal_solution
from routelab.lessons.records import Lesson
from routelab.lessons.tasks.base import Apps
from routelab.lessons.tasks.running import AppFactory, app_factory, copied_app
from routelab.regularfile import read_text
from routelab.session.reply import SKIP, Item, aside

if TYPE_CHECKING:
    from routelab.lab import Lab
    from routelab.lessons.tasks.base import Task


class TaskFiles(ABC):
    """The files that a task is about, as far as it is told of them while it is open."""

    _trouble: CopyError | None = None

    def trouble(self) -> tuple[Item, ...]:
        """Say why they cannot be kept, the first time this is asked."""
        trouble, self._trouble = self._trouble, None
        return () if trouble is None else (aside(f"{trouble}. Until then they are only kept for now."),)

    @abstractmethod
    def main_file(self, task: Task | None) -> Path:
        """Return the file to edit first."""

    @abstractmethod
    def files(self) -> Mapping[str, Path]:
        """Name the learner's files, also where they are no app yet."""

    @property
    @abstractmethod
    def reset_helps(self) -> bool:
        """Whether there would be an app with the files as they came."""

    @property
    def ways_on(self) -> str:
        """What helps where there is no app."""
        return SKIP


class LessonFiles(TaskFiles):
    """One lesson's files; `key` names the learner's folder, `engine` runs the app.

    `code_of` tells from where the files of a lesson are taken to be run, and is given a folder for copies.
    """

    def __init__(
        self,
        lesson: Lesson,
        key: str,
        engine: str,
        learner: LearnerEnvironment,
        code_of: Callable[[Path, Path], Path],
    ) -> None:
        self._code_of = code_of
        self._lesson = lesson
        self._key = key
        self._engine = engine
        self._learner = learner

    @cached_property
    def copy(self) -> WorkCopy:
        """The learner's copy; where it cannot be kept, one for this session, and `trouble` says why."""
        starter = project(self._code(), Files.STARTER)
        try:
            return open_copy(starter, self._learner.work, self._key)
        except CopyError as error:
            self._trouble = error
            return open_copy(starter, self._learner.scratch(), self._key)

    def apps(self, page: Files, loaded: Callable[[Lab], object]) -> Apps:
        """Return the apps that an answer on a page can be about; files are copied when one is first loaded.

        `loaded` is told of each lab of the learner's own app.
        """

        def own() -> Lab:
            lab = self.own_app()
            loaded(lab)
            return lab

        return Apps(
            own=own,
            page=lambda: self.page_app(page)(),
            edited=(lambda: self.edited_app()) if page is Files.SOLUTION else None,
            earlier=self.earlier_app,
            changes_needed=self.changes_needed,
        )

    @property
    def own_app(self) -> AppFactory:
        """What loads the learner's own app, anew each time."""
        return self._app(self.copy.folder)

    @property
    def edited_app(self) -> AppFactory:
        """What loads a copy of the learner's own app: what its views write, the learner's does not keep."""
        return copied_app(self.copy.files, self._learner.scratch() / f"{self._key}-edited", self._engine)

    def reset(self, now: datetime) -> Path:
        """Put the lesson's files back, and return the folder with the learner's; raises CopyError."""
        copy = self.copy.replace(starter=project(self._code(), Files.STARTER))
        return reset(copy, now)

    def page_app(self, files: Files) -> AppFactory:
        """Return what loads the app that a page tells of, whatever the learner made of theirs."""
        return self._app(self._pristine[files])

    def earlier_app(self, lesson: Path, files: Files) -> AppFactory:
        """Return what loads the app that a page of another lesson tells of."""
        folder = self._learner.scratch() / f"earlier-{lesson.name}-{files.value}"
        if not folder.exists():
            code = self._code(lesson)
            folder.mkdir(parents=True)
            write_project(project(code, files), folder)
        return self._app(folder)

    def main_file(self, task: Task | None) -> Path:
        """Return the file of the learner's to edit first."""
        return self.copy.folder / (APP_FILE if task is None else task.main_file)

    @property
    def reset_helps(self) -> bool:
        """Whether there would be an app with the files as they came: some lessons begin with an empty one."""
        return self._lesson.loads

    def files(self) -> Mapping[str, Path]:
        """Name the files of the copy."""
        return {str(name): path for name, path in self.copy.files().items()}

    def changes_needed(self, passes: Callable[[AppFactory], bool]) -> Iterator[str]:
        """Say what to change in the learner's files until the app passes, as the lines of a unified diff."""
        own, code = self.copy.files(), self._code()
        folder = self._learner.scratch() / f"{self._key}-trial"

        def texts_pass(texts: Texts) -> bool:
            rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            write_project(own, folder)
            write_texts(texts, folder)
            return passes(self._app(folder))

        mine = _texts(own)
        wanted = _texts(project(code, Files.SOLUTION))
        changed = minimal_solution(mine, wanted, texts_pass)
        for path, text in changed.items():
            before, after = mine.get(path, "").splitlines(), text.splitlines()
            yield from unified_diff(before, after, f"yours/{path}", f"solution/{path}", lineterm="")

    @cached_property
    def _pristine(self) -> Mapping[Files, Path]:
        code, root = self._code(), self._learner.scratch()
        folders = {files: root / f"{self._key}-{files.value}" for files in Files}
        for files, folder in folders.items():
            folder.mkdir(parents=True, exist_ok=True)
            write_project(project(code, files), folder)
        return folders

    def _code(self, lesson: Path | None = None) -> Path:
        return self._code_of(lesson or self._lesson.folder, self._learner.scratch())

    def _app(self, folder: Path) -> AppFactory:
        return app_factory(folder, self._engine)


def _texts(files: Project) -> dict[PurePosixPath, str]:
    """Read the files that are text."""
    texts: dict[PurePosixPath, str] = {}
    for path, source in files.items():
        try:
            texts[path] = read_text(source)
        except UnicodeDecodeError:
            continue
    return texts
