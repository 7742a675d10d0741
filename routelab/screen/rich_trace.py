"""A trace as rich renderables: numbered steps in columns, with looks from one table.

It never prints, and everything that came from a request, an app or a view is text to it, never markup.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from routelab.routing.candidate import Verdict
from routelab.routing.words import author_words, candidate_words, change_words, suggestion_words
from routelab.screen.lines import NARROW, Beside, one_line
from routelab.screen.looks import LABEL, QUIET, TITLE, status_look
from routelab.screen.plain import passed_by_lines, shown_of, title
from routelab.screen.selection import PassedBy, hops, response_maker, select
from routelab.screen.text import body_text, on_one_line
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
    parts: list[RenderableType] = []
    for number, hop in enumerate(hops(trace, everything=verbose)):
        if number:
            parts.append(Text())
        if isinstance(hop, PassedBy):
            parts += passed_by_view(hop, "-v")
        else:
            parts += _quiet(hop) if quiet else _one_trace(hop, verbose)
    return Group(*parts)


def passed_by_view(passed_by: PassedBy, whole: str) -> Iterator[RenderableType]:
    """Show requests in a line each; `whole` names what shows each of them whole: "-v"."""
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


def _one_trace(trace: Trace, verbose: bool) -> Iterator[RenderableType]:
    yield one_line(title(trace), TITLE)
    yield Text()
    selection = select(trace, verbose=verbose)
    for number, step in selection.steps:
        yield Labelled(number, label_of(step), *step_content(trace, step, everything=verbose))
    for line in words.way_out(trace):
        yield one_line(line)
    for note in trace.notes:
        yield one_line(f"Note: {note.text}", QUIET)
    if trace.response is not None and trace.response.body:
        yield Text()
        mimetype = trace.response.header("Content-Type") or ""
        yield Text(body_text(trace.response.body, mimetype, whole=verbose), overflow="fold")
    if not selection.complete:
        yield Text()
        yield one_line(shown_of(selection), QUIET)


def label_of(step: Step) -> str:
    """Name a step's kind, in a word that fits its column."""
    kind = words.kind(step)
    return _LABELS.get(kind, kind)


def step_content(trace: Trace, step: Step, *, everything: bool = False) -> Iterator[RenderableType]:
    """Show one step of a trace; `everything` shows also rules that neither fit nor were looked at."""
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
            one_line(f"{author.author.rule}  takes {author_words(author.author)}"),
            one_line(f"{author.author.endpoint} {location(author.place)}".strip(), QUIET),
        )
    for heading, candidates in candidate_groups(step, everything=everything):
        if heading:
            yield one_line(heading, QUIET)
        for placed in candidates:
            yield from _candidate(placed)
    for suggestion in step.suggestions:
        yield Beside(one_line(suggestion_words(suggestion)), one_line(change_words(suggestion), QUIET))
    if step.suggestions:
        yield one_line("(only the router was asked; no view ran)", QUIET)


def _candidate(placed: PlacedCandidate) -> Iterator[RenderableType]:
    verdict = placed.candidate.verdict
    line = Text.assemble(
        (f"{verdict.value:<9}", _VERDICTS[verdict]), on_one_line(placed.candidate.rule), overflow="fold"
    )
    yield Beside(line, one_line(location(placed.place), QUIET))
    yield Padding(one_line(candidate_words(placed.candidate)), (0, 0, 0, 9))


def _quiet(trace: Trace) -> Iterator[RenderableType]:
    response = trace.response
    if response is None:
        yield one_line("no response", status_look(0))
        return
    yield one_line(f"{response.status} {response.reason_phrase}", status_look(response.status))
    for name, value in response.headers:
        yield Text.assemble((on_one_line(f"{name}: "), LABEL), on_one_line(value), overflow="fold")
