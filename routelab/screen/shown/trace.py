"""A trace as blocks: its title, its steps, its notes and its body, and those of the redirects that followed.

Sentences come from `tracing` and `routing`; which steps are worth a place is chosen in `selection`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from routelab.record import Record
from routelab.routing.candidate import Verdict
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
from routelab.tracing.cookies import CookieHeldBack, CookieSet
from routelab.tracing.facts import Note
from routelab.tracing.phrases import count, location
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace, escaped_lines, redirect_words

_WHOLE = "-v"
_SOURCE_LINES = 12
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
    engine = f"engine {trace.engine.name} {trace.engine.version}".rstrip()
    return Showing(
        title=f"{trace.request.words}, app {trace.app.target}, {engine}",
        selection=select(trace, verbose=verbose),
        notes=tuple(trace.telling_notes),
        everything=verbose,
        whole=_WHOLE,
    )


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
    yield Details(blocks=tuple(line(redirect_words(trace)) for trace in traces))


def one_trace(trace: Trace, shown: Showing) -> Iterator[Block]:
    """Show one trace, without those of the redirects that were followed."""
    yield title(shown.title)
    for number, step in shown.selection.steps:
        yield step_row(trace, number, step, everything=shown.everything)
    yield from _not_run_lines(trace)
    yield from _escaped_lines(trace)
    yield from note_lines(shown.notes)
    if trace.response is not None and trace.response.body:
        mimetype = trace.response.header("Content-Type") or ""
        yield body_text(trace.response.body, mimetype, whole=None if shown.everything else shown.whole)
    if not shown.selection.complete:
        steps, total = len(shown.selection.steps), count(shown.selection.total, "step")
        yield Gap()
        yield line(f"{steps} of {total} shown; {shown.whole} shows all.", Meaning.QUIET)


def _not_run_lines(trace: Trace) -> Iterator[Block]:
    """Show what did not run and why, but for handlers that a step has named already."""
    told = [handler.place for step in trace.steps if isinstance(step, ErrorStep) for handler in step.unasked]
    for missing in trace.not_run:
        if missing.place not in told:
            where = location(missing.place)
            yield line(f"{missing.text} ({where})" if where else missing.text, Meaning.REASON)


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


def step_row(trace: Trace, number: int, step: AnyStep, *, everything: bool = False) -> StepRow:
    """Show one step; `everything` shows also rules that neither fit nor were looked at."""
    name, label = step.title(), step.label or step.kind()
    if isinstance(step, ResponseStep):
        maker = response_maker(trace)
        return StepRow(
            number=number,
            name=name,
            label=label,
            what=phrase(step.headline, status_meaning(step.status)),
            why=step.why(maker),
            details=(*_details(step), *_headers(trace, step)),
        )
    matched = match_rows(step, everything=everything) if isinstance(step, MatchStep) else ()
    return StepRow(
        number=number,
        name=name,
        label=label,
        what=phrase(step.headline),
        where=location(step.at),
        code=_source(step) if isinstance(step, ViewStep) and step.source else None,
        details=(*_details(step), *_held_back(trace, step), *matched),
    )


def match_rows(step: MatchStep, *, everything: bool = False) -> Iterator[Block]:
    """Show the rules that did not win, who allows what on a 405, and what would have matched."""
    for it in step.authors:
        yield RuleRow(
            rule=it.rule.rule,
            said=f"takes {it.rule.text}",
            view=it.rule.endpoint,
            where=location(it.place),
        )
    for heading, candidates in step.groups(everything=everything):
        if heading:
            yield title(heading, level=3)
        for placed in candidates:
            candidate = placed.candidate
            yield RuleRow(
                rule=candidate.rule,
                said=candidate.text,
                verdict=Fragment(text=candidate.verdict.value, meaning=_VERDICTS[candidate.verdict]),
                view=candidate.endpoint,
                where=location(placed.place),
            )
    for suggestion in step.suggestions:
        yield line(suggestion.text, aside=phrase(suggestion.difference, Meaning.REASON))
    if step.suggestions:
        yield line("(only the router was asked; no view ran)", Meaning.QUIET)


def _details(step: AnyStep) -> Iterator[Line]:
    yield from map(line, step.details)


def _held_back(trace: Trace, step: AnyStep) -> Iterator[Line]:
    """Show below the request which cookies did not come along."""
    if isinstance(step, RequestStep):
        for news in trace.cookies:
            if isinstance(news, CookieHeldBack):
                yield line(news.text)


def _headers(trace: Trace, step: ResponseStep) -> Iterator[Block]:
    """Show the headers, and below each Set-Cookie what its client made of it, where that is worth a line."""
    maker = response_maker(trace)
    news = [each for each in trace.cookies if isinstance(each, CookieSet)]
    for header in step.headers:
        yield HeaderRow(
            name=header.name,
            value=header.shown_value,
            reason=header.reason(maker),
        )
        if header.name.lower() == "set-cookie":
            for each in (each for each in news if each.header == header.value and each.telling):
                yield Details(blocks=(line(each.text),))
                news = [other for other in news if other is not each]


def _source(step: ViewStep) -> CodeFrame:
    lines = step.source if len(step.source) <= _SOURCE_LINES else (*step.source[:_SOURCE_LINES], "...")
    indent = min((len(it) - len(it.lstrip()) for it in lines if it.strip()), default=0)
    return CodeFrame(lines=tuple(it[indent:] for it in lines), language="python")


def _escaped_lines(trace: Trace) -> Iterator[Block]:
    """Show what escaped the app, and below it the lines that it came by."""
    for text in escaped_lines(trace):
        below = text.removeprefix("  ")
        yield line(text) if below == text else Details(blocks=(line(below),))


def _response_alone(trace: Trace) -> Iterator[Block]:
    response = trace.response
    if response is None:
        yield line("no response", Meaning.SERVER_ERROR)
        return
    yield line(f"{response.status} {response.reason_phrase}", status_meaning(response.status))
    yield from (HeaderRow(name=name, value=value) for name, value in response.headers)
