"""What the tests of the prompt's behaviour share: a home, a small lesson, and an app to play with."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.lab import load
from routelab.session.play import PlaySession
from routelab.session.session import Session
from sessions import APP, Home, read_bundled_once, write_lesson
from support import write_app


@pytest.fixture(autouse=True)
def bundled_lessons_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routelab.lessons.reading.read_lesson", read_bundled_once)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(folder=tmp_path / "home")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_lesson(tmp_path / "small")


@pytest.fixture
def playing(home: Home, tmp_path: Path) -> tuple[Session, Path]:
    file = write_app(tmp_path / "shop", APP)
    learner = home.learner()
    course = home.course()
    play = PlaySession(
        "app.py", lambda: load("app.py", engine="routelab", folder=file.parent), course, learner
    )
    return Session(course, learner, play), file
