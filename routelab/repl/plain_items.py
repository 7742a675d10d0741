"""Replies as plain lines: for pipes, screen readers and terminals that can do nothing else.

One sentence a step, words instead of colour and columns; it knows no width.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from routelab.lessons.prose import Block, Code, ItemList, Paragraph, Table, Text, plain
from routelab.repl.trace_parts import WHOLE, showing_for
from routelab.screen.plain import one_trace, way_lines
from routelab.screen.selection import hops
from routelab.screen.text import on_one_line
from routelab.session.reply import (
    AuthorSays,
    BuildShown,
    Checked,
    CourseShown,
    DecisionShown,
    DiffShown,
    Item,
    LessonCard,
    LineToCopy,
    Listing,
    NotYet,
    PageShown,
    RoutesShown,
    Says,
    SourceShown,
    TaskShown,
    TraceShown,
)
from routelab.tracing.phrases import count
from routelab.tracing.records import Trace

if TYPE_CHECKING:
    from routelab.lessons.tasks.edit import CheckResult


def item_lines(item: Item) -> Iterator[str]:
    """Tell one thing of a reply; no line holds a control character."""
    yield from (on_one_line(line) for line in _lines(item))


def _lines(item: Item) -> Iterator[str]:
    match item:
        case Says(text=text) | LineToCopy(text=text):
            yield text
        case AuthorSays(text=text, label=label):
            yield f"{label}: {_text(text)}" if label else _text(text)
        case CourseShown():
            yield from _course(item)
        case PageShown():
            yield from _page(item)
        case TaskShown():
            yield from _task(item)
        case TraceShown():
            yield from _traces(item)
        case NotYet():
            yield from _not_yet(item)
        case Checked():
            yield from _checked(item)
        case SourceShown(file=file, first=first, lines=lines):
            yield f"{file}:"
            yield from (f"{number:>4}  {line}" for number, line in enumerate(lines, start=first))
        case DiffShown(lines=lines):
            yield from lines
        case Listing(title=title, rows=rows):
            yield title
            yield from (f"  {name}: {about}" if about else f"  {name}" for name, about in rows)
        case RoutesShown() | DecisionShown() | BuildShown():
            yield from _router_lines(item)
        case _:
            assert_never(item)


def _router_lines(item: RoutesShown | DecisionShown | BuildShown) -> Iterator[str]:
    from routelab.screen import routing_plain

    match item:
        case RoutesShown(table=table):
            yield from routing_plain.table_lines(table)
        case DecisionShown(lab=lab, request=request, decision=decision, everything=everything):
            yield from routing_plain.decision_lines(lab, request, decision, everything=everything)
        case BuildShown(wanted=wanted, explanation=explanation):
            yield from routing_plain.build_lines(wanted, explanation)
        case _:
            assert_never(item)


def _text(text: Text) -> str:
    """Write a text with each link's address behind its words."""
    return "".join(
        plain((span,)) + (f" ({span.url})" if span.url and span.url != span.text else "") for span in text
    )


def _course(item: CourseShown) -> Iterator[str]:
    for part, cards in item.parts:
        if part:
            yield f"{part}:"
        yield from map(_card, cards)


def _card(card: LessonCard) -> str:
    minutes = f" About {card.minutes} minutes." if card.minutes else ""
    progress = (
        f" {card.finished} of {count(card.pages, 'page')}: {card.words}." if card.words else " Not begun."
    )
    return f"Lesson {card.number}, {card.title}: {card.goal}{minutes}{progress}"


def _page(item: PageShown) -> Iterator[str]:
    yield ""
    optional = " (optional)" if item.optional else ""
    yield f"{item.lesson.title}, page {item.number} of {item.total}{optional}: {item.page.title}"
    for block in item.page.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text=text):
            yield _text(text)
        case ItemList(items=items, numbered=numbered):
            for number, entry in enumerate(items, start=1):
                yield f"  {f'{number}.' if numbered else '-'} {_text(entry)}"
        case Table(header=header, rows=rows):
            names = [_text(cell) for cell in header]
            for row in rows:
                yield "  " + "; ".join(
                    f"{name}: {_text(cell)}" for name, cell in zip(names, row, strict=True)
                )
        case Code(text=text, source=source):
            first = source.first_line if source else None
            if source is not None:
                yield f"From {source.file}, line {source.first_line}:"
            for number, line in enumerate(text.splitlines(), start=first or 0):
                yield f"{number:>4}  {line}" if first is not None else f"    {line}"
        case _:
            assert_never(block)


def _task(item: TaskShown) -> Iterator[str]:
    from routelab.lessons.tasks.edit import EditTask, checked_requests
    from routelab.lessons.tasks.predict import PredictTask, lettered_choices
    from routelab.lessons.tasks.try_ import TryTask
    from routelab.lessons.words import sent_first

    task = item.task
    match task:
        case TryTask():
            yield f"Your turn: {_text(task.brief.ask)}"
        case PredictTask():
            yield f"The request: {_with_first((task.request.typed, sent_first(task.brief.before)))}"
            yield _text(task.brief.ask)
            yield from (f"  {letter}) {label}" for letter, label in lettered_choices(task))
        case EditTask():
            yield f"Your turn: {_text(task.brief.ask)}"
            yield f"These requests are sent: {', '.join(map(_with_first, checked_requests(task)))}"
            yield f"Your file: {item.file} (edit opens it)"
            yield f"It is checked whenever it is saved. Last check: {item.last_check}."
        case _:
            assert_never(task)


def _with_first(sent: tuple[str, str]) -> str:
    request, first = sent
    return f"{request} ({first})" if first else request


def _traces(item: TraceShown) -> Iterator[str]:
    def tell(hop: Trace) -> Iterator[str]:
        return one_trace(hop, showing_for(hop, item))

    return way_lines(hops(item.trace, everything=item.full), tell, whole=WHOLE)


def _not_yet(item: NotYet) -> Iterator[str]:
    from routelab.lessons.words import actual, expected, reasons

    yield "Not yet:"
    for result in item.results:
        yield f"  wanted {expected(result)}; {actual(result)}"
        yield from (f"    {reason}" for reason in reasons(result))


def _checked(item: Checked) -> Iterator[str]:
    from routelab.lessons.tasks.edit import nothing_to_check, passed_of

    result = item.result
    yield item.heading
    if result.no_app is not None:
        yield f"  {nothing_to_check(result.no_app)}"
        return
    told: set[str] = set()
    for check in result.checks:
        yield from _check(check, told)
    if not result.passed:
        yield passed_of(result)
    if result.mistake is not None:
        yield _text(result.mistake.say)


def _check(check: CheckResult, told: set[str]) -> Iterator[str]:
    from routelab.lessons.tasks.edit import was_sent_first
    from routelab.lessons.words import actual, expected, untold_reasons

    request = check.check.request.typed
    for each in check.results:
        if each.passed:
            yield f"  ok  {request}  {expected(each)}"
        else:
            yield f"  no  {request}  {expected(each)}: {actual(each)}"
            yield from (f"        {reason}" for reason in untold_reasons(each, told))
    if check.passed:
        return
    if (first := was_sent_first(check.check)) is not None:
        yield f"      {first}"
    if check.check.because:
        yield f"      {_text(check.check.because)}"
