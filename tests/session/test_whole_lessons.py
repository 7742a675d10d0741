"""Every bundled lesson from start to end, with every wrong guess and every foreseen mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.learner.progress import State
from routelab.lessons.prose import plain
from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.predict import PredictTask
from sessions import (
    TAUGHT,
    Build,
    Edit,
    Home,
    bundled_lesson,
    lesson_of,
    moves_through,
    right_label,
    said,
    work_of,
)


@pytest.mark.parametrize("number", TAUGHT)
def test_a_bundled_lesson_is_finished_from_start_to_end(home: Home, number: int) -> None:
    session = home.session()
    session.opening(str(number))
    lesson = bundled_lesson(number)
    work = home.folder / "work" / lesson_of(session).summary.key
    for move in moves_through(lesson, work):
        if isinstance(move, Edit | Build):
            move.make()
            continue
        reply = session.answer(move)
    assert "You have finished" in said(reply)
    states = home.learner().progress.progress.of(lesson_of(session).summary.key).pages
    assert states == {page.id: State.DONE for page in lesson.pages}
    following = f"start lesson {number + 1}, " if number < TAUGHT[-1] else "back to the list"
    assert reply.prompt.enter.startswith(following)


@pytest.mark.parametrize("number", TAUGHT)
def test_every_wrong_guess_in_a_bundled_lesson_is_told_what_was_right(home: Home, number: int) -> None:
    lesson = bundled_lesson(number)
    for place, page in enumerate(lesson.pages, start=1):
        if not isinstance(page.task, PredictTask):
            continue
        right = right_label(lesson.folder, page.task, page.files)
        for letter, choice in zip("abcdefgh", page.task.choices, strict=False):
            session = home.session(guest=True)
            session.opening(f"{number}/{place}")
            told = said(session.answer(letter))
            assert (f"Right: {choice.label}" in told) == (letter == right)
            assert letter == right or "You said " in told
            assert letter == right or plain(choice.say) in told.replace("\n", " ")


@pytest.mark.parametrize("number", TAUGHT)
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
