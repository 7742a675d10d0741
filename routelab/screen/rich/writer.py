"""Blocks to rich renderables.

It never prints, and text in a block is text to it, never markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from routelab.courselist import CourseList
from routelab.language import say
from routelab.screen import blocks
from routelab.screen.rich.code import CodeView
from routelab.screen.rich.columns import Labelled, PartingView, conversions_view, facts_view, grid_view
from routelab.screen.rich.course import CourseView
from routelab.screen.rich.lines import (
    Behind,
    Beside,
    Marked,
    PlainLines,
    RuleLine,
    Trimmed,
    behind,
    beside,
    one_line,
    styled,
)
from routelab.screen.rich.looks import CHANGES, LOOKS, TITLES
from routelab.screen.text import escape, escape_line

_VERDICT = 9  # columns, for the longest verdict on a rule and a space
_BUILD_VERDICT = 6  # and for one of building a URL
_FINDING = 13  # for a finding's code and level: "R101 warning"
_WHERE = 36  # columns of a step's headline, behind which its place stands
# These use all the width there is.
_WHOLE = (
    blocks.BodyText,
    blocks.CopyLine,
    blocks.CodeFrame,
    blocks.DiffLines,
    blocks.Grid,
    CourseList,
)
_MARKS = {True: ("  ok  ", LOOKS[blocks.Meaning.RIGHT]), False: ("  no  ", LOOKS[blocks.Meaning.WRONG])}


def view(page: Iterable[blocks.Block]) -> RenderableType:
    """Show a page from top to bottom; only what must be whole is wider than one reads at a glance."""
    return Group(*(_as_wide_as_read(block, drawing) for block in page for drawing in _views(block)))


def _as_wide_as_read(block: blocks.Block, drawing: RenderableType) -> RenderableType:
    return drawing if isinstance(block, _WHOLE) else Trimmed(drawing)


def _drawings(inner: Iterable[blocks.Block]) -> Iterator[RenderableType]:
    return (drawing for block in inner for drawing in _views(block))


def _views(block: blocks.Block) -> Iterator[RenderableType]:
    return blocks.by_family(block, _prose, _listing, _trace, _lesson)


def _prose(block: blocks.ProseBlock) -> Iterator[RenderableType]:
    match block:
        case blocks.Title(text=text, level=level, aside=aside):
            said = styled(text, TITLES[level])
            yield Beside(said, styled(aside)) if aside else said
            yield from [Text()] if level == 1 else []
        case blocks.Line(text=text, aside=aside, label=label, meaning=meaning):
            said = styled(text, LOOKS[meaning], before=f"{label}: " if label else "")
            yield Behind(said, styled(aside)) if aside else said
        case blocks.CopyLine(text=text):
            yield Text(escape_line(text), no_wrap=True, overflow="ignore")
        case blocks.Gap():
            yield Text()
        case blocks.Bullets(items=items, numbered=in_order):
            for number, entry in enumerate(items, start=1):
                yield Marked(Text(f"  {f'{number}.' if in_order else '-'} "), styled(entry))
        case blocks.Details(blocks=inner):
            yield _indented(Group(*_drawings(inner)))
        case _:
            assert_never(block)


def _listing(block: blocks.ListingBlock) -> Iterator[RenderableType]:
    match block:
        case blocks.CodeFrame():
            yield from _code(block)
        case blocks.BodyText():
            yield from _body(block)
        case blocks.DiffLines(lines=lines):
            yield from (Text(escape_line(it), CHANGES.get(it[:1], ""), overflow="fold") for it in lines)
        case blocks.Facts():
            yield facts_view(block)
        case blocks.Grid():
            yield grid_view(block)
        case _:
            assert_never(block)


def _trace(block: blocks.TraceBlock) -> Iterator[RenderableType]:
    match block:
        case blocks.PathAndRule():
            yield PartingView(block)
        case blocks.Conversions():
            yield conversions_view(block)
        case blocks.StepRow():
            yield _step(block)
        case blocks.HeaderRow(name=name, value=value, reason=reason):
            header = Text.assemble(
                (escape_line(f"{name}: "), LOOKS[blocks.Meaning.HEADER]), escape_line(value), overflow="fold"
            )
            yield behind(header, reason, blocks.Meaning.REASON)
        case blocks.RuleRow():
            yield from _rule(block)
        case blocks.FindingRow():
            yield from _finding(block)
        case _:
            assert_never(block)


def _lesson(block: blocks.LessonBlock) -> Iterator[RenderableType]:
    match block:
        case blocks.PageHead():
            yield _page_head(block)
        case blocks.ChoiceQuestion():
            yield from _question(block)
        case blocks.RequestRows(title=title, rows=rows):
            yield from _requests(title, rows)
        case blocks.CheckRow(said=said, passed=passed, details=details):
            text, look = _MARKS[passed]
            yield Marked(Text(text, look), styled(said), *_drawings(details))
        case CourseList():
            yield CourseView(block)
        case _:
            assert_never(block)


def _requests(title: str, rows: tuple[tuple[str, str], ...]) -> Iterator[RenderableType]:
    """Draw requests below each other; what is sent before them begins in one column."""
    column = 2 + max((cell_len(escape_line(request)) for request, after in rows if after), default=0)
    for number, (request, after) in enumerate(rows):
        mark = one_line(f"{title}  " if number == 0 else " " * (len(title) + 2), blocks.Meaning.LABEL)
        said = one_line(request, blocks.Meaning.REQUEST)
        yield Marked(mark, behind(said, after, blocks.Meaning.QUIET, column=column))


def _indented(drawing: RenderableType, by: int = 2) -> RenderableType:
    return Padding(drawing, (0, 0, 0, by))


def _step(step: blocks.StepRow) -> RenderableType:
    content: list[RenderableType] = []
    if step.seen is not None:
        content += _views(step.seen)
    else:
        aside = "  ".join(filter(None, (step.where, step.why)))
        content.append(behind(step.what, aside, blocks.Meaning.PLACE, column=_WHERE if step.where else 0))
    content += _views(step.code) if step.code is not None else ()
    content += _drawings(step.details)
    return Labelled(step.number, escape_line(step.label), *content)


def _rule(row: blocks.RuleRow) -> Iterator[RenderableType]:
    if row.verdict is None:
        where = f"{row.view} {row.where}".strip()
        yield behind(one_line(f"{row.rule}  {row.said}"), where, blocks.Meaning.PLACE)
        return
    width = _BUILD_VERDICT if row.verdict.meaning in (blocks.Meaning.TAKE, blocks.Meaning.SKIP) else _VERDICT
    mark = (f"{escape_line(row.verdict.text):<{width}}", LOOKS[row.verdict.meaning])
    head = Text.assemble(mark, one_line(row.rule, blocks.Meaning.RULE), overflow="fold")
    yield RuleLine(head, one_line(row.said), one_line(row.where, blocks.Meaning.PLACE), below=width)


def _body(body: blocks.BodyText) -> Iterator[RenderableType]:
    yield Text()
    if body.language:
        yield CodeView(tuple(body.text.split("\n")), body.language)
    else:
        yield PlainLines(escape(body.text).split("\n"))
    yield from [one_line(body.cut)] if body.cut else []


def _finding(row: blocks.FindingRow) -> Iterator[RenderableType]:
    mark = (f"{escape_line(f'{row.code} {row.level}'):<{_FINDING}}", LOOKS[blocks.Meaning.FINDING])
    head = Text.assemble(mark, one_line(row.rule, blocks.Meaning.RULE), overflow="fold")
    yield behind(head, row.where, blocks.Meaning.PLACE)
    yield _indented(one_line(row.said), _FINDING)


def _code(frame: blocks.CodeFrame) -> Iterator[RenderableType]:
    if not frame.file:
        yield _indented(CodeView(frame.lines, frame.language), 4 if not frame.language else 0)
        return
    yield one_line(frame.file)
    mark = None if frame.mark is None else (frame.mark.line, frame.mark.start, frame.mark.end)
    yield CodeView(frame.lines, frame.language, first=frame.first, mark=mark)


def _page_head(head: blocks.PageHead) -> RenderableType:
    title = Text.assemble(
        (escape_line(head.title), LOOKS[blocks.Meaning.TITLE]),
        (escape_line(f"   {head.lesson}"), LOOKS[blocks.Meaning.QUIET]),
    )
    return beside(title, head.where, blocks.Meaning.QUIET)


def _question(question: blocks.ChoiceQuestion) -> Iterator[RenderableType]:
    label = (f"{say('Request')}  ", LOOKS[blocks.Meaning.LABEL])
    yield Text.assemble(label, one_line(question.request), overflow="fold")
    if question.after:
        yield Marked(Text(" " * len(label[0])), one_line(question.after, blocks.Meaning.QUIET))
    yield styled(question.ask, LOOKS[blocks.Meaning.TASK])
    yield Choices(tuple(f"{letter}) {choice}" for letter, choice in question.choices))


class Choices:
    """The choices of a question on one line, or each on its own where they do not fit."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        self._choices = choices

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        together = one_line("   ".join(self._choices))
        if together.cell_len <= options.max_width:
            yield together
        else:
            yield from map(one_line, self._choices)
