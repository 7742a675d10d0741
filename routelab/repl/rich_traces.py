"""A trace as the prompt shows it, as rich renderables: as `screen` draws it, with room around.

It never prints, and chooses nothing: what of a trace a reply shows is the business of `trace_parts`.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from routelab.repl.trace_parts import WHOLE, showing_for
from routelab.screen.rich_trace import one_trace, way_view
from routelab.screen.selection import hops
from routelab.session.reply import TraceShown
from routelab.tracing.records import Trace


def trace_parts(item: TraceShown) -> Iterator[RenderableType]:
    """Show a trace, and those of the redirects that were followed."""

    def show(hop: Trace) -> Iterator[RenderableType]:
        shown = showing_for(hop, item)
        yield from one_trace(hop, shown)
        if shown.selection.complete:
            yield Text()

    yield Text()
    yield from way_view(hops(item.trace, everything=item.full), show, whole=WHOLE)
