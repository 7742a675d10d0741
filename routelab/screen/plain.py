"""A trace as plain sentences, one a step: for pipes, screen readers and terminals that can do nothing else.

It knows no width, no colour and no columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.routing.candidate import Verdict
from routelab.screen.selection import Selection, response_maker, select
from routelab.screen.text import body_text, on_one_line
from routelab.tracing import words
from routelab.tracing.records import MatchStep, ResponseStep, Step, Trace

_NAMES = {"make_response": "Make response", "automatic_options": "Automatic OPTIONS"}


def trace_lines(trace: Trace, *, verbose: bool = False, quiet: bool = False) -> Iterator[str]:
    """Tell a trace, and those of the redirects that were followed; `quiet` leaves status and headers."""
    if quiet:
        yield from _response_lines(trace)
    else:
        yield from _one_trace(trace, verbose)
    for hop in trace.redirects:
        yield ""
        yield from trace_lines(hop, verbose=verbose, quiet=quiet)


def title(trace: Trace) -> str:
    """Name the request and the app: "GET /user/alice, app app.py, engine flask 3.1.3"."""
    query = f"?{trace.request.query_string}" if trace.request.query_string else ""
    request = f"{trace.request.method} {trace.request.path}{query}"
    return on_one_line(
        f"{request}, app {trace.target}, engine {trace.engine} {trace.engine_version}".rstrip()
    )


def shown_of(selection: Selection) -> str:
    """Say how much of the trace is on the screen."""
    return f"{len(selection.steps)} of {words.count(selection.total, 'step')} shown; -v shows all."


def _one_trace(trace: Trace, verbose: bool) -> Iterator[str]:
    yield title(trace)
    selection = select(trace, verbose=verbose)
    for _, step in selection.steps:
        yield from _step_lines(trace, step)
    yield from (on_one_line(f"Note: {note.text}") for note in trace.notes)
    if trace.response is not None and trace.response.body:
        mimetype = trace.response.header("Content-Type") or ""
        yield "Body:"
        yield body_text(trace.response.body, mimetype, whole=verbose)
    if not selection.complete:
        yield shown_of(selection)


def _step_lines(trace: Trace, step: Step) -> Iterator[str]:
    kind = words.kind(step)
    name = _NAMES.get(kind, kind.capitalize())
    where = words.location(words.place(step))
    said = (
        words.status_line(step, response_maker(trace))
        if isinstance(step, ResponseStep)
        else words.headline(step)
    )
    yield on_one_line(f"{name}: {said}" + (f" ({where})" if where else "") + ".")
    for detail in words.details(step):
        yield on_one_line(f"  {detail}")
    if isinstance(step, MatchStep):
        yield from _candidates(step)
    elif isinstance(step, ResponseStep):
        yield from _headers(trace, step)


def _candidates(step: MatchStep) -> Iterator[str]:
    for placed in step.candidates:
        candidate = placed.candidate
        if candidate.verdict is Verdict.MATCH:
            continue  # the match line names it
        where = words.location(placed.place)
        reason = words.candidate(placed)
        view = f"{candidate.endpoint}, {where}" if where else candidate.endpoint
        line = f"  {candidate.verdict.value} {candidate.rule} ({view})" + (f": {reason}" if reason else "")
        yield on_one_line(line)
    for suggestion in step.suggestions:
        yield on_one_line(f"  would match: {words.suggestion(suggestion)}")


def _headers(trace: Trace, step: ResponseStep) -> Iterator[str]:
    maker = response_maker(trace)
    for header in step.headers:
        reason = words.header_reason(header.name, header.origin, maker)
        yield on_one_line(f"  {header.name}: {header.value} ({reason})")


def _response_lines(trace: Trace) -> Iterator[str]:
    response = trace.response
    if response is None:
        yield "no response"
        return
    yield on_one_line(f"{response.status} {response.reason_phrase}")
    yield from (on_one_line(f"{name}: {value}") for name, value in response.headers)
