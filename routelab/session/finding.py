"""Which pages of the lessons say a word.

It reads lessons, and must not know where the learner is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from routelab.lessons.prose import Block, Code, ItemList, Paragraph, Table, plain
from routelab.lessons.reading import read_lesson
from routelab.lessons.records import Page
from routelab.session.course import LessonSummary

_AROUND = 24  # characters shown on either side


def find_pages(lessons: Iterable[LessonSummary], word: str) -> Iterator[tuple[str, str]]:
    """Yield ("2/user", what the page says around the word) for each page that has it."""
    wanted = word.casefold()
    for summary in lessons:
        lesson = read_lesson(summary.folder).lesson
        for page in lesson.pages if lesson else ():
            text = next((text for text in _texts(page) if wanted in text.casefold()), None)
            if text is not None:
                yield f"{summary.number}/{page.id}", f"{page.title}: {_excerpt(text, wanted)}"


def _texts(page: Page) -> Iterator[str]:
    yield page.title
    for block in page.blocks:
        yield from _block_texts(block)
    if page.task is not None:
        yield plain(page.task.brief.ask)


def _block_texts(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text=text):
            yield plain(text)
        case ItemList(items=items):
            yield from map(plain, items)
        case Table(header=header, rows=rows):
            yield from (plain(cell) for row in (header, *rows) for cell in row)
        case Code(text=code):
            yield from code.splitlines()


def _excerpt(text: str, wanted: str) -> str:
    at = text.casefold().find(wanted)
    start, end = max(0, at - _AROUND), at + len(wanted) + _AROUND
    return ("..." if start else "") + text[start:end].strip() + ("..." if end < len(text) else "")
