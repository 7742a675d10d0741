"""Blocks as plain sentences, one a step: for pipes, screen readers and terminals that can do nothing else.

A sentence knows no width, no colour and no columns; no line holds a character that steers a terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import assert_never

from routelab.courselist import CourseList, CourseRow
from routelab.language import say
from routelab.screen import blocks
from routelab.screen.telling import for_readers_of
from routelab.screen.text import escape_line
from routelab.tracing.phrases import count

_AS_THEY_ARE = (blocks.BodyText, blocks.CodeFrame, blocks.CopyLine, blocks.DiffLines)
# How a cell is said as a part of its row's sentence.
_CELLS = {
    blocks.Role.ORDER: "{}.",
    blocks.Role.METHODS: " {}",
    blocks.Role.RULE: " {}",
    blocks.Role.ENDPOINT: " -> {}",
    blocks.Role.PLACE: " ({})",
    blocks.Role.SPOKEN: ", {}",
}


def write(result: blocks.CommandResult) -> None:
    """Write a result to standard output."""
    for text in lines(result.blocks(), for_readers_of(sys.stdout)):
        print(text)


def lines(page: Iterable[blocks.Block], broken: Callable[[str], str] = str) -> Iterator[str]:
    """Say the blocks of a page, a sentence a line; it may be `broken`, but no code and no body is."""
    for block in page:
        said = map(escape_line, _lines(block))
        yield from said if isinstance(block, _AS_THEY_ARE) else map(broken, said)


def row_sentence(columns: Sequence[blocks.Column], row: Sequence[blocks.Phrase]) -> str:
    """Say a row of a grid: "1. GET /user/<name> -> show_user (app.py:12)"."""
    cells = [(column, cell) for column, cell in zip(columns, row, strict=True) if cell]
    spoken = "".join(
        _CELLS[column.role].format(blocks.words_of(cell)) for column, cell in cells if column.role in _CELLS
    )
    named = "; ".join(
        f"{_said(column.head)}: {_said(cell)}" for column, cell in cells if column.role not in _CELLS
    )
    return spoken + named


def _lines(block: blocks.Block) -> Iterator[str]:
    return blocks.by_family(block, _prose, _listing, _trace, _lesson)


def _prose(block: blocks.ProseBlock) -> Iterator[str]:
    match block:
        case blocks.Title(text=text, aside=aside):
            yield f"{_said(text)} ({_said(aside)})" if aside else _said(text)
        case blocks.Line(text=text, aside=aside, label=label):
            yield _with_aside(f"{label}: {_said(text)}" if label else _said(text), aside)
        case blocks.CopyLine(text=text):
            yield text
        case blocks.Gap(heard=heard):
            yield from [""] if heard else []
        case blocks.Bullets(items=items, numbered=numbered):
            for number, entry in enumerate(items, start=1):
                yield f"  {f'{number}.' if numbered else '-'} {_said(entry)}"
        case blocks.Details(blocks=inner):
            yield from _indented(inner)
        case _:
            assert_never(block)


def _listing(block: blocks.ListingBlock) -> Iterator[str]:
    match block:
        case blocks.CodeFrame():
            yield from _code(block)
        case blocks.BodyText(text=text, cut=cut, title=title):
            yield f"{title}:"
            yield from text.split("\n")
            yield from [cut] if cut else []
        case blocks.DiffLines(lines=changed):
            yield from changed
        case blocks.Facts(rows=rows):
            yield from (f"  {name}: {about}" if about else f"  {name}" for name, about in rows)
        case blocks.Grid(columns=columns, rows=rows):
            indent = "" if columns[0].role in _CELLS else "  "
            yield from (f"{indent}{row_sentence(columns, row)}" for row in rows)
        case _:
            assert_never(block)


def _trace(block: blocks.TraceBlock) -> Iterator[str]:
    match block:
        case blocks.PathAndRule():
            yield _parting(block)
        case blocks.Conversions(rows=rows):
            for name, raw, converter, value, kind in rows:
                yield f"{name}: {converter} made {value} ({kind}) of {raw}"
        case blocks.StepRow():
            yield from _step(block)
        case blocks.HeaderRow(name=name, value=value, reason=reason):
            yield f"{name}: {value}" + (f" ({reason})" if reason else "")
        case blocks.RuleRow():
            yield _rule(block)
        case blocks.FindingRow(code=code, level=level, rule=rule, said=said, where=where):
            yield f"{code} {level}: {where + ' ' if where else ''}{rule} {said}"
        case _:
            assert_never(block)


def _lesson(block: blocks.LessonBlock) -> Iterator[str]:
    match block:
        case blocks.PageHead(lesson=lesson, title=title):
            yield f"{lesson}, {block.where}: {title}"
        case blocks.ChoiceQuestion(request=request, after=after, ask=ask, choices=choices):
            yield say("The request: {request}", request=_with(request, after))
            yield _said(ask)
            yield from (f"  {letter}) {choice}" for letter, choice in choices)
        case blocks.RequestRows(title=title, rows=rows):
            yield f"{title}: {', '.join(_with(request, after) for request, after in rows)}"
        case blocks.CheckRow(said=said, passed=passed, details=details):
            # Not indented, as code is: a terminal gets sentences broken between words.
            yield f"{'ok' if passed else 'no'}  {_said(said)}"
            yield from _indented(details, by=0)
        case CourseList(parts=parts):
            for part in parts:
                yield from [f"{part.title}:"] if part.title else []
                yield from map(_course_row, part.rows)
        case _:
            assert_never(block)


def _indented(inner: Iterable[blocks.Block], by: int = 2) -> Iterator[str]:
    """Say what belongs to something; the title of a group stands out of it."""
    for block in inner:
        indent = "" if isinstance(block, blocks.Title) else " " * by
        yield from (indent + text for text in _lines(block))


def _said(said: blocks.Phrase) -> str:
    """Write a phrase: code in backticks, each link's address behind its words."""
    return "".join(
        (f"`{it.text}`" if it.meaning is blocks.Meaning.CODE else it.text)
        + (f" ({it.url})" if it.url and it.url != it.text else "")
        for it in said
    )


def _with_aside(text: str, aside: blocks.Phrase) -> str:
    """Say what stands beside a text: within its sentence, where it is one."""
    if not aside:
        return text
    return f"{text[:-1]} ({_said(aside)})." if text.endswith(".") else f"{text} ({_said(aside)})"


def _step(step: blocks.StepRow) -> Iterator[str]:
    """Say a step; which lines ran is seen in the file that it names, and would be tedious to hear."""
    why, where = (f", {step.why}" if step.why else ""), (f" ({step.where})" if step.where else "")
    yield f"{step.name}: {_said(step.what)}{why}{where}."
    yield from _indented(step.details)


def _parting(block: blocks.PathAndRule) -> str:
    """Return "It fails at /invoice, where the rule has /invoices (show, app.py:16)."."""
    asked, written = block.pieces
    view = ", ".join(filter(None, (block.view, block.where)))
    rule = (f"where the rule has {written}" if written else "where the rule ends") + (
        f" ({view})" if view else ""
    )
    return f"It fails at {asked}, {rule}." if asked else f"It fails where the path ends and {rule[6:]}."


def _rule(row: blocks.RuleRow) -> str:
    view = ", ".join(filter(None, (row.view, row.where)))
    rule = f"{row.rule} ({view})" if view else row.rule
    return f"{rule} {row.said}" if row.verdict is None else f"{row.verdict.text} {rule}: {row.said}"


def _code(frame: blocks.CodeFrame) -> Iterator[str]:
    if not frame.file:
        yield from (f"    {text}" for text in frame.lines)
        return
    yield f"From {frame.file}, line {frame.first}:"
    for number, text in enumerate(frame.lines, start=frame.first):
        decides = frame.mark is not None and frame.mark.line == number
        yield f"{f'>{number}' if decides else number:>4}  {text}"
        if decides and frame.mark is not None and (piece := text[frame.mark.start : frame.mark.end]):
            yield f"      (it is about {piece})"


def _with(request: str, after: str) -> str:
    return f"{request} ({after})" if after else request


def _course_row(row: CourseRow) -> str:
    minutes = f" About {row.minutes} minutes." if row.minutes else ""
    pages = count(row.pages, "page")
    progress = f"{row.finished} of {pages}: {row.state}." if row.state else "Not begun."
    return f"Lesson {row.number}, {row.title}: {row.goal}{minutes} {progress}"
