"""Blocks to rich renderables.

It never prints, and text in a block is text to it, never markup. What stands in columns is loaded with the
first block that needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from routelab.screen.blocks import (
    Block,
    BodyText,
    Bullets,
    CheckRow,
    ChoiceQuestion,
    CodeFrame,
    Conversions,
    CopyLine,
    CourseList,
    Details,
    DiffLines,
    Facts,
    FindingRow,
    Gap,
    Grid,
    HeaderRow,
    LessonBlock,
    Line,
    ListingBlock,
    Meaning,
    PageHead,
    PathAndRule,
    Phrase,
    ProseBlock,
    RequestRows,
    RuleRow,
    StepRow,
    Title,
    TraceBlock,
    by_family,
)
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
_WHOLE = (BodyText, CopyLine, CodeFrame, DiffLines, Grid, CourseList)  # these use all the width there is
_MARKS = {True: ("  ok  ", "green"), False: ("  no  ", "bold red")}


def view(blocks: Iterable[Block]) -> RenderableType:
    """Show blocks one below the other; only what must be whole is wider than one reads at a glance."""
    return Group(*(_as_wide_as_read(block, drawing) for block in blocks for drawing in _views(block)))


def _as_wide_as_read(block: Block, drawing: RenderableType) -> RenderableType:
    return drawing if isinstance(block, _WHOLE) else Trimmed(drawing)


def _nested(blocks: Iterable[Block]) -> RenderableType:
    """Show blocks within another, whose width they have."""
    return Group(*_drawings(blocks))


def _drawings(blocks: Iterable[Block]) -> Iterator[RenderableType]:
    return (drawing for block in blocks for drawing in _views(block))


def _views(block: Block) -> Iterator[RenderableType]:
    return by_family(block, _prose, _listing, _trace, _lesson)


def _prose(block: ProseBlock) -> Iterator[RenderableType]:
    match block:
        case Title(text=text, level=level, aside=aside):
            yield _with_aside(styled(text, TITLES[level]), aside)
            yield from [Text()] if level == 1 else []
        case Line(text=text, aside=aside, label=label, meaning=meaning):
            said = styled(text, LOOKS[meaning], before=f"{label}: " if label else "")
            yield Behind(said, styled(aside)) if aside else said
        case CopyLine(text=text):
            yield Text(escape_line(text), no_wrap=True, overflow="ignore")
        case Gap():
            yield Text()
        case Bullets(items=items, numbered=in_order):
            for number, entry in enumerate(items, start=1):
                yield Marked(Text(f"  {f'{number}.' if in_order else '-'} "), styled(entry))
        case Details(blocks=blocks):
            yield _indented(_nested(blocks))
        case _:
            assert_never(block)


def _listing(block: ListingBlock) -> Iterator[RenderableType]:
    match block:
        case CodeFrame():
            yield from _code(block)
        case BodyText():
            yield from _body(block)
        case DiffLines(lines=lines):
            yield from (Text(escape_line(it), CHANGES.get(it[:1], ""), overflow="fold") for it in lines)
        case Facts():
            from routelab.screen.rich.columns import facts_view

            yield facts_view(block)
        case Grid():
            from routelab.screen.rich.columns import grid_view

            yield grid_view(block)
        case _:
            assert_never(block)


def _trace(block: TraceBlock) -> Iterator[RenderableType]:
    match block:
        case PathAndRule():
            from routelab.screen.rich.columns import PartingView

            yield PartingView(block)
        case Conversions():
            from routelab.screen.rich.columns import conversions_view

            yield conversions_view(block)
        case StepRow():
            yield _step(block)
        case HeaderRow(name=name, value=value, reason=reason):
            header = Text.assemble(
                (escape_line(f"{name}: "), LOOKS[Meaning.HEADER]), escape_line(value), overflow="fold"
            )
            yield behind(header, reason, Meaning.REASON)
        case RuleRow():
            yield from _rule(block)
        case FindingRow():
            yield from _finding(block)
        case _:
            assert_never(block)


def _lesson(block: LessonBlock) -> Iterator[RenderableType]:
    match block:
        case PageHead():
            yield _page_head(block)
        case ChoiceQuestion():
            yield from _question(block)
        case RequestRows(title=title, rows=rows):
            for number, (request, after) in enumerate(rows):
                mark = one_line(f"{title}  " if number == 0 else " " * (len(title) + 2), Meaning.LABEL)
                yield Marked(mark, beside(one_line(request, Meaning.REQUEST), after, Meaning.QUIET))
        case CheckRow(said=said, passed=passed, details=details):
            text, look = _MARKS[passed]
            yield Marked(Text(text, look), styled(said), *_drawings(details))
        case CourseList():
            from routelab.screen.rich.course import CourseView

            yield CourseView(block)
        case _:
            assert_never(block)


def _with_aside(main: Text, aside: Phrase) -> RenderableType:
    return Beside(main, styled(aside)) if aside else main


def _indented(drawing: RenderableType, by: int = 2) -> RenderableType:
    return Padding(drawing, (0, 0, 0, by))


def _step(step: StepRow) -> RenderableType:
    from routelab.screen.rich.columns import Labelled

    content: list[RenderableType] = []
    if step.seen is not None:
        content += _views(step.seen)
    else:
        aside = "  ".join(filter(None, (step.where, step.why)))
        content.append(behind(step.what, aside, Meaning.PLACE, column=_WHERE if step.where else 0))
    content += _views(step.code) if step.code is not None else ()
    content += (drawing for block in step.details for drawing in _views(block))
    return Labelled(step.number, escape_line(step.label), *content)


def _rule(row: RuleRow) -> Iterator[RenderableType]:
    if row.verdict is None:
        where = f"{row.view} {row.where}".strip()
        yield behind(one_line(f"{row.rule}  {row.said}"), where, Meaning.PLACE)
        return
    width = _BUILD_VERDICT if row.verdict.meaning in (Meaning.TAKE, Meaning.SKIP) else _VERDICT
    mark = (f"{escape_line(row.verdict.text):<{width}}", LOOKS[row.verdict.meaning])
    head = Text.assemble(mark, one_line(row.rule, Meaning.RULE), overflow="fold")
    yield RuleLine(head, one_line(row.said), one_line(row.where, Meaning.PLACE), below=width)


def _body(body: BodyText) -> Iterator[RenderableType]:
    yield Text()
    if body.language:
        from routelab.screen.rich.code import CodeView

        yield CodeView(tuple(body.text.split("\n")), body.language)
    else:
        yield PlainLines(escape(body.text).split("\n"))
    yield from [one_line(body.cut)] if body.cut else []


def _finding(row: FindingRow) -> Iterator[RenderableType]:
    mark = (f"{escape_line(f'{row.code} {row.level}'):<{_FINDING}}", LOOKS[Meaning.FINDING])
    head = Text.assemble(mark, one_line(row.rule, Meaning.RULE), overflow="fold")
    yield behind(head, row.where, Meaning.PLACE)
    yield _indented(one_line(row.said), _FINDING)


def _code(frame: CodeFrame) -> Iterator[RenderableType]:
    from routelab.screen.rich.code import CodeView

    if not frame.file:
        yield _indented(CodeView(frame.lines, frame.language), 4 if not frame.language else 0)
        return
    yield one_line(frame.file)
    mark = None if frame.mark is None else (frame.mark.line, frame.mark.start, frame.mark.end)
    yield CodeView(frame.lines, frame.language, first=frame.first, mark=mark)


def _page_head(head: PageHead) -> RenderableType:
    title = Text.assemble(
        (escape_line(head.title), LOOKS[Meaning.TITLE]),
        (escape_line(f"   {head.lesson}"), LOOKS[Meaning.QUIET]),
    )
    where = f"page {head.number} of {head.total}{', optional' if head.optional else ''}"
    return beside(title, where, Meaning.QUIET)


def _question(question: ChoiceQuestion) -> Iterator[RenderableType]:
    label = ("Request  ", LOOKS[Meaning.LABEL])
    yield Text.assemble(label, one_line(question.request), overflow="fold")
    if question.after:
        yield one_line(f"         {question.after}", Meaning.QUIET)
    yield styled(question.ask, LOOKS[Meaning.TASK])
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
