"""A lesson's pages as blocks for a handout, the answers apart from them, and a teacher's notes.

A trace is told here with the steps that the lesson shows; what a prompt would offer is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from routelab.lessons.markdown import styled
from routelab.lessons.records import Lesson, Page
from routelab.lessons.teaching import Misconception, TeacherNotes
from routelab.screen.blocks import (
    Block,
    Bullets,
    ChoiceQuestion,
    CopyLine,
    Details,
    Gap,
    Line,
    line,
    phrase,
    title,
)
from routelab.screen.selection import select_kinds, select_result, with_redirects
from routelab.screen.shown.lesson import styled_phrase
from routelab.screen.shown.replies import reply_blocks
from routelab.screen.shown.trace import Showing, one_trace, redirect_blocks
from routelab.session.reply import Item, TraceShown
from routelab.tracing.trace import Trace


def handout_blocks(items: Iterable[Item]) -> Iterator[Block]:
    """Show the things of a page, or of an answer."""
    for item in items:
        if isinstance(item, TraceShown):
            yield from _traces(item)
        else:
            yield from map(_on_paper, reply_blocks((item,)))


def _on_paper(block: Block) -> Block:
    """Leave out of a question the choice that is a word to the prompt: to be shown the answer."""
    return block.replace(choices=block.choices[:-1]) if isinstance(block, ChoiceQuestion) else block


def _traces(item: TraceShown) -> Iterator[Block]:
    def show(trace: Trace) -> Iterator[Block]:
        chosen = select_kinds(trace, item.show) if item.show else select_result(trace, verbose=False)
        showing = Showing(
            selection=chosen.replace(total=len(chosen.steps)),
            notes=tuple(trace.telling_notes),
            roomy=True,
        )
        return one_trace(trace, showing)

    return redirect_blocks(with_redirects(item.trace, everything=False), show, whole="")


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
    return f"Page {lesson.pages.index(wrong.page) + 1}, {wrong.page.title}"
