"""A trace as plain sentences, one a step: for pipes, screen readers and terminals that can do nothing else.

It knows no width, no colour and no columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from routelab.screen.selection import PassedBy, hops, response_maker
from routelab.screen.showing import Showing, body_of, showing, steps_shown
from routelab.screen.text import on_one_line
from routelab.tracing import words
from routelab.tracing.match_words import candidate_groups
from routelab.tracing.phrases import count, location
from routelab.tracing.records import MatchStep, Place, ResponseStep, Step, Trace
from routelab.tracing.response_words import header_reason, header_value, status_line

_NAMES = {"make_response": "Make response", "automatic_options": "Automatic OPTIONS"}


def trace_lines(trace: Trace, *, verbose: bool = False, quiet: bool = False) -> Iterator[str]:
    """Tell a trace, and those of the redirects that were followed; `quiet` leaves status and headers."""

    def tell(hop: Trace) -> Iterator[str]:
        return _response_lines(hop) if quiet else one_trace(hop, showing(hop, verbose=verbose))

    return way_lines(hops(trace, everything=verbose), tell, whole="-v")


def way_lines(
    way: Iterable[Trace | PassedBy], tell: Callable[[Trace], Iterator[str]], *, whole: str
) -> Iterator[str]:
    """Tell the requests of a way of redirects; `whole` names what shows each of them whole: "-v"."""
    for number, hop in enumerate(way):
        if number:
            yield ""
        yield from passed_by_lines(hop, whole) if isinstance(hop, PassedBy) else tell(hop)


def passed_by_lines(passed_by: PassedBy, whole: str) -> Iterator[str]:
    """Tell requests in a line each; `whole` names what shows each of them whole: "-v"."""
    traces = passed_by.traces
    yield f"{count(len(traces), 'more request')} in between, one line each; {whole} shows them whole:"
    yield from (on_one_line(f"  {words.hop(trace)}") for trace in traces)


def one_trace(trace: Trace, shown: Showing) -> Iterator[str]:
    """Tell one trace, without those of the redirects that were followed."""
    yield shown.title
    for _, step in shown.selection.steps:
        yield from step_lines(trace, step, everything=shown.everything)
    yield from (on_one_line(line) for line in words.way_out(trace))
    yield from (f"Note: {note}" for note in shown.notes)
    if (body := body_of(trace, shown)) is not None:
        yield "Body:"
        yield from body.split("\n")
    if (rest := steps_shown(shown)) is not None:
        yield rest


def cause_lines(trace: Trace) -> Iterator[str]:
    """Tell what is known of why an app did not load, beside the sentence that says so."""
    for step in trace.steps:
        yield from _detail_lines(step)
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
        yield on_one_line(f"  {author.author.rule} ({view}) takes {author.author.text}")
    for heading, candidates in candidate_groups(step, everything=everything):
        if heading:
            yield heading
        for placed in candidates:
            candidate = placed.candidate
            view = _view(candidate.endpoint, placed.place)
            said = f"{candidate.verdict.value} {candidate.rule} ({view}): {candidate.text}"
            yield on_one_line(f"  {said}")
    for suggestion in step.suggestions:
        said = f"{suggestion.text} ({suggestion.difference}; only the router was asked)"
        yield on_one_line(f"  {said}")


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
