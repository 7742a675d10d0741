"""The app that is the learner's own: where it lies, how it is loaded, what is looked at when it is saved.

It makes the folder, and never puts anything in the place of a file that is there. It must not know pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from routelab.errors import RoutelabError
from routelab.lab import load
from routelab.language import say
from routelab.learner.copies import CopyError
from routelab.learner.environment import LearnerEnvironment
from routelab.lessons.files import APP_FILE, write_texts
from routelab.lessons.mine.project import LEAST, TooMuch, main_file_in, own_files, target_in, written_files
from routelab.lessons.mine.themes import DEFAULT, THEMES, Theme, theme_named
from routelab.lessons.tasks.running import OWN_LOADING_LIMIT, AppFactory, copied_app
from routelab.session.lessonfiles import TaskFiles
from routelab.session.reply import SEED, SKIP

if TYPE_CHECKING:
    from routelab.lab import Lab
    from routelab.lessons.tasks.base import Apps, Task

_COPY = "mine-checked"


def theme_of(learner: LearnerEnvironment) -> Theme:
    """Return what the learner's app is about; the first theme until they choose."""
    return theme_named(learner.progress.progress.theme) or DEFAULT


class MineFiles(TaskFiles):
    """The folder of the learner's own app."""

    least = LEAST

    def __init__(self, learner: LearnerEnvironment, *, may_seed: bool = True) -> None:
        self._learner = learner
        self._may_seed = may_seed

    @cached_property
    def folder(self) -> Path:
        """The folder, with an empty app.py where there is nothing yet; one for this session if it must be."""
        folder = self._learner.own_app
        try:
            _begin(folder)
        except OSError as error:
            self._trouble = CopyError(folder, error)
            folder = self._learner.scratch() / "mine"
            _begin(folder)
        return folder

    def main_file(self, _task: Task | None = None) -> Path:
        """Return the file to edit first."""
        return main_file_in(self.folder)

    @property
    def reset_helps(self) -> bool:
        """Nothing was there when the learner came."""
        return False

    def load(self) -> Lab:
        """Load the app where it lies: what is typed at the prompt is done for real."""
        target = target_in(self.folder)
        engine, seconds = self._learner.engine, OWN_LOADING_LIMIT
        return load(target, engine=engine, folder=self.folder, seconds=seconds, env_files=False)

    @property
    def checked_app(self) -> AppFactory:
        """What loads a copy, made anew each time: checks send forms, and the database is the learner's."""
        return copied_app(
            partial(own_files, self.folder), self._learner.scratch() / _COPY, self._learner.engine
        )

    def apps(self, lesson: Apps) -> Apps:
        """Return the apps that an answer can be about; `lesson` are those of the lesson that asks."""
        return lesson._replace(own=lambda: self.checked_app())

    @property
    def theme_question(self) -> str | None:
        """Ask what the app should be about; None once the learner chose."""
        if self._learner.progress.progress.theme is not None:
            return None
        *names, last = (f"mine {theme.name} ({say(theme.title)})" for theme in THEMES)
        return say(
            "What should your app be about? Type {names} or {last}. Until then it is {theme}.",
            names=", ".join(names),
            last=last,
            theme=say(DEFAULT.title),
        )

    def files(self) -> Mapping[str, Path]:
        """Name the files that somebody wrote."""
        with suppress(TooMuch, OSError):
            return {str(name): path for name, path in written_files(self.folder).items()}
        return {str(APP_FILE): self.folder / APP_FILE}

    @property
    def is_begun(self) -> bool:
        """Whether anything is written in the file to edit first."""
        file = self.main_file()
        try:
            return file.stat().st_size > 0
        except OSError:
            return False

    @property
    def ways_on(self) -> str:
        """What helps where there is no app; what came before may write a beginning, once."""
        return SEED if self._may_seed and not self.is_begun else SKIP

    def add(self, name: str) -> Path:
        """Make an empty file, unless it is there; raises RoutelabError for a name that leads elsewhere."""
        path = PurePosixPath(name)
        if (
            not path.parts
            or path.is_absolute()
            or ".." in path.parts
            or any(it[:1] == "." for it in path.parts)
        ):
            raise RoutelabError(f"{name!r} is not a file in your app; name one such as templates/home.html")
        file = self.folder / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(exist_ok=True)
        except OSError as error:
            raise CopyError(file, error) from None
        return file

    def seed(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        """Write the files that are not there, or empty; return their names. Raises CopyError."""
        written: list[str] = []
        try:
            for name in texts:
                file = self.folder / name
                if file.is_file() and file.stat().st_size:
                    continue
                written.append(name)
            write_texts({PurePosixPath(name): texts[name] for name in written}, self.folder)
        except OSError as error:
            raise CopyError(self.folder, error) from None
        return tuple(written)


def _begin(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not any(not entry.name.startswith((".", "__")) for entry in folder.iterdir()):
        (folder / APP_FILE).touch()
