"""What lessons say and ask, as blocks: pages and their tasks.

It knows the lesson's records, no Markdown and no results. The first prompt waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from routelab.language import say
from routelab.lessons.prose import Block as ProseBlock
from routelab.lessons.prose import Code, ItemList, Paragraph, Style, Table, Text
from routelab.lessons.tasks.answer import AuthorText
from routelab.lessons.tasks.asking import Choosing, LookedFor, Recalled, SentToCheck, YourTurn
from routelab.screen.blocks import (
    Block,
    Bullets,
    ChoiceQuestion,
    CodeFrame,
    Column,
    Fragment,
    Gap,
    Grid,
    Line,
    Meaning,
    PageHead,
    Phrase,
    RequestRows,
    line,
    phrase,
)
from routelab.session.reply import PageShown, TaskDone, TaskShown

_STYLES = {
    Style.PLAIN: Meaning.TEXT,
    Style.CODE: Meaning.CODE,
    Style.EMPHASIS: Meaning.EMPHASIS,
    Style.STRONG: Meaning.STRONG,
    Style.LINK: Meaning.LINK,
}


def lesson_blocks(item: AuthorText | PageShown | TaskShown | TaskDone) -> Iterator[Block]:
    """Show one thing of a lesson."""
    match item:
        case AuthorText(text=text, label=label):
            yield Line(text=styled_phrase(text), label=label)
        case PageShown():
            yield from _page(item)
        case TaskShown():
            yield from _task(item)
        case TaskDone(task=task, answer=answer, seen=seen):
            label = say("Solution seen") if seen else say("Done")
            yield Line(text=styled_phrase(task.brief.ask), label=label, meaning=Meaning.RIGHT)
            if task.about is not None:
                yield Line(text=phrase(task.about), label=say("Request"))
            yield from [line(answer)] if answer else []
        case _:
            assert_never(item)


def styled_phrase(text: Text) -> Phrase:
    """Take over an author's styled text."""
    return tuple(Fragment(text=span.text, meaning=_STYLES[span.style], url=span.url) for span in text)


def _page(item: PageShown) -> Iterator[Block]:
    yield Gap(heard=True)
    yield PageHead(
        lesson=item.lesson.title,
        title=item.page.title,
        number=item.number,
        total=item.total,
        optional=item.optional,
    )
    for block in item.page.blocks:
        yield Gap()
        yield prose_block(block)
    yield Gap()


def prose_block(block: ProseBlock) -> Block:
    """Show a paragraph, a list, a table or a piece of code."""
    match block:
        case Paragraph(text=text):
            return Line(text=styled_phrase(text))
        case ItemList(items=items, numbered=numbered):
            return Bullets(items=tuple(map(styled_phrase, items)), numbered=numbered)
        case Table(header=header, rows=rows):
            return Grid(
                columns=tuple(Column(head=styled_phrase(cell)) for cell in header),
                rows=tuple(tuple(map(styled_phrase, row)) for row in rows),
            )
        case Code(text=text, language=language, source=source):
            lines = tuple(text.splitlines())
            if source is None:
                return CodeFrame(lines=lines, language=language)
            return CodeFrame(lines=lines, file=str(source.file), first=source.first_line, language=language)
    assert_never(block)


def _task(item: TaskShown) -> Iterator[Block]:
    for part in item.task.asked():
        match part:
            case YourTurn(ask=ask):
                yield Line(text=styled_phrase(ask), label=say("Your turn"), meaning=Meaning.TASK)
            case Choosing(request=request, after=after, ask=ask, choices=choices):
                yield ChoiceQuestion(request=request, after=after, ask=styled_phrase(ask), choices=choices)
            case SentToCheck(rows=rows):
                yield RequestRows(title=say("Checked with"), rows=rows)
            case Recalled():
                yield from _recalled(part)
            case LookedFor(rows=wanted):
                yield line(say("In your app there should be:"))
                yield Bullets(items=tuple(map(styled_phrase, wanted)))
            case _:
                assert_never(part)
    if item.file is not None:
        yield line(
            say("Your file: {file}", file=item.file), aside=phrase(say("edit opens it"), Meaning.QUIET)
        )
        last = phrase(say("last check: {time}", time=item.last_check), Meaning.QUIET)
        yield line(say("It is checked whenever it is saved."), aside=last)


def _recalled(part: Recalled) -> Iterator[Block]:
    """Say where a question comes from, and show the code that it is about."""
    count = f"Question {part.number} of {part.total}" if part.total > 1 else "Question"
    yield Gap()
    yield line(f"{count}, from {part.lesson}: {part.page}", meaning=Meaning.TASK)
    for code in part.code:
        yield Gap()
        yield prose_block(code)
    yield Gap()
