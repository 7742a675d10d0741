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
    CopyLine,
    CourseList,
    Details,
    DiffLines,
    Facts,
    FindingRow,
    Gap,
    Grid,
    HeaderRow,
    Line,
    Meaning,
    PageHead,
    Phrase,
    RequestRows,
    RuleRow,
    StepRow,
    Title,
)
from routelab.screen.rich.lines import Beside, beside, numbered, one_line, styled
from routelab.screen.rich.looks import CHANGES, LOOKS, TITLES
from routelab.screen.text import escape, escape_line

_VERDICT = 9  # columns, for the longest verdict on a rule and a space
_BUILD_VERDICT = 6  # and for one of building a URL
_MARK = 6  # columns, for a check's mark
_FINDING = 13  # for a finding's code and level: "R101 warning"
_MARKS = {True: ("  ok  ", "green"), False: ("  no  ", "bold red")}


def view(blocks: Iterable[Block]) -> RenderableType:
    """Show blocks one below the other."""
    return Group(*(drawing for block in blocks for drawing in _views(block)))


def _views(block: Block) -> Iterator[RenderableType]:
    match block:
        case Title(text=text, level=level, aside=aside):
            yield _with_aside(styled(text, TITLES[level]), aside)
            yield from [Text()] if level == 1 else []
        case Line(text=text, aside=aside, label=label, meaning=meaning):
            before = f"{label}: " if label else ""
            yield _with_aside(styled(text, LOOKS[meaning], before=before), aside)
        case CopyLine(text=text):
            yield Text(escape_line(text), no_wrap=True, overflow="ignore")
        case Gap():
            yield Text()
        case CodeFrame():
            yield from _code(block)
        case StepRow():
            yield _step(block)
        case HeaderRow(name=name, value=value, reason=reason):
            header = Text.assemble(
                (escape_line(f"{name}: "), LOOKS[Meaning.HEADER]), escape_line(value), overflow="fold"
            )
            yield beside(header, reason, Meaning.REASON)
        case RuleRow():
            yield from _rule(block)
        case FindingRow(code=code, level=level, rule=rule, said=said, where=where):
            mark = (f"{escape_line(f'{code} {level}'):<{_FINDING}}", LOOKS[Meaning.FINDING])
            head = Text.assemble(mark, one_line(rule, Meaning.RULE), overflow="fold")
            yield beside(head, where, Meaning.PLACE)
            yield _indented(one_line(said), _FINDING)
        case Details(blocks=blocks):
            yield _indented(view(blocks))
        case Facts() | Grid():
            from routelab.screen.rich.columns import facts_view, grid_view

            yield facts_view(block) if isinstance(block, Facts) else grid_view(block)
        case Bullets(items=items, numbered=in_order):
            for number, entry in enumerate(items, start=1):
                yield styled(entry, before=f"  {f'{number}.' if in_order else '-'} ")
        case BodyText(text=text, cut=cut):
            yield Text()
            yield Text(escape(f"{text}\n{cut}" if cut else text), overflow="fold")
        case DiffLines(lines=lines):
            yield from (Text(escape_line(it), CHANGES.get(it[:1], ""), overflow="fold") for it in lines)
        case PageHead():
            yield _page_head(block)
        case ChoiceQuestion():
            yield from _question(block)
        case RequestRows(rows=rows):
            for request, after in rows:
                row = beside(one_line(request, Meaning.REQUEST), after, Meaning.QUIET)
                yield _indented(row, 4)
        case CheckRow():
            yield from _check(block)
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

    content: list[RenderableType] = [beside(step.what, step.where or step.why, Meaning.PLACE)]
    if step.code is not None:
        text = "\n".join(map(escape_line, step.code.lines))
        content.append(Text(text, LOOKS[Meaning.QUIET], overflow="fold"))
    content += (drawing for block in step.details for drawing in _views(block))
    return Labelled(step.number, escape_line(step.label), *content)


def _rule(row: RuleRow) -> Iterator[RenderableType]:
    if row.verdict is None:
        where = f"{row.view} {row.where}".strip()
        yield beside(one_line(f"{row.rule}  {row.said}"), where, Meaning.PLACE)
        return
    width = _BUILD_VERDICT if row.verdict.meaning in (Meaning.TAKE, Meaning.SKIP) else _VERDICT
    mark = (f"{escape_line(row.verdict.text):<{width}}", LOOKS[row.verdict.meaning])
    head = Text.assemble(mark, one_line(row.rule, Meaning.RULE), overflow="fold")
    yield beside(head, row.where, Meaning.PLACE)
    yield _indented(one_line(row.said), width)


def _code(frame: CodeFrame) -> Iterator[RenderableType]:
    if not frame.file:
        yield from (one_line(f"    {text}") for text in frame.lines)
        return
    yield one_line(frame.file, Meaning.QUIET)
    for number, text in enumerate(frame.lines, start=frame.first):
        decides = frame.mark is not None and frame.mark.line == number
        yield numbered(number, text, decides=decides)
        if decides and frame.mark is not None and (piece := text[frame.mark.start : frame.mark.end]):
            before = one_line(text[: frame.mark.start]).cell_len
            under = f"{' ' * (6 + before)}{'~' * one_line(piece).cell_len}"
            yield one_line(under, Meaning.WARNING)


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


def _check(row: CheckRow) -> Iterator[RenderableType]:
    if row.passed is None:
        yield Beside(one_line(f"  {row.expected}"), one_line(row.actual))
        yield _indented(view(row.details), 4)
        return
    request = (escape_line(f"{row.request}   "), LOOKS[Meaning.REQUEST])
    head = Text.assemble(_MARKS[row.passed], request, one_line(row.expected), overflow="fold")
    yield Beside(head, one_line(row.actual))
    yield _indented(view(row.details), _MARK)
