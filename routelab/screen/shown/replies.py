"""What a session replies, as blocks: each thing of a reply by the room that knows it.

What only lessons, traces or the router need is loaded with the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from routelab.courselist import CourseList
from routelab.lessons.tasks.answer import AuthorText, Changes, NotYet, ToCopy
from routelab.screen.blocks import (
    Block,
    CodeFrame,
    CopyLine,
    DiffLines,
    Facts,
    Gap,
    Meaning,
    line,
    title,
)
from routelab.screen.filetypes import language_of
from routelab.session import reply

_MEANINGS = {
    reply.MessageKind.PLAIN: Meaning.TEXT,
    reply.MessageKind.RIGHT: Meaning.RIGHT,
    reply.MessageKind.WRONG: Meaning.WRONG,
    reply.MessageKind.ASIDE: Meaning.QUIET,
}


def reply_blocks(items: Iterable[reply.Item]) -> Iterator[Block]:
    """Show the things of a reply."""
    for item in items:
        yield from _blocks(item)


def _blocks(item: reply.Item) -> Iterator[Block]:
    match item:
        case reply.Message(text=text, kind=kind):
            yield line(text, _MEANINGS[kind])
        case ToCopy(typed=text):
            yield CopyLine(text=text)
        case CourseList():
            yield item
        case reply.TraceShown():
            from routelab.screen.shown.played import shown_traces

            yield Gap()
            yield from shown_traces(item)
        case AuthorText() | reply.PageShown() | reply.TaskShown() | reply.TaskDone():
            from routelab.screen.shown.lesson import lesson_blocks

            yield from lesson_blocks(item)
        case NotYet() | reply.CheckReport() | reply.SurveyShown():
            from routelab.screen.shown.results import result_blocks

            yield from result_blocks(item)
        case reply.SourceShown(file=file, first=first, lines=lines):
            yield CodeFrame(lines=lines, file=file, first=first, language=language_of(file))
        case Changes(lines=lines):
            yield DiffLines(lines=lines)
        case reply.Listing(title=heading, rows=rows):
            yield title(heading, level=2)
            yield Facts(rows=rows)
        case reply.ExplanationShown() | reply.CodesShown():
            yield from _explanation_blocks(item)
        case reply.RoutesShown() | reply.DecisionShown() | reply.BuildShown():
            yield from _router_blocks(item)
        case _:
            assert_never(item)


def _explanation_blocks(item: reply.ExplanationShown | reply.CodesShown) -> Iterator[Block]:
    from routelab.screen.shown.explanation import explanation_blocks, list_blocks

    match item:
        case reply.ExplanationShown(explained=explained, titles=titles):
            yield from explanation_blocks(explained, titles)
        case reply.CodesShown(titles=titles):
            yield from list_blocks(titles, prompt=True)
        case _:
            assert_never(item)


def _router_blocks(item: reply.RoutesShown | reply.DecisionShown | reply.BuildShown) -> Iterator[Block]:
    from routelab.screen.shown.router import build_blocks, decision_blocks, table_blocks

    match item:
        case reply.RoutesShown(table=table):
            yield from table_blocks(table)
        case reply.DecisionShown(lab=lab, request=request, decision=decision, everything=everything):
            yield from decision_blocks(lab, request, decision, everything=everything, walk=everything)
        case reply.BuildShown(wanted=wanted, explanation=explanation):
            yield from build_blocks(wanted, explanation)
        case _:
            assert_never(item)
