"""A trace as plain sentences, one a step: for pipes, screen readers and terminals that can do nothing else.

It knows no width, no colour and no columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.routing.words import author_words, candidate_words, change_words, suggestion_words
from routelab.screen.selection import PassedBy, Selection, hops, response_maker, select
from routelab.screen.text import body_text, on_one_line
from routelab.tracing import words
from routelab.tracing.match_words import candidate_groups
from routelab.tracing.phrases import count, location
from routelab.tracing.records import MatchStep, Place, ResponseStep, Step, Trace
from routelab.tracing.response_words import header_reason, header_value, status_line

_NAMES = {"make_response": "Make response", "automatic_options": "Automatic OPTIONS"}


def trace_lines(trace: Trace, *, verbose: bool = False, quiet: bool = False) -> Iterator[str]:
    """Tell a trace, and those of the redirects that were followed; `quiet` leaves status and headers."""
    for number, hop in enumerate(hops(trace, everything=verbose)):
        if number:
            yield ""
        if isinstance(hop, PassedBy):
            yield from passed_by_lines(hop, "-v")
        elif quiet:
            yield from _response_lines(hop)
        else:
            yield from _one_trace(hop, verbose)


def passed_by_lines(passed_by: PassedBy, whole: str) -> Iterator[str]:
    """Tell requests in a line each; `whole` names what shows each of them whole: "-v"."""
    traces = passed_by.traces
    yield f"{count(len(traces), 'more request')} in between, one line each; {whole} shows them whole:"
    yield from (on_one_line(f"  {words.hop(trace)}") for trace in traces)


def title(trace: Trace) -> str:
    """Name the request and the app: "GET /user/alice, app app.py, engine flask 3.1.3"."""
    query = f"?{trace.request.query_string}" if trace.request.query_string else ""
    request = f"{trace.request.method} {trace.request.path}{query}"
    return on_one_line(
        f"{request}, app {trace.target}, engine {trace.engine} {trace.engine_version}".rstrip()
    )


def shown_of(selection: Selection) -> str:
    """Say how much of the trace is on the screen."""
    return f"{len(selection.steps)} of {count(selection.total, 'step')} shown; -v shows all."


def _one_trace(trace: Trace, verbose: bool) -> Iterator[str]:
    yield title(trace)
    selection = select(trace, verbose=verbose)
    for _, step in selection.steps:
        yield from step_lines(trace, step, everything=verbose)
    yield from (on_one_line(line) for line in words.way_out(trace))
    yield from _note_lines(trace)
    if trace.response is not None and trace.response.body:
        mimetype = trace.response.header("Content-Type") or ""
        yield "Body:"
        yield body_text(trace.response.body, mimetype, whole=verbose)
    if not selection.complete:
        yield shown_of(selection)


def cause_lines(trace: Trace) -> Iterator[str]:
    """Tell what is known of why an app did not load, beside the sentence that says so."""
    for step in trace.steps:
        yield from _detail_lines(step)
    yield from _note_lines(trace)


def _note_lines(trace: Trace) -> Iterator[str]:
    yield from (on_one_line(f"Note: {note.text}") for note in trace.notes)


def _detail_lines(step: Step) -> Iterator[str]:
    yield from (on_one_line(f"  {detail}") for detail in words.details(step))


def step_lines(trace: Trace, step: Step, *, everything: bool = False) -> Iterator[str]:
    """Tell one step of a trace; `everything` tells also of rules that neither fit nor were looked at."""
    kind = words.kind(step)
    name = _NAMES.get(kind, kind.capitalize())
    where = location(words.place(step))
    said = (
        status_line(step, response_maker(trace)) if isinstance(step, ResponseStep) else words.headline(step)
    )
    yield on_one_line(f"{name}: {said}" + (f" ({where})" if where else "") + ".")
    yield from _detail_lines(step)
    if isinstance(step, MatchStep):
        yield from match_lines(step, everything=everything)
    elif isinstance(step, ResponseStep):
        yield from _headers(trace, step)


def match_lines(step: MatchStep, *, everything: bool = False) -> Iterator[str]:
    """Tell of the rules that did not win, who allows what on a 405, and what would have matched."""
    for author in step.authors:
        view = _view(author.author.endpoint, author.place)
        yield on_one_line(f"  {author.author.rule} ({view}) takes {author_words(author.author)}")
    for heading, candidates in candidate_groups(step, everything=everything):
        if heading:
            yield heading
        for placed in candidates:
            candidate = placed.candidate
            view = _view(candidate.endpoint, placed.place)
            said = f"{candidate.verdict.value} {candidate.rule} ({view}): {candidate_words(placed.candidate)}"
            yield on_one_line(f"  {said}")
    for suggestion in step.suggestions:
        change = change_words(suggestion)
        yield on_one_line(f"  {suggestion_words(suggestion)} ({change}; only the router was asked)")


def _view(endpoint: object, place: Place) -> str:
    where = location(place)
    return f"{endpoint}, {where}" if where else str(endpoint)


def _headers(trace: Trace, step: ResponseStep) -> Iterator[str]:
    maker = response_maker(trace)
    for header in step.headers:
        reason = header_reason(header.name, header.origin, maker)
        yield on_one_line(f"  {header.name}: {header_value(header.name, header.value)} ({reason})")


def _response_lines(trace: Trace) -> Iterator[str]:
    response = trace.response
    if response is None:
        yield "no response"
        return
    yield on_one_line(f"{response.status} {response.reason_phrase}")
    yield from (on_one_line(f"{name}: {value}") for name, value in response.headers)
