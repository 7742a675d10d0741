"""A trace as the prompt shows it: the steps that the reply wants, the body, how much of it that was.

It never prints; how one step looks is the business of `screen`.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from routelab.repl.rich_steps import step_view
from routelab.repl.trace_parts import body_of, chosen, notes_of, request_title, shown_of
from routelab.screen.lines import one_line
from routelab.screen.looks import QUIET, TITLE
from routelab.screen.rich_trace import passed_by_view
from routelab.screen.selection import PassedBy, hops
from routelab.session.reply import TraceShown
from routelab.tracing.records import Trace
from routelab.tracing.words import way_out


def trace_parts(item: TraceShown) -> Iterator[RenderableType]:
    """Show a trace, and those of the redirects that were followed."""
    for hop in hops(item.trace, everything=item.full):
        if isinstance(hop, PassedBy):
            yield Text()
            yield from passed_by_view(hop, "full")
        else:
            yield from _one_trace(hop, item)


def _one_trace(trace: Trace, item: TraceShown) -> Iterator[RenderableType]:
    """Show the steps that the reply wants, then the body, then how much of the trace that was."""
    selection = chosen(trace, item)
    yield Text()
    yield one_line(request_title(trace), TITLE)
    yield Text()
    yield from (step_view(trace, number, step, everything=item.full) for number, step in selection.steps)
    yield from _after_steps(trace, item)


def _after_steps(trace: Trace, item: TraceShown) -> Iterator[RenderableType]:
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
