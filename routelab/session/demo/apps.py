"""The apps that a demo is shown on: a session for each time that its lines are run anew.

It finds and loads apps; what is shown of them is the business of `session.demo`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from routelab import bundled
from routelab.lab import LOADING_LIMIT, TIME_LIMIT, Lab, load
from routelab.learner.environment import LearnerEnvironment
from routelab.lessons.course import bundled_lessons
from routelab.lessons.files import Files, project, write_project
from routelab.session.course import Course
from routelab.session.demo.script import DemoLine, DemoScript
from routelab.session.play import PlaySession
from routelab.session.session import Session
from routelab.workers import WORKERS, WorkerSource


def app_of_script(path: Path, script: DemoScript) -> str:
    """Name the app of a script: one that lies beside it, else as it is written, else the playground."""
    if script.app is None:
        return bundled.PLAYGROUND
    beside = path.parent / script.app
    return str(beside) if beside.exists() else script.app


class DemoApps:
    """Opens sessions, each with an app of its own: `target`, or the lesson in `folder`.

    `files` is where the files lie that requests send, beside a script or in the lesson. `seconds` limits
    loading and each request, where they are not to take what they usually may; `workers` give the processes.
    """

    def __init__(
        self,
        learner: LearnerEnvironment,
        *,
        target: str | None = None,
        folder: Path | None = None,
        files: Path | None = None,
        engine: str = "auto",
        python: str | None = None,
        seconds: float | None = None,
        workers: WorkerSource = WORKERS,
    ) -> None:
        self._learner, self._workers = learner, workers
        self._target = str(folder) if target is None else target
        self._folder = folder
        self._files = files or folder
        self._engine = engine
        self._python = python
        self._seconds = seconds
        self._course = Course(bundled_lessons(), bundled=True)

    def __call__(self, line: DemoLine) -> Session:
        """Open a session for a line."""
        target = self._solution() if line.solved and self._folder is not None else self._target
        play = PlaySession(
            target,
            lambda: self._load(target),
            self._course,
            self._learner,
            limit=self._seconds or TIME_LIMIT,
        )
        play.folder = self._files
        return Session(self._course, self._learner, play)

    def _solution(self) -> str:
        """Put the lesson's app together as its solution has it."""
        assert self._folder is not None
        work = self._learner.scratch() / "solution"
        if not work.exists():
            write_project(project(self._folder, Files.SOLUTION), work)
        return str(work)

    def _load(self, target: str) -> Lab:
        ours = self._folder is not None or (not Path(target).exists() and bundled.find(target) is not None)
        return load(
            target,
            engine="routelab" if ours and self._engine == "auto" else self._engine,
            python=sys.executable if ours and self._python is None else self._python,
            seconds=self._seconds or LOADING_LIMIT,
            env_files=not ours,
            workers=self._workers,
        )
