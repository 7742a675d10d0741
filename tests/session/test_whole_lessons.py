"""What a session tells of each guess of the bundled lessons, and of mistakes as they are made there.

Lessons are finished in `repl/test_piped.py`, and each mistake is proven in `lessons/test_bundled_traces.py`.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from effort import chosen
from routelab.lessons.prose import plain
from routelab.lessons.tasks import predict
from routelab.lessons.tasks.base import TypedRequest
from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.predict import PredictTask
from routelab.lessons.tasks.running import AppFactory, send_afresh
from routelab.tracing.trace import Trace
from sessions import TAUGHT, Home, bundled_lesson, said, work_of


@pytest.mark.parametrize("number", chosen(TAUGHT, TAUGHT[1::5]))  # their proofs know the right one
def test_every_wrong_guess_in_a_bundled_lesson_is_told_what_was_right(
    home: Home, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[tuple[int, int], Trace] = {}

    def send_once(app: AppFactory, before: tuple[TypedRequest, ...], request: TypedRequest) -> Trace:
        asked = (place, next(nth))  # a page's request is sent to the page's app, and maybe to the learner's
        if asked not in kept:
            kept[asked] = send_afresh(app, before, request)
        return kept[asked]

    monkeypatch.setattr(predict, "send_afresh", send_once)
    lesson = bundled_lesson(number)
    for place, page in enumerate(lesson.pages, start=1):
        if not isinstance(page.task, PredictTask):
            continue
        right: list[str] = []
        for letter, choice in zip("abcdefgh", page.task.choices, strict=False):
            session = home.session(guest=True)
            session.opening(f"{number}/{place}")
            nth = count()
            told = said(session.answer(letter))
            if f"Right: {choice.label}" in told:
                right.append(letter)
            else:
                assert "You said " in told
                assert plain(choice.say) in told.replace("\n", " ")
        assert len(right) == 1, page.id


@pytest.mark.parametrize("number", chosen(TAUGHT, (0, 16)))  # their proofs recognise all of them
def test_every_foreseen_mistake_in_a_bundled_lesson_is_told_by_its_words(tmp_path: Path, number: int) -> None:
    lesson = bundled_lesson(number)
    for place, page in enumerate(lesson.pages, start=1):
        for mistake in page.task.mistakes if isinstance(page.task, EditTask) else ():
            home = Home(folder=tmp_path / f"{place}-{mistake.line}")
            session = home.session()
            session.opening(f"{number}/{place}")
            for change in mistake.replacements:
                file = work_of(home) / change.file
                file.write_text(file.read_text("utf-8").replace(change.old, change.new), "utf-8")
            assert plain(mistake.say) in said(session.answer("run")), f"{page.id}, line {mistake.line}"


def test_a_guess_that_was_made_is_told_again_with_names_as_they_are_written(home: Home) -> None:
    session = home.session()
    session.opening("5/2")
    session.answer("b")
    again = said(session.answer("lessons 5/2"))
    assert "Done: Both rules fit. Which view will run?" in again
    assert "It is by_number." in again


def test_a_solution_that_was_shown_is_not_called_done(home: Home) -> None:
    session = home.session()
    session.opening("5/2")
    session.answer("c")
    again = said(session.answer("lessons 5/2"))
    assert "Solution seen: Both rules fit. Which view will run?" in again
    assert "Done:" not in again
    assert "Solution seen: Both rules fit." in said(home.session().opening("5/2"))
