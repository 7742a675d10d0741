"""Replies as rich renderables: colour and columns where there is room.

It never prints, and everything that came from a request, a lesson or a view is text to it, never markup.
What only lessons, traces or the router need is loaded with the first of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from routelab.repl.rich_course import CourseView
from routelab.screen.lines import numbered, one_line
from routelab.screen.looks import LABEL, QUIET, TITLE
from routelab.screen.text import on_one_line
from routelab.session.reply import (
    AuthorSays,
    BuildShown,
    Checked,
    CourseShown,
    DecisionShown,
    DiffShown,
    Item,
    LineToCopy,
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

_TONES = {Tone.PLAIN: "", Tone.RIGHT: "bold green", Tone.WRONG: "bold red", Tone.ASIDE: QUIET}
_DIFF_LOOKS = {"+": "green", "-": "red", "@": "cyan"}


def item_view(item: Item) -> RenderableType:
    """Show one thing of a reply."""
    return Group(*_parts(item))


def _parts(item: Item) -> Iterator[RenderableType]:
    match item:
        case Says(text=text, tone=tone):
            yield one_line(text, _TONES[tone])
        case LineToCopy(text=text):
            yield Text(on_one_line(text), no_wrap=True, overflow="ignore")
        case CourseShown():
            yield CourseView(item)
        case TraceShown():
            from routelab.repl.rich_traces import trace_parts

            yield from trace_parts(item)
        case AuthorSays() | PageShown() | TaskShown() | NotYet() | Checked():
            from routelab.repl.rich_lesson import lesson_parts

            yield from lesson_parts(item)
        case SourceShown(file=file, first=first, lines=lines):
            yield one_line(file, QUIET)
            yield from (numbered(number, line) for number, line in enumerate(lines, start=first))
        case DiffShown(lines=lines):
            yield from (one_line(line, _DIFF_LOOKS.get(line[:1], "")) for line in lines)
        case Listing(title=title, rows=rows):
            yield one_line(title, TITLE)
            yield _rows(rows)
        case RoutesShown() | DecisionShown() | BuildShown():
            yield _router_view(item)
        case _:
            assert_never(item)


def _router_view(item: RoutesShown | DecisionShown | BuildShown) -> RenderableType:
    from routelab.screen import routing_rich

    match item:
        case RoutesShown(table=table):
            return routing_rich.table_view(table)
        case DecisionShown(lab=lab, request=request, decision=decision, everything=everything):
            return routing_rich.decision_view(lab, request, decision, everything=everything)
        case BuildShown(wanted=wanted, explanation=explanation):
            return routing_rich.build_view(wanted, explanation)
    assert_never(item)


def _rows(rows: tuple[tuple[str, str], ...]) -> RenderableType:
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style=LABEL, overflow="fold", max_width=30)
    grid.add_column(overflow="fold")
    for name, about in rows:
        grid.add_row(one_line(name), one_line(about))
    return Padding(grid, (0, 0, 0, 2))
