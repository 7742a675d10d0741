"""A trace as blocks: its title, its steps, its notes and its body, and those of the redirects that followed.

Sentences come from `tracing` and `routing`; which steps are worth a place is chosen in `selection`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from routelab.loading.records import Note
from routelab.record import Record
from routelab.routing.candidate import Verdict
from routelab.routing.words import author_words, candidate_words, change_words, suggestion_words
from routelab.screen.blocks import (
    Block,
    CodeFrame,
    Details,
    Fragment,
    Gap,
    HeaderRow,
    Line,
    Meaning,
    RuleRow,
    StepRow,
    line,
    phrase,
    status_meaning,
    title,
)
from routelab.screen.selection import Collapsed, Selection, response_maker, select, with_redirects
from routelab.screen.shown.body import body_text
from routelab.tracing import words
from routelab.tracing.match_words import candidate_groups
from routelab.tracing.phrases import count, location
from routelab.tracing.records import MatchStep, ResponseStep, Step, Trace, ViewStep
from routelab.tracing.response_words import header_reason, header_value, response_headline, status_reason

_WHOLE = "-v"
_SOURCE_LINES = 12
# A kind of step in full and in a word for a narrow column, where these are not the kind itself.
_NAMES = {
    "make_response": ("Make response", "response?"),
    "automatic_options": ("Automatic OPTIONS", "options"),
}
_VERDICTS = {
    Verdict.MATCH: Meaning.MATCH,
    Verdict.SHADOWED: Meaning.SHADOWED,
    Verdict.ALMOST: Meaning.ALMOST,
    Verdict.NO: Meaning.NO,
}


class Showing(Record):
    """How one trace is shown: its title, its steps, its notes.

    `everything` shows all rules and the whole body, too; `whole` is what people type to see that, as "-v".
    """

    title: str
    selection: Selection
    notes: tuple[Note, ...]
    everything: bool
    whole: str


def showing(trace: Trace, *, verbose: bool) -> Showing:
    """Show a trace as a command does, which names the app and all that was noted."""
    engine = f"engine {trace.engine} {trace.engine_version}".rstrip()
    return Showing(
        title=f"{request_title(trace)}, app {trace.target}, {engine}",
        selection=select(trace, verbose=verbose),
        notes=tuple(trace.telling_notes),
        everything=verbose,
        whole=_WHOLE,
    )


def request_title(trace: Trace) -> str:
    """Name the request: "GET /status?full=1"."""
    query = f"?{trace.request.query_string}" if trace.request.query_string else ""
    return f"{trace.request.method} {trace.request.path}{query}"


def trace_blocks(trace: Trace, *, verbose: bool = False, quiet: bool = False) -> Iterator[Block]:
    """Show a trace, and those of the redirects that were followed; `quiet` leaves status and headers."""

    def show(one: Trace) -> Iterator[Block]:
        return _response_alone(one) if quiet else one_trace(one, showing(one, verbose=verbose))

    return redirect_blocks(with_redirects(trace, everything=verbose), show, whole=_WHOLE)


def redirect_blocks(
    traces: Iterable[Trace | Collapsed], show: Callable[[Trace], Iterator[Block]], *, whole: str
) -> Iterator[Block]:
    """Show the requests of a chain of redirects; `whole` names what shows each of them whole: "-v"."""
    for number, one in enumerate(traces):
        if number:
            yield Gap(heard=True)
        yield from _collapsed(one, whole) if isinstance(one, Collapsed) else show(one)


def _collapsed(collapsed: Collapsed, whole: str) -> Iterator[Block]:
    traces = collapsed.traces
    more = count(len(traces), "more request")
    yield title(f"{more} in between, one line each; {whole} shows them whole:", level=3)
    yield Details(blocks=tuple(line(words.hop(trace)) for trace in traces))


def one_trace(trace: Trace, shown: Showing) -> Iterator[Block]:
    """Show one trace, without those of the redirects that were followed."""
    yield title(shown.title)
    for number, step in shown.selection.steps:
        yield step_row(trace, number, step, everything=shown.everything)
    yield from _escaped_lines(trace)
    yield from note_lines(shown.notes)
    if trace.response is not None and trace.response.body:
        mimetype = trace.response.header("Content-Type") or ""
        yield body_text(trace.response.body, mimetype, whole=None if shown.everything else shown.whole)
    if not shown.selection.complete:
        steps, total = len(shown.selection.steps), count(shown.selection.total, "step")
        yield Gap()
        yield line(f"{steps} of {total} shown; {shown.whole} shows all.", Meaning.QUIET)


def note_lines(notes: Iterable[Note]) -> Iterator[Block]:
    """Show what was noted of an app, a note a line."""
    for note in notes:
        yield line(f"Note: {note.text}", Meaning.QUIET)


def cause_blocks(trace: Trace) -> Iterator[Block]:
    """Show what is known of why an app did not load, beside the sentence that says so."""
    for step in trace.steps:
        yield Details(blocks=tuple(_details(step)))
    yield from note_lines(trace.notes)


def step_rows(trace: Trace, selection: Selection) -> tuple[StepRow, ...]:
    """Show the chosen steps alone, as when they are played."""
    return tuple(step_row(trace, number, step) for number, step in selection.steps)


def step_row(trace: Trace, number: int, step: Step, *, everything: bool = False) -> StepRow:
    """Show one step; `everything` shows also rules that neither fit nor were looked at."""
    kind = words.kind(step)
    name, label = _NAMES.get(kind, (kind.capitalize(), kind))
    if isinstance(step, ResponseStep):
        maker = response_maker(trace)
        return StepRow(
            number=number,
            name=name,
            label=label,
            what=phrase(response_headline(step), status_meaning(step.status)),
            why=status_reason(maker) if maker else "",
            details=tuple(_headers(trace, step)),
        )
    matched = match_rows(step, everything=everything) if isinstance(step, MatchStep) else ()
    return StepRow(
        number=number,
        name=name,
        label=label,
        what=phrase(words.headline(step)),
        where=location(words.place(step)),
        code=_source(step) if isinstance(step, ViewStep) and step.source else None,
        details=(*_details(step), *matched),
    )


def match_rows(step: MatchStep, *, everything: bool = False) -> Iterator[Block]:
    """Show the rules that did not win, who allows what on a 405, and what would have matched."""
    for it in step.authors:
        yield RuleRow(
            rule=it.author.rule,
            said=f"takes {author_words(it.author)}",
            view=it.author.endpoint,
            where=location(it.place),
        )
    for heading, candidates in candidate_groups(step, everything=everything):
        if heading:
            yield title(heading, level=3)
        for placed in candidates:
            candidate = placed.candidate
            yield RuleRow(
                rule=candidate.rule,
                said=candidate_words(candidate),
                verdict=Fragment(text=candidate.verdict.value, meaning=_VERDICTS[candidate.verdict]),
                view=str(candidate.endpoint),
                where=location(placed.place),
            )
    for suggestion in step.suggestions:
        yield line(suggestion_words(suggestion), aside=phrase(change_words(suggestion), Meaning.REASON))
    if step.suggestions:
        yield line("(only the router was asked; no view ran)", Meaning.QUIET)


def _details(step: Step) -> Iterator[Line]:
    yield from map(line, words.details(step))


def _headers(trace: Trace, step: ResponseStep) -> Iterator[HeaderRow]:
    maker = response_maker(trace)
    for header in step.headers:
        yield HeaderRow(
            name=header.name,
            value=header_value(header.name, header.value),
            reason=header_reason(header.name, header.origin, maker),
        )


def _source(step: ViewStep) -> CodeFrame:
    lines = step.source if len(step.source) <= _SOURCE_LINES else (*step.source[:_SOURCE_LINES], "...")
    indent = min((len(it) - len(it.lstrip()) for it in lines if it.strip()), default=0)
    return CodeFrame(lines=tuple(it[indent:] for it in lines), language="python")


def _escaped_lines(trace: Trace) -> Iterator[Block]:
    """Show what escaped the app, and below it the lines that it came by."""
    for text in words.way_out(trace):
        below = text.removeprefix("  ")
        yield line(text) if below == text else Details(blocks=(line(below),))


def _response_alone(trace: Trace) -> Iterator[Block]:
    response = trace.response
    if response is None:
        yield line("no response", Meaning.SERVER_ERROR)
        return
    yield line(f"{response.status} {response.reason_phrase}", status_meaning(response.status))
    yield from (HeaderRow(name=name, value=value) for name, value in response.headers)
