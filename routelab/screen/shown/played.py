"""The traces of a reply as blocks, and the steps of one that is played.

It chooses by the lesson's `show`; how a trace is told is the business of `trace`.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.screen.blocks import Block, Gap
from routelab.screen.selection import Selection, select, select_kinds, select_result, with_redirects
from routelab.screen.shown.playback import Played, played_trace
from routelab.screen.shown.trace import Showing, one_trace, redirect_blocks
from routelab.session.reply import TraceShown
from routelab.tracing.trace import Trace

WHOLE = "full"  # the command word that shows all of a trace


def shown_traces(item: TraceShown) -> Iterator[Block]:
    """Show a trace, and those of the redirects that were followed."""

    def show(trace: Trace) -> Iterator[Block]:
        shown = _showing(trace, item)
        yield from one_trace(trace, shown)
        if shown.selection.complete:
            yield Gap()

    return redirect_blocks(with_redirects(item.trace, everything=item.full), show, whole=WHOLE)


def played_reply(item: TraceShown) -> Played:
    """Return a reply's trace as it is played."""
    chosen = _chosen(item.trace, item)
    return played_trace(item.trace, chosen, guess=item.guess, heading=item.page, edits=True)


def _chosen(trace: Trace, item: TraceShown) -> Selection:
    """Choose steps: all, those of the kinds asked for, or the screen's own choice; a failure's always."""
    whole = item.full or not item.show
    return select(trace, verbose=item.full) if whole else select_kinds(trace, item.show)


def _showing(trace: Trace, item: TraceShown) -> Showing:
    """Show one of the reply's traces; the prompt itself says which app it is of.

    A page may ask for what a note about the app's file would give away, so those wait until it asks nothing
    more, or for `full`.
    """
    hidden = item.riddle and not item.full
    return Showing(
        selection=_chosen(trace, item) if item.show else select_result(trace, verbose=item.full),
        notes=tuple(note for note in trace.telling_notes if note.file is None or not hidden),
        everything=item.full,
        rules=item.full,
        whole=WHOLE,
        whole_body=WHOLE,
        findings=item.findings_of(trace),
    )
