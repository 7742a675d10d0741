"""Which steps of a trace are worth a place on the screen, and which requests of a long chain of redirects.

It chooses and says nothing; a step that decided a failure is always chosen.
"""

from __future__ import annotations

from collections.abc import Collection

from routelab.record import Record
from routelab.routing.decision import Outcome
from routelab.tracing import words
from routelab.tracing.call_words import hook_decides
from routelab.tracing.records import (
    ContextStep,
    ConvertersStep,
    ErrorStep,
    Event,
    HookStep,
    LoadStep,
    MakeResponseStep,
    MatchStep,
    SessionStep,
    Step,
    StoppedStep,
    StreamStep,
    TemplateStep,
    Trace,
    ViewStep,
)

_WHOLE_AT_EACH_END = 2


class Selection(Record):
    """The chosen steps, with their numbers on the screen, out of `total`."""

    steps: tuple[tuple[int, Step], ...]
    total: int

    @property
    def complete(self) -> bool:
        """Tell whether nothing was left out."""
        return len(self.steps) == self.total


def select(trace: Trace, *, verbose: bool) -> Selection:
    """Choose what happened to this request; `verbose` chooses all."""
    return _numbered(trace, [step for step in trace.steps if verbose or _decides(step)])


def select_kinds(trace: Trace, kinds: Collection[str]) -> Selection:
    """Choose the steps of some kinds, and those that decided a failure."""
    steps = [step for step in trace.steps if words.kind(step) in kinds or _decided_failure(step)]
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
    made = [step for step in trace.steps if isinstance(step, MakeResponseStep) and step.raised is None]
    return made[-1] if made else None


def _numbered(trace: Trace, steps: list[Step]) -> Selection:
    return Selection(steps=tuple(enumerate(steps, start=1)), total=len(trace.steps))


def _decides(step: Step) -> bool:
    match step:
        case ContextStep():
            return False
        case SessionStep():
            return (
                step.cookie or step.raised is not None or (step.event is Event.SAVE and bool(step.contents))
            )
        case MakeResponseStep():
            # The response line says where its status came from; only what went wrong needs a line of its own.
            return step.raised is not None or step.kept_back
        case HookStep():
            return hook_decides(step)
        case StreamStep():
            return step.raised is not None or step.chunks > 1
        case ConvertersStep():
            return any(converted.converter != "string" for converted in step.values)
        case _:
            return True


def _decided_failure(step: Step) -> bool:
    """Tell whether a step decided that the request would fail."""
    match step:
        case ErrorStep() | LoadStep() | StoppedStep():
            return True
        case MatchStep():
            return step.outcome is not Outcome.MATCHED
        case ViewStep() | HookStep():
            return step.call.raised is not None or (isinstance(step, HookStep) and hook_decides(step))
        case MakeResponseStep() | SessionStep() | TemplateStep() | StreamStep():
            return step.raised is not None
        case _:
            return False
