"""Which steps of a trace are worth a place on the screen, and which requests of a long chain of redirects.

It chooses and says nothing; a step that decided a failure is always chosen.
"""

from __future__ import annotations

from collections.abc import Collection

from routelab.record import Record
from routelab.tracing.cookies import CookieHeldBack
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.steps.make_response import MakeResponseStep
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.step import Importance
from routelab.tracing.trace import Trace

_WHOLE_AT_EACH_END = 2


class Selection(Record):
    """The chosen steps, with their numbers on the screen, out of `total`."""

    steps: tuple[tuple[int, AnyStep], ...]
    total: int

    @property
    def complete(self) -> bool:
        """Tell whether nothing was left out."""
        return len(self.steps) == self.total


def select(trace: Trace, *, verbose: bool) -> Selection:
    """Choose what happened to this request; `verbose` chooses all."""
    return _numbered(
        trace, [step for step in trace.steps if verbose or step.importance is not Importance.DETAIL]
    )


def select_result(trace: Trace, *, verbose: bool) -> Selection:
    """Choose as `select` does for a result, whose first line names the request: it needs no step for that."""
    chosen = select(trace, verbose=verbose)
    if verbose:
        return chosen
    held_back = any(isinstance(news, CookieHeldBack) for news in trace.cookies)
    told = [it for _, it in chosen.steps if not isinstance(it, RequestStep) or it.tells_more or held_back]
    return _numbered(trace, told)


def select_kinds(trace: Trace, kinds: Collection[str]) -> Selection:
    """Choose the steps of some kinds, and those that decided a failure."""
    steps = [step for step in trace.steps if step.kind() in kinds or step.importance is Importance.DECIDES]
    return _numbered(trace, steps)


class Collapsed(Record):
    """Requests in the middle of a long chain of redirects, for which a line each is enough."""

    traces: tuple[Trace, ...]


def with_redirects(trace: Trace, *, everything: bool) -> tuple[Trace | Collapsed, ...]:
    """Return the trace and those of its redirects, in order; of a long chain both ends, or `everything`.

    What goes round in a circle has been seen after the second request, and the last ones say how it ended.
    """
    traces = (trace, *trace.redirects)
    between = traces[_WHOLE_AT_EACH_END:-_WHOLE_AT_EACH_END]
    if everything or not between:
        return traces
    return (*traces[:_WHOLE_AT_EACH_END], Collapsed(traces=between), *traces[-_WHOLE_AT_EACH_END:])


def response_maker(trace: Trace) -> MakeResponseStep | None:
    """Return the step that made the response which was sent."""
    return next((step for step in reversed(tuple(trace.each(MakeResponseStep))) if step.raised is None), None)


def _numbered(trace: Trace, steps: list[AnyStep]) -> Selection:
    return Selection(steps=tuple(enumerate(steps, start=1)), total=len(trace.steps))
