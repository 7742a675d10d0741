"""Notes in a lesson: those that might give a task away wait for the guess, and are there after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sessions import APP, LESSON, Home, at, said, write_lesson

# A function that has no route, which is noted with its line; and one that is noted without.
ORPHAN = APP + '\n\ndef forgotten():\n    return "no route"\n'
GUESSED = LESSON.replace('request = "GET /post/-5"\nask', 'request = "POST /login name=ann"\nask')
FILE_NOTE, PLAIN_NOTE = "forgotten", "sent as JSON"


@pytest.fixture
def noting(tmp_path: Path) -> Path:
    return write_lesson(tmp_path / "small", lesson=GUESSED, app=ORPHAN)


@pytest.mark.parametrize("guess", ["a", "b", "c"])
def test_after_a_guess_right_or_wrong_every_note_is_told(home: Home, noting: Path, guess: str) -> None:
    session = at(home.session(noting), "guess")
    told = said(session.answer(guess))
    assert PLAIN_NOTE in told
    assert FILE_NOTE in told


def test_before_the_guess_a_note_about_the_file_waits(home: Home, noting: Path) -> None:
    session = at(home.session(noting), "guess")
    told = said(session.answer("GET /nothing"))
    assert FILE_NOTE not in told
    session.answer("a")
    assert FILE_NOTE in said(session.answer("GET /nothing"))


def test_a_page_that_asks_nothing_hides_no_note(home: Home, noting: Path) -> None:
    assert FILE_NOTE in said(at(home.session(noting), "read").answer("GET /nothing"))
