"""Where a link leads: to a lesson's page, to an app to play with, or to a demo.

It makes sessions in the tab's own folder; what is typed there is the session's business.
"""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

from routelab import bundled
from routelab.lab import Lab, load
from routelab.learner.environment import LearnerEnvironment
from routelab.lessons.files import Files, project, write_project
from routelab.session.course import Course
from routelab.session.demo.apps import DemoApps
from routelab.session.demo.catalog import named_demo
from routelab.session.demo.stage import DemoStage
from routelab.session.play import PlaySession
from routelab.session.session import Session
from routelab.web.sharing import Experiment
from routelab.wholefile import write_all

PLAY, SHARED, DEMO = "play", "shared", "demo"
_MOST_SHARED = 10  # experiments of others that are kept; of more the oldest goes


class LinkedPlaces:
    """Makes the sessions of a tab; `home` is where the learner's own copies are."""

    def __init__(self, home: Path, course: Course, learner: LearnerEnvironment) -> None:
        self._home = home
        self._course = course
        self._learner = learner

    def lessons(self) -> Session:
        """Begin at the list of lessons."""
        return Session(self._course, self._learner)

    def playground(self) -> Session:
        """Play with a copy of the bundled playground."""
        folder = self._home / PLAY
        if not (folder / "app.py").is_file():
            source = bundled.lessons_folder() / bundled.PLAYGROUND
            folder.mkdir(parents=True, exist_ok=True)
            write_project(project(source, Files.STARTER), folder)
        return self._play(folder, "app.py")

    def shared(self, digest: str) -> Session | None:
        """Play with an experiment that was taken in before; None where it is not here."""
        folder = self._home / SHARED / digest
        if not digest.isalnum() or not folder.is_dir():
            return None
        return self._play(folder, (folder / ".main").read_text(encoding="utf-8"))

    def take_in(self, shared: Experiment) -> Session:
        """Write an experiment's files, unless they are here and were changed since, and play with them."""
        folder = self._home / SHARED / shared.digest
        if not folder.is_dir():
            self._make_room(folder.parent)
            files = {**shared.files, ".main": shared.main}
            write_all({folder / name: text.encode() for name, text in files.items()})
        return self._play(folder, shared.main)

    def demo(self, name: str) -> DemoStage:
        """Set a demo up: "loop", "2", "2/user". Raises RoutelabError where there is none."""
        shown = named_demo(name)
        target = shown.target or (None if shown.folder is not None else bundled.PLAYGROUND)
        apps = DemoApps(
            self._learner, target=target, folder=shown.folder, files=shown.files, engine="routelab"
        )
        return DemoStage(shown.script, apps)

    def _play(self, folder: Path, main: str) -> Session:
        def open_app() -> Lab:
            return load(main, engine="routelab", folder=folder, env_files=False)

        play = PlaySession(main, open_app, self._course, self._learner)
        play.folder = folder
        return Session(self._course, self._learner, play)

    def _make_room(self, folder: Path) -> None:
        there = sorted((it for it in folder.glob("*") if it.is_dir()), key=lambda it: it.stat().st_mtime)
        for old in there[: max(0, len(there) - _MOST_SHARED + 1)]:
            rmtree(old)
