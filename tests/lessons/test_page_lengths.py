"""How long the course is: each page in rows of a small terminal, each lesson in minutes as it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from routelab.lessons.course import bundled_lessons
from routelab.lessons.prose import Block, Code, ItemList, Paragraph, Table, Text, plain
from routelab.lessons.records import Lesson, Page
from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.mine import MineTask
from routelab.lessons.tasks.predict import PredictTask
from routelab.lessons.tasks.review import ReviewTask
from routelab.lessons.tasks.try_ import TryTask
from routelab.lessons.teaching import load_notes
from routelab.screen.rich.console import drawn
from routelab.screen.shown.lesson import lesson_blocks
from routelab.session.reply import PageShown, TaskShown
from sessions import load_bundled

COLUMNS, ROWS = 80, 22  # of a terminal of 24 lines, for the line that is typed and the one below it
FILE = Path("~/.local/share/routelab/work/lesson/app.py")
WORDS = 120  # read in a minute, with a look at the trace; a word of code counts half
GUESS, TRY, FIX, WRITE = 0.5, 1.0, 1.5, 3.0  # minutes; review pages ask three questions
OFF = 2.0  # minutes that a claim may be away from what is counted

each_lesson = pytest.mark.parametrize("folder", bundled_lessons(), ids=lambda folder: folder.name)


def rows(lesson: Lesson, number: int, page: Page) -> int:
    blocks = [*lesson_blocks(PageShown(lesson=lesson, page=page, number=number, total=len(lesson.pages)))]
    if page.task is not None:
        file = FILE if page.task.checks_files else None
        blocks += lesson_blocks(TaskShown(task=page.task, file=file))
    return len("\n".join(drawn(blocks, width=COLUMNS, colour=False)).strip("\n").split("\n"))


@each_lesson
def test_each_page_fits_a_small_terminal(folder: Path) -> None:
    lesson = load_bundled(folder)
    longer = {page.id: rows(lesson, number, page) for number, page in enumerate(lesson.pages, start=1)}
    assert {page: count for page, count in longer.items() if count > ROWS} == {}


def minutes(pages: Iterator[Page]) -> float:
    return sum(reading(page) + doing(page) for page in pages)


def reading(page: Page) -> float:
    said = sum(map(words, page.blocks))
    if page.task is not None:
        said += spoken(page.task.brief.ask) + spoken(page.task.brief.after)
    if isinstance(page.task, EditTask):
        said += sum(spoken(check.because) for check in page.task.checks)
    return said / WORDS


def words(block: Block) -> float:
    match block:
        case Paragraph(text=text):
            return spoken(text)
        case ItemList(items=items):
            return sum(map(spoken, items))
        case Table(header=header, rows=body):
            return sum(spoken(cell) for row in (header, *body) for cell in row)
        case Code(text=code):
            return len(code.split()) / 2


def spoken(text: Text) -> int:
    return len(plain(text).split())


def doing(page: Page) -> float:
    match page.task:
        case PredictTask():
            return GUESS
        case ReviewTask():
            return 3 * GUESS
        case TryTask():
            return TRY
        case EditTask(brief=brief):
            return WRITE if "rite" in plain(brief.ask) else FIX
        case MineTask():
            return WRITE
        case None:
            return 0


def required(lesson: Lesson) -> Iterator[Page]:
    return (page for page in lesson.pages if page.task is None or not page.task.brief.optional)


@each_lesson
def test_a_lesson_takes_as_long_as_it_says_without_what_is_optional(folder: Path) -> None:
    lesson = load_bundled(folder)
    assert lesson.minutes is not None
    assert 10 <= lesson.minutes <= 20
    assert lesson.minutes == pytest.approx(minutes(required(lesson)), abs=OFF)


@each_lesson
def test_with_a_class_it_takes_as_long_as_its_notes_say(folder: Path) -> None:
    lesson = load_bundled(folder)
    notes = load_notes(lesson)
    assert notes is not None
    kept = (
        page
        for page in required(lesson)
        if page not in notes.leave_out and not isinstance(page.task, MineTask)
    )
    if not notes.hour:
        assert notes.minutes == pytest.approx(minutes(kept), abs=OFF)
