"""A way through lessons as lines and edits, and what a session says to it; told alike by every Python.

`python transcripts.py` would import nothing of the tests: a browser's Python runs this file as it stands.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from routelab.learner.editors import Editors
from routelab.learner.environment import LearnerEnvironment
from routelab.learner.progress import ProgressFile
from routelab.learner.settings import Settings
from routelab.lessons.course import bundled_lessons
from routelab.lessons.files import Files, project, write_project
from routelab.screen.plain import lines
from routelab.screen.shown.replies import reply_blocks
from routelab.session.course import Course
from routelab.session.lesson import LessonSession
from routelab.session.session import Session

SOLVE = "(the solution is saved)"
# What differs from run to run: the time in a signed cookie and in headers, an object's address, a folder's name.
_CHANGES = re.compile(
    r"eyJ[\w-]+\.[\w-]+\.[\w-]+|0x[0-9a-f]{6,}|\.eJ[\w.-]+|Expires=[^;]+"
    r"|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT|\d+\.\d+-\d+-\d+"
)


def transcript(moves: dict[str, list[str]], home: str) -> str:
    """Make the moves, by the number of the lesson, and return what was said, as JSON."""
    said: dict[str, list[str]] = {}
    for number, typed in moves.items():
        folder = Path(home) / number
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        session = Session(Course(bundled_lessons(), bundled=True), _learner(folder))
        said[number] = _text(session.opening(f"{number}/1"), folder)
        for line in typed:
            said[number].append(f"> {line}")
            said[number] += _text(_reply(session, line), folder)
    return json.dumps(said)


def _learner(folder: Path) -> LearnerEnvironment:
    return LearnerEnvironment(
        progress=ProgressFile(folder / "progress.json"),
        settings=Settings(folder / "settings.json"),
        work=folder / "work",
        scratch=lambda: folder / "scratch",
        now=lambda: datetime(2031, 5, 6, 12, 0, 0),
        editors=Editors(environ={}, platform="linux", which=lambda _name: None),
    )


def _reply(session: Session, line: str) -> Any:
    if line != SOLVE:
        return session.answer(line)
    place = session.place
    assert isinstance(place, LessonSession)
    main = place.main_file
    assert main is not None
    (work,) = (each for each in main.parents if each.parent.name == "work")
    write_project(project(place.lesson.folder, Files.SOLUTION), work)
    return session.answer("run")


def _text(reply: Any, folder: Path) -> list[str]:
    shown = lines(reply_blocks(reply.items))
    return [_CHANGES.sub("...", line).replace(str(folder), "HOME") for line in shown]
