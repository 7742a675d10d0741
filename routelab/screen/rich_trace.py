"""A trace as rich renderables: numbered steps in columns, with looks from one table.

It never prints, and everything that came from a request, an app or a view is text to it, never markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from routelab.routing.candidate import Verdict
from routelab.screen.lines import NARROW, Beside, one_line
from routelab.screen.looks import LABEL, QUIET, TITLE, status_look
from routelab.screen.plain import passed_by_lines
from routelab.screen.selection import PassedBy, hops, response_maker
from routelab.screen.showing import Showing, body_of, showing, steps_shown
from routelab.screen.text import on_one_line
from routelab.tracing import words
from routelab.tracing.match_words import candidate_groups
from routelab.tracing.phrases import location
from routelab.tracing.records import MatchStep, PlacedCandidate, ResponseStep, Step, Trace, ViewStep
from routelab.tracing.response_words import header_reason, header_value, status_reason

_SOURCE_LINES = 12
_VERDICTS = {
    Verdict.MATCH: "green",
    Verdict.SHADOWED: "magenta",
    Verdict.ALMOST: "yellow",
    Verdict.NO: "dim",
}
_LABELS = {"make_response": "response?", "automatic_options": "options"}


def trace_view(trace: Trace, *, verbose: bool = False, quiet: bool = False) -> RenderableType:
    """Show a trace, and those of the redirects that were followed; `quiet` leaves status and headers."""

    def show(hop: Trace) -> Iterator[RenderableType]:
        return _quiet(hop) if quiet else one_trace(hop, showing(hop, verbose=verbose))

    return Group(*way_view(hops(trace, everything=verbose), show, whole="-v"))


def way_view(
    way: Iterable[Trace | PassedBy], show: Callable[[Trace], Iterator[RenderableType]], *, whole: str
) -> Iterator[RenderableType]:
    """Show the requests of a way of redirects; `whole` names what shows each of them whole: "-v"."""
    for number, hop in enumerate(way):
        if number:
            yield Text()
        yield from _passed_by(hop, whole) if isinstance(hop, PassedBy) else show(hop)


def _passed_by(passed_by: PassedBy, whole: str) -> Iterator[RenderableType]:
    heading, *lines = passed_by_lines(passed_by, whole)
    yield one_line(heading, QUIET)
    yield from map(one_line, lines)


class Labelled:
    """A numbered and labelled step; where it is narrow, its content stands below the label."""

    def __init__(self, number: int, label: str, *content: RenderableType) -> None:
        self._number = number
        self._label = label
        self._content = Group(*content)

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width < NARROW:
            yield Text.assemble((f"{self._number:>2} ", QUIET), (self._label, LABEL))
            yield Padding(self._content, (0, 0, 0, 3))
            return
        grid = Table.grid(padding=(0, 1), expand=True)
        grid.add_column(width=2, justify="right", style=QUIET)
        grid.add_column(width=11, style=LABEL)
        grid.add_column(ratio=1)
        grid.add_row(str(self._number), self._label, self._content)
        yield grid


def one_trace(trace: Trace, shown: Showing) -> Iterator[RenderableType]:
    """Show one trace, without those of the redirects that were followed."""
    yield one_line(shown.title, TITLE)
    yield Text()
    for number, step in shown.selection.steps:
        yield step_view(trace, number, step, everything=shown.everything)
    yield from (one_line(line) for line in words.way_out(trace))
    yield from (one_line(f"Note: {note}", QUIET) for note in shown.notes)
    if (body := body_of(trace, shown)) is not None:
        yield Text()
        yield Text(body, overflow="fold")
    if (rest := steps_shown(shown)) is not None:
        yield Text()
        yield one_line(rest, QUIET)


def step_view(trace: Trace, number: int, step: Step, *, everything: bool = False) -> RenderableType:
    """Show one step; `everything` shows also rules that neither fit nor were looked at."""
    return Labelled(number, label_of(step), *_content(trace, step, everything=everything))


def label_of(step: Step) -> str:
    """Name a step's kind, in a word that fits its column."""
    kind = words.kind(step)
    return _LABELS.get(kind, kind)


def _content(trace: Trace, step: Step, *, everything: bool) -> Iterator[RenderableType]:
    where = one_line(location(words.place(step)), QUIET)
    if isinstance(step, ResponseStep):
        yield from _response(trace, step)
        return
    yield Beside(one_line(words.headline(step)), where)
    if isinstance(step, ViewStep) and step.source:
        yield _source(step)
    for detail in words.details(step):
        yield one_line(detail)
    if isinstance(step, MatchStep):
        yield from match_view(step, everything=everything)


def _response(trace: Trace, step: ResponseStep) -> Iterator[RenderableType]:
    maker = response_maker(trace)
    reason = status_reason(maker) if maker else ""
    yield Beside(one_line(words.headline(step), status_look(step.status)), one_line(reason, QUIET))
    for header in step.headers:
        line = Text.assemble(
            (on_one_line(f"{header.name}: "), LABEL),
            on_one_line(header_value(header.name, header.value)),
            overflow="fold",
        )
        yield Beside(line, one_line(header_reason(header.name, header.origin, maker), QUIET))


def _source(step: ViewStep) -> RenderableType:
    lines = step.source if len(step.source) <= _SOURCE_LINES else (*step.source[:_SOURCE_LINES], "...")
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return Text("\n".join(on_one_line(line[indent:]) for line in lines), QUIET, overflow="fold")


def match_view(step: MatchStep, *, everything: bool = False) -> Iterator[RenderableType]:
    """Show the rules that did not win, who allows what on a 405, and what would have matched."""
    for author in step.authors:
        yield Beside(
            one_line(f"{author.author.rule}  takes {author.author.text}"),
            one_line(f"{author.author.endpoint} {location(author.place)}".strip(), QUIET),
        )
    for heading, candidates in candidate_groups(step, everything=everything):
        if heading:
            yield one_line(heading, QUIET)
        for placed in candidates:
            yield from _candidate(placed)
    for suggestion in step.suggestions:
        yield Beside(one_line(suggestion.text), one_line(suggestion.difference, QUIET))
    if step.suggestions:
        yield one_line("(only the router was asked; no view ran)", QUIET)


def _candidate(placed: PlacedCandidate) -> Iterator[RenderableType]:
    verdict = placed.candidate.verdict
    line = Text.assemble(
        (f"{verdict.value:<9}", _VERDICTS[verdict]), on_one_line(placed.candidate.rule), overflow="fold"
    )
    yield Beside(line, one_line(location(placed.place), QUIET))
    yield Padding(one_line(placed.candidate.text), (0, 0, 0, 9))


def _quiet(trace: Trace) -> Iterator[RenderableType]:
    response = trace.response
    if response is None:
        yield one_line("no response", status_look(0))
        return
    yield one_line(f"{response.status} {response.reason_phrase}", status_look(response.status))
    for name, value in response.headers:
        yield Text.assemble((on_one_line(f"{name}: "), LABEL), on_one_line(value), overflow="fold")
