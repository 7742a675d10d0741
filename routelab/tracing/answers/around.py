"""The answer where something around hooks and views decided: middleware, the session, what goes out.

It knows no rule, no hook and no view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.tracing.answers.answer import Answer
from routelab.tracing.answers.handling import handling_words
from routelab.tracing.not_run import Why
from routelab.tracing.phrases import called_name, capitalized, raised, sentence
from routelab.tracing.steps.automatic_options import AutomaticOptionsStep
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.middleware import MiddlewareStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.session import SessionStep
from routelab.tracing.steps.stream import StreamStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

_SAID = 2  # sentences of why a response could not be sent


def middleware(trace: Trace) -> Answer | None:
    """Say which middleware answered, so that the app was not asked."""
    step = next((it for it in trace.each(MiddlewareStep) if it.answered), None)
    return None if step is None else Answer(cause=(sentence(step.headline),))


def own_dispatch(trace: Trace) -> Answer | None:
    """Say which method of the app's own class answered, so that the view did not run."""
    missed = next((it for it in trace.not_run if it.why is Why.DISPATCHED), None)
    if missed is None:
        return None
    return Answer(
        cause=(f"{called_name(missed.place.function)} never ran: {missed.by}() answered in its place.",)
    )


def session_or_stream(trace: Trace) -> Answer | None:
    """Say what failed of the session, or of a body while it was read."""
    for step in trace.steps:
        if isinstance(step, SessionStep | StreamStep) and step.raised is not None:
            what = "The session" if isinstance(step, SessionStep) else "The body, while it was read,"
            said = sentence(f"{what} {raised(step.raised)}")
            return Answer(cause=(said, *handling_words(trace.each(ErrorStep))))
    return None


def sending(trace: Trace) -> Answer | None:
    """Say why what was made could not be sent, unless that is an exception which left the app."""
    step = next((it for it in trace.each(ResponseStep) if it.failed is not None), None)
    if step is None or any(error.propagated for error in trace.each(ErrorStep)):
        return None
    return Answer(cause=tuple(f"{capitalized(said)}." for said in step.details[:_SAID]))


def automatic_options(trace: Trace) -> Answer | None:
    """Say that the app answered OPTIONS by itself."""
    step = trace.first(AutomaticOptionsStep)
    return None if step is None else Answer(cause=(f"{capitalized(step.headline)}.",))
