"""A lesson's pages as blocks for a handout, and the answers apart from them.

A trace is told here with the steps that the lesson shows; what a prompt would offer is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from routelab.screen.blocks import Block, ChoiceQuestion
from routelab.screen.selection import select_kinds, select_result, with_redirects
from routelab.screen.shown.replies import reply_blocks
from routelab.screen.shown.trace import Showing, one_trace, redirect_blocks
from routelab.session.reply import Item, TraceShown
from routelab.tracing.trace import Trace


def handout_blocks(items: Iterable[Item]) -> Iterator[Block]:
    """Show the things of a page, or of an answer."""
    for item in items:
        if isinstance(item, TraceShown):
            yield from _traces(item)
        else:
            yield from map(_on_paper, reply_blocks((item,)))


def _on_paper(block: Block) -> Block:
    """Leave out of a question the choice that is a word to the prompt: to be shown the answer."""
    return block.replace(choices=block.choices[:-1]) if isinstance(block, ChoiceQuestion) else block


def _traces(item: TraceShown) -> Iterator[Block]:
    def show(trace: Trace) -> Iterator[Block]:
        chosen = select_kinds(trace, item.show) if item.show else select_result(trace, verbose=False)
        showing = Showing(
            aside="",
            selection=chosen.replace(total=len(chosen.steps)),
            notes=tuple(trace.telling_notes),
            everything=False,
            rules=False,
            whole="",
            whole_body="",
            commands=False,
            roomy=True,
        )
        return one_trace(trace, showing)

    return redirect_blocks(with_redirects(item.trace, everything=False), show, whole="")
