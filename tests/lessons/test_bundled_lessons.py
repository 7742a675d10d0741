"""The lessons that travel with routelab: short pages, tasks of every kind, and wrong turns foreseen."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap

import pytest

from routelab.lessons.course import bundled_lessons
from routelab.lessons.prose import Block, Code, ItemList, Paragraph, Table, plain
from routelab.lessons.records import Page
from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.mine import MineTask
from routelab.lessons.tasks.predict import PredictTask
from routelab.lessons.tasks.review import ReviewTask
from routelab.lessons.tasks.try_ import TryTask
from sessions import load_bundled

LINES, COLUMNS = 22, 80
each_lesson = pytest.mark.parametrize("folder", bundled_lessons(), ids=lambda folder: folder.name)


def height(block: Block) -> int:
    """Count the lines of a block at 80 columns, and the blank one below it."""
    match block:
        case Paragraph(text=text):
            return len(wrap(plain(text), COLUMNS)) + 1
        case ItemList(items=items):
            return sum(len(wrap(plain(item), COLUMNS - 3)) for item in items) + 1
        case Table(rows=rows):
            return len(rows) + 3
        case Code(text=text):
            return len(text.splitlines()) + 1


def lines_before_task(page: Page) -> int:
    return 2 + sum(height(block) for block in page.blocks)


@each_lesson
def test_pages_fit_a_small_terminal(folder: Path) -> None:
    heights = {page.id: lines_before_task(page) for page in load_bundled(folder).pages}
    assert {name: lines for name, lines in heights.items() if lines > LINES} == {}


@each_lesson
def test_texts_of_tasks_are_short(folder: Path) -> None:
    for page in load_bundled(folder).pages:
        if page.task is None:
            continue
        brief = page.task.brief
        assert len(wrap(plain(brief.ask), COLUMNS)) <= 2, page.id
        assert len(wrap(plain(brief.after), COLUMNS)) <= 4, page.id
        assert all(len(wrap(plain(hint), COLUMNS)) <= 2 for hint in brief.hints), page.id


@each_lesson
def test_a_lesson_opens_gently_and_ends_with_what_was_learnt(folder: Path) -> None:
    lesson = load_bundled(folder)
    taught = [page for page in lesson.pages if not isinstance(page.task, MineTask | ReviewTask)]
    tasks = [page.task for page in taught if page.task]
    assert 5 <= len(taught) <= 13
    assert 10 <= (lesson.minutes or 0) <= 20
    assert lesson.part
    assert lesson.show
    written_anew = not (folder / "app.py").read_text(encoding="utf-8")
    assert isinstance(tasks[0], EditTask if written_anew else TryTask)
    assert taught[-1].task is None
    own = [page.id for page in lesson.pages if isinstance(page.task, MineTask)]
    assert own == [page.id for page in lesson.pages[len(lesson.pages) - len(own) :]], "they come last"
    assert own == (["mine"] if (folder / "mine").is_dir() else [])
    assert sum(isinstance(task, PredictTask) and not task.brief.optional for task in tasks) <= 3
    assert all(task.brief.after for task in tasks)
    assert all(task.brief.hints for task in tasks if not isinstance(task, PredictTask))


@each_lesson
def test_only_the_last_page_says_what_comes_next(folder: Path) -> None:
    """Enter turns to the next page, so a page before the last may speak of the next lesson by that name alone."""
    for page in load_bundled(folder).pages[:-1]:
        texts = [plain(block.text) for block in page.blocks if isinstance(block, Paragraph)]
        assert not [text for text in texts if text.startswith("Next:")], page.id


@each_lesson
def test_there_are_tasks_of_every_kind_and_mistakes_foreseen(folder: Path) -> None:
    tasks = [page.task for page in load_bundled(folder).pages if page.task]
    assert {type(task) for task in tasks} - {MineTask, ReviewTask} == {TryTask, PredictTask, EditTask}
    assert all(task.mistakes for task in tasks if isinstance(task, EditTask))
    for task in tasks:
        if isinstance(task, PredictTask):
            assert any(choice.say for choice in task.choices), plain(task.brief.ask)


def test_the_very_first_task() -> None:
    empty, loop = (load_bundled(folder).pages[0].task for folder in bundled_lessons()[:2])
    assert isinstance(empty, EditTask)
    assert [str(check.request.line.path) for check in empty.checks] == ["/"]
    assert loop is not None
    assert plain(loop.brief.ask) == "Type this, then Enter: `GET /`"
