"""A trace as it is shown as plain text, for tests of what is said."""

from __future__ import annotations

from routelab.screen.plain import lines
from routelab.screen.shown.trace import trace_blocks
from routelab.tracing.trace import Trace


def plain(trace: Trace, *, verbose: bool = False, quiet: bool = False) -> str:
    """Return what `request --format plain` prints."""
    return "\n".join(lines(trace_blocks(trace, verbose=verbose, quiet=quiet)))
