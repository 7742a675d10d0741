"""What stands around the steps of a trace on every screen: title, notes, body, and how much of it that was.

It makes text and must not know how anything looks; which steps are worth a place is chosen in `selection`.
"""

from __future__ import annotations

from typing import NamedTuple

from routelab.screen.selection import Selection, select
from routelab.screen.text import body_text, on_one_line
from routelab.tracing.phrases import count
from routelab.tracing.records import Trace

_WHOLE = "-v"


class Showing(NamedTuple):
    """How one trace is shown: its title, its steps, its notes.

    `everything` shows all rules and the whole body, too; `whole` is what people type to see that, as "-v".
    """

    title: str
    selection: Selection
    notes: tuple[str, ...]
    everything: bool
    whole: str


def showing(trace: Trace, *, verbose: bool) -> Showing:
    """Show a trace as a command does, which names the app and all that was noted."""
    engine = f"engine {trace.engine} {trace.engine_version}".rstrip()
    return Showing(
        title=f"{request_title(trace)}, app {on_one_line(trace.target)}, {engine}",
        selection=select(trace, verbose=verbose),
        notes=tuple(on_one_line(note.text) for note in trace.telling_notes),
        everything=verbose,
        whole=_WHOLE,
    )


def request_title(trace: Trace) -> str:
    """Name the request: "GET /status?full=1"."""
    query = f"?{trace.request.query_string}" if trace.request.query_string else ""
    return on_one_line(f"{trace.request.method} {trace.request.path}{query}")


def body_of(trace: Trace, shown: Showing) -> str | None:
    """Return the body as people read it, None where there is none."""
    if trace.response is None or not trace.response.body:
        return None
    mimetype = trace.response.header("Content-Type") or ""
    return body_text(trace.response.body, mimetype, whole=None if shown.everything else shown.whole)


def steps_shown(shown: Showing) -> str | None:
    """Say how much of the trace is on the screen; None where that is all of it."""
    selection = shown.selection
    if selection.complete:
        return None
    return f"{len(selection.steps)} of {count(selection.total, 'step')} shown; {shown.whole} shows all."
