"""Replies as rich renderables: colour and columns where there is room.

It never prints, and everything that came from a request, a lesson or a view is text to it, never markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from routelab.lessons.records import EditTask, PredictTask, TryTask
from routelab.repl.plain_items import checked_requests, choice_rows
from routelab.repl.rich_course import CourseView
from routelab.repl.rich_prose import block_view, prose
from routelab.repl.rich_steps import step_view
from routelab.repl.trace_parts import body_of, chosen, notes_of, request_title, shown_of
from routelab.screen.looks import LABEL, QUIET, TITLE
from routelab.screen.rich_trace import Beside, one_line
from routelab.session.reply import (
    AuthorSays,
    BuildShown,
    Checked,
    CourseShown,
    DecisionShown,
    DiffShown,
    Item,
    Listing,
    NotYet,
    PageShown,
    RoutesShown,
    Says,
    SourceShown,
    TaskShown,
    Tone,
    TraceShown,
)
from routelab.tracing.records import Trace
from routelab.tracing.words import count, way_out

TONES = {Tone.PLAIN: "", Tone.RIGHT: "bold green", Tone.WRONG: "bold red", Tone.ASIDE: QUIET}
_PASSED, _FAILED = ("  ok  ", "green"), ("  no  ", "bold red")
_DIFF_LOOKS = {"+": "green", "-": "red", "@": "cyan"}


def item_view(item: Item) -> RenderableType:
    """Show one thing of a reply."""
    return Group(*_parts(item))


def _parts(item: Item) -> Iterator[RenderableType]:
    match item:
        case Says(text=text, tone=tone):
            yield one_line(text, TONES[tone])
        case AuthorSays(text=text, label=label):
            yield prose(text, before=f"{label}: " if label else "")
        case CourseShown():
            yield CourseView(item)
        case PageShown():
            yield from _page(item)
        case TaskShown():
            yield from _task(item)
        case TraceShown():
            yield from trace_parts(item.trace, item)
        case NotYet():
            yield from _not_yet(item)
        case Checked():
            yield from _checked(item)
        case SourceShown(file=file, first=first, lines=lines):
            yield one_line(file, QUIET)
            yield from (_numbered(number, line) for number, line in enumerate(lines, start=first))
        case DiffShown(lines=lines):
            yield from (one_line(line, _DIFF_LOOKS.get(line[:1], "")) for line in lines)
        case Listing(title=title, rows=rows):
            yield one_line(title, TITLE)
            yield _rows(rows)
        case RoutesShown() | DecisionShown() | BuildShown():
            yield _router_view(item)
        case _:
            assert_never(item)


def trace_parts(trace: Trace, item: TraceShown) -> Iterator[RenderableType]:
    """Show the steps that the reply wants, then the body, then how much of the trace that was."""
    selection = chosen(trace, item)
    yield Text()
    yield one_line(request_title(trace), TITLE)
    yield Text()
    yield from (step_view(trace, number, step, everything=item.full) for number, step in selection.steps)
    yield from after_steps(trace, item)
    for hop in trace.redirects:
        yield from trace_parts(hop, item)


def after_steps(trace: Trace, item: TraceShown) -> Iterator[RenderableType]:
    """Show what stands below the steps."""
    selection = chosen(trace, item)
    yield from (one_line(line) for line in way_out(trace))
    yield from (one_line(f"Note: {note}", QUIET) for note in notes_of(trace, item))
    body = body_of(trace, whole=item.full)
    if body:
        yield Text()
        yield Text(body, overflow="fold")
    yield Text()
    if not selection.complete:
        yield one_line(shown_of(selection), QUIET)


def _router_view(item: RoutesShown | DecisionShown | BuildShown) -> RenderableType:
    from routelab.screen import routing_rich

    match item:
        case RoutesShown(table=table):
            return routing_rich.table_view(table)
        case DecisionShown(lab=lab, request=request, decision=decision):
            return routing_rich.decision_view(lab, request, decision)
        case BuildShown(wanted=wanted, explanation=explanation):
            return routing_rich.build_view(wanted, explanation)
    assert_never(item)


def _rows(rows: tuple[tuple[str, str], ...]) -> RenderableType:
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(style=LABEL, overflow="fold", max_width=30)
    grid.add_column(overflow="fold")
    for name, about in rows:
        grid.add_row(one_line(name), one_line(about))
    return Padding(grid, (0, 0, 0, 2))


def _numbered(number: int, line: str) -> Text:
    return Text.assemble((f"{number:>4}  ", QUIET), one_line(line), overflow="fold")


def _page(item: PageShown) -> Iterator[RenderableType]:
    yield Text()
    yield Beside(
        Text.assemble((item.page.title, TITLE), (f"   {item.lesson.title}", QUIET)),
        one_line(f"page {item.number} of {item.total}", QUIET),
    )
    for block in item.page.blocks:
        yield Text()
        yield block_view(block)
    yield Text()


def _task(item: TaskShown) -> Iterator[RenderableType]:
    task = item.task
    match task:
        case TryTask():
            yield prose(task.brief.ask, before="Your turn. ", look="bold yellow")
        case PredictTask():
            yield Text.assemble(("Request  ", LABEL), one_line(task.request.typed), overflow="fold")
            yield prose(task.brief.ask, look="bold yellow")
            choices = (f"{letter}) {label}" for letter, label in choice_rows(task))
            yield one_line("   ".join(choices))
        case EditTask():
            yield prose(task.brief.ask, before="Your turn. ", look="bold yellow")
            yield from (one_line(f"    {request}", LABEL) for request in checked_requests(task))
            last = item.checked.strftime("%H:%M:%S") if item.checked else "none yet"
            yield Beside(one_line(f"Your file: {item.file}"), Text("edit opens it", QUIET))
            yield Beside(Text("It is checked whenever it is saved."), one_line(f"last check: {last}", QUIET))
        case _:
            assert_never(task)


def _not_yet(item: NotYet) -> Iterator[RenderableType]:
    from routelab.lessons.words import came, expected, reasons

    yield Text("Not yet:", "bold yellow")
    for result in item.results:
        yield Beside(one_line(f"  wanted {expected(result)}"), one_line(came(result)))
        yield from (Padding(one_line(reason, QUIET), (0, 0, 0, 4)) for reason in reasons(result))


def _checked(item: Checked) -> Iterator[RenderableType]:
    from routelab.lessons.words import came, expected, reasons

    what = f"{', '.join(item.saved)} was saved" if item.saved else "checked"
    yield Text()
    yield one_line(f"{item.at:%H:%M:%S}  {what}", TITLE)
    result = item.result
    if result.no_app is not None:
        yield one_line(f"There is nothing to check: {result.no_app}.", TONES[Tone.WRONG])
        return
    for check in result.checks:
        request = check.check.request.typed
        for each in check.results:
            mark = _PASSED if each.passed else _FAILED
            line = Text.assemble(mark, (f"{request}   ", LABEL), one_line(expected(each)), overflow="fold")
            yield Beside(line, Text() if each.passed else one_line(came(each)))
            if not each.passed:
                yield from (Padding(one_line(reason, QUIET), (0, 0, 0, 6)) for reason in reasons(each))
        if not check.passed and check.check.because:
            yield Padding(prose(check.check.because), (0, 0, 0, 6))
    if not result.passed:
        passed = sum(check.passed for check in result.checks)
        yield one_line(f"{passed} of {count(len(result.checks), 'request')} as wanted.")
    if result.mistake is not None:
        yield prose(result.mistake.say, look="yellow")
