"""What a session replies, as blocks: each thing of a reply by the room that knows it.

What only lessons, traces or the router need is loaded with the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from routelab.screen.blocks import Block, CodeFrame, CopyLine, DiffLines, Facts, Gap, Meaning, line, title
from routelab.screen.filetypes import language_of
from routelab.session.reply import (
    BuildShown,
    CheckReport,
    CodesShown,
    CourseShown,
    DecisionShown,
    DiffShown,
    ExplanationShown,
    Item,
    LessonText,
    LineToCopy,
    Listing,
    Message,
    MessageKind,
    NotYet,
    PageShown,
    RoutesShown,
    SourceShown,
    SurveyShown,
    TaskDone,
    TaskShown,
    TraceShown,
)

_MEANINGS = {
    MessageKind.PLAIN: Meaning.TEXT,
    MessageKind.RIGHT: Meaning.RIGHT,
    MessageKind.WRONG: Meaning.WRONG,
    MessageKind.ASIDE: Meaning.QUIET,
}


def reply_blocks(items: Iterable[Item]) -> Iterator[Block]:
    """Show the things of a reply."""
    for item in items:
        yield from _blocks(item)


def _blocks(item: Item) -> Iterator[Block]:
    match item:
        case Message(text=text, kind=kind):
            yield line(text, _MEANINGS[kind])
        case LineToCopy(text=text):
            yield CopyLine(text=text)
        case CourseShown():
            from routelab.screen.shown.course import course_list

            yield course_list(item)
        case TraceShown():
            from routelab.screen.shown.played import shown_traces

            yield Gap()
            yield from shown_traces(item)
        case LessonText() | PageShown() | TaskShown() | TaskDone():
            from routelab.screen.shown.lesson import lesson_blocks

            yield from lesson_blocks(item)
        case NotYet() | CheckReport() | SurveyShown():
            from routelab.screen.shown.results import result_blocks

            yield from result_blocks(item)
        case SourceShown(file=file, first=first, lines=lines):
            yield CodeFrame(lines=lines, file=file, first=first, language=language_of(file))
        case DiffShown(lines=lines):
            yield DiffLines(lines=lines)
        case Listing(title=heading, rows=rows):
            yield title(heading, level=2)
            yield Facts(rows=rows)
        case ExplanationShown(explained=explained, titles=titles):
            from routelab.screen.shown.explanation import explanation_blocks

            yield from explanation_blocks(explained, titles)
        case CodesShown(titles=titles):
            from routelab.screen.shown.explanation import list_blocks

            yield from list_blocks(titles, prompt=True)
        case RoutesShown() | DecisionShown() | BuildShown():
            yield from _router_blocks(item)
        case _:
            assert_never(item)


def _router_blocks(item: RoutesShown | DecisionShown | BuildShown) -> Iterator[Block]:
    from routelab.screen.shown.router import build_blocks, decision_blocks, table_blocks

    match item:
        case RoutesShown(table=table):
            yield from table_blocks(table)
        case DecisionShown(lab=lab, request=request, decision=decision, everything=everything):
            yield from decision_blocks(lab, request, decision, everything=everything, walk=everything)
        case BuildShown(wanted=wanted, explanation=explanation):
            yield from build_blocks(wanted, explanation)
        case _:
            assert_never(item)
