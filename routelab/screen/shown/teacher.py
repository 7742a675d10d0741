"""A teacher's notes on a lesson, as blocks.

It shows what was read, and runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from routelab.lessons.markdown import styled
from routelab.lessons.records import Lesson, Page
from routelab.lessons.teaching import Misconception, TeacherNotes
from routelab.screen.blocks import Block, Bullets, CopyLine, Details, Gap, Line, line, phrase, title
from routelab.screen.shown.lesson import styled_phrase


def teacher_blocks(lesson: Lesson, notes: TeacherNotes, commands: Sequence[str]) -> Iterator[Block]:
    """Show the notes; `commands` are what shows their demos."""
    yield title("For teachers")
    yield line("After this lesson your class can:")
    yield Bullets(items=tuple(map(styled_phrase, notes.goals)))
    yield Gap()
    yield line(_time(lesson, notes))
    if notes.hour:
        yield Line(text=styled_phrase(notes.hour), label="A class of 45 minutes")
    if notes.words:
        yield Gap()
        yield title("Words", level=2)
        yield Bullets(
            items=tuple(
                (*phrase(f"{term.word}: "), *styled_phrase(styled(term.means))) for term in notes.words
            )
        )
    yield Gap()
    yield title("To show", level=2)
    for command in commands:
        yield CopyLine(text=command)
    yield Gap()
    yield title("What classes get wrong", level=2)
    for each in notes.wrong:
        yield Line(text=styled_phrase(each.thinks), label=_where(lesson, each))
        yield Details(blocks=(Line(text=styled_phrase(each.say)),))
    yield Gap()
    yield title("To ask", level=2)
    for question in notes.questions:
        yield Line(text=styled_phrase(question.ask))
        sent = () if question.fact is None else (line(f"It can be shown: {question.fact.request.typed}"),)
        yield Details(blocks=(Line(text=styled_phrase(question.answer)), *sent))


def _time(lesson: Lesson, notes: TeacherNotes) -> str:
    left = [
        f"{number} ({page.title})"
        for number, page in enumerate(lesson.pages, start=1)
        if page in notes.leave_out or _is_optional(page)
    ]
    without = f" What can be left out: pages {', '.join(left)}." if left else ""
    return f"It takes {notes.minutes} minutes with a class.{without}"


def _is_optional(page: Page) -> bool:
    return page.task is not None and page.task.brief.optional


def _where(lesson: Lesson, wrong: Misconception) -> str:
    number = lesson.pages.index(wrong.page) + 1
    return f"Page {number}" + (f", {' and '.join(wrong.covers)}" if wrong.covers else "")
