"""The router's answers as rich renderables.

It never prints, and everything that came from an app is text to it, never markup.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from routelab.asking import Audit, Decision, Route, Table
from routelab.lab import Lab
from routelab.loading.records import Note
from routelab.requestline import RequestLine
from routelab.requestline.urlfor import UrlFor
from routelab.routing.built import BuildExplanation, BuildVerdict
from routelab.screen.folding import PathText
from routelab.screen.lines import NARROW, Beside, one_line
from routelab.screen.looks import LABEL, QUIET, TITLE
from routelab.screen.rich_trace import Labelled, match_view
from routelab.screen.routing_plain import (
    audit_total,
    build_sentences,
    build_title,
    decision_title,
    methods,
    note_lines,
    order_line,
    route_lines,
)
from routelab.tracing import words
from routelab.tracing.phrases import count, location

_BUILD_LOOKS = {BuildVerdict.TAKE: "green", BuildVerdict.SKIP: "dim"}


def decision_view(
    lab: Lab, request: RequestLine, decision: Decision, *, everything: bool = True
) -> RenderableType:
    """Show the decision and the rules that did not win; without `everything` not those far from fitting."""
    match = decision.match
    where = one_line(location(words.place(match)), QUIET)
    details = [one_line(detail) for detail in words.details(match)]
    others = match_view(match, everything=everything)
    parts: list[RenderableType] = [
        one_line(decision_title(lab, request), TITLE),
        Text(),
        Labelled(
            1,
            "match",
            Beside(one_line(words.headline(match)), where),
            *details,
            *others,
        ),
    ]
    if decision.converters is not None:
        parts.append(Labelled(2, "converters", one_line(words.headline(decision.converters))))
    return Group(*parts)


def note_views(notes: tuple[Note, ...]) -> list[Text]:
    """Show what was noted of the app beside the decision."""
    return [one_line(line, QUIET) for line in note_lines(notes)]


class _Columns:
    """The route table in columns; where it is narrow, a rule and what belongs to it one below the other."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width < NARROW:
            yield from (one_line(line) for line in route_lines(self._table))
            return
        grid = Grid(box=None, padding=(0, 2, 0, 0), expand=False, header_style=LABEL, pad_edge=False)
        grid.add_column("order", style=QUIET, justify="right")
        grid.add_column("methods")
        grid.add_column("rule", overflow="fold")
        grid.add_column("endpoint", overflow="fold")
        grid.add_column("view", style=QUIET, overflow="fold")
        for route in self._table.routes:
            grid.add_row(*_cells(route))
        yield grid


def table_view(table: Table) -> RenderableType:
    """Show the route table."""
    return Group(_Columns(table), Text(), one_line(order_line(table), QUIET))


def _cells(route: Route) -> tuple[RenderableType, ...]:
    rule = f"{route.rule}  (for building only)" if route.build_only else route.rule
    view = "Flask's own" if route.builtin else location(route.place) or route.place.function or "no view"
    return (
        one_line(str(route.order)),
        one_line(methods(route)),
        PathText(rule),
        one_line(route.endpoint),
        PathText(view),
    )


def build_view(wanted: UrlFor, built: BuildExplanation) -> RenderableType:
    """Show which rule was taken, what became of the values, and the URL."""
    parts: list[RenderableType] = [
        one_line(build_title(wanted), TITLE),
        Text(),
    ]
    if built.rules:
        parts.append(Labelled(1, "endpoint", *_considered(wanted, built)))
    values = [one_line(sentence) for sentence in build_sentences(wanted, built)]
    if values:
        parts.append(Labelled(len(parts) - 1, "values", *values))
    back = [] if built.back is None else [one_line(built.back.text, "" if built.back.same else "yellow")]
    result = one_line(built.url or built.text, "bold green" if built.url else "bold red")
    parts.append(Labelled(len(parts) - 1, "url", result, *back))
    return Group(*parts)


def _considered(wanted: UrlFor, built: BuildExplanation) -> Iterator[RenderableType]:
    yield one_line(f"{wanted.full_endpoint} has {count(len(built.rules), 'rule')}")
    for considered in built.rules:
        verdict = considered.verdict
        yield Text.assemble(
            (f"{verdict.value:<6}", _BUILD_LOOKS[verdict]), one_line(considered.rule), overflow="fold"
        )
        yield Padding(one_line(considered.text), (0, 0, 0, 6))


def audit_view(found: Audit) -> RenderableType:
    """Show the findings and their number."""
    parts: list[RenderableType] = []
    for placed in found.findings:
        finding = placed.finding
        head = Text.assemble(
            (f"{finding.code.value}  ", "yellow"), one_line(finding.about.rule), overflow="fold"
        )
        parts.append(Beside(head, one_line(location(placed.place), QUIET)))
        parts.append(Padding(one_line(finding.text), (0, 0, 0, 6)))
    return Group(*parts, one_line(audit_total(found), TITLE))
