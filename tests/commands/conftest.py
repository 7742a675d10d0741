"""What holds for every test of a command: bundled lessons are read once in a process."""

from __future__ import annotations

import pytest

from sessions import read_bundled_once, read_bundled_summary_once


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a bundled lesson, and its head, for the first command alone that asks for it."""
    monkeypatch.setattr("routelab.lessons.reading.read_lesson", read_bundled_once)
    monkeypatch.setattr("routelab.session.course.read_summary", read_bundled_summary_once)
