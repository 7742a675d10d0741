"""The answer where a hook decided, or what is around the views: the session, a body that is streamed.

It knows no rule and no view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.tracing.answers.answer import Answer
from routelab.tracing.answers.handling import handling_words, raised_words
from routelab.tracing.answers.spots import definition_spot, raising_spot
from routelab.tracing.phrases import at_place, called_name, raised, sentence
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep, When
from routelab.tracing.steps.session import SessionStep
from routelab.tracing.steps.stream import StreamStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace


def hook_decides(step: HookStep) -> bool:
    """Tell whether a hook ended the request, or failed."""
    ran = step.call
    answered = ran.returned is not None and ran.returned.type != "NoneType"
    return ran.raised is not None or (step.when is When.BEFORE_REQUEST and answered)


def hook_answer(step: HookStep, trace: Trace) -> Answer:
    """Say what a hook that decided did."""
    ran = step.call
    who = f"The {step.when.value} function {called_name(ran.place.function)}"
    errors = tuple(it for it in trace.steps if isinstance(it, ErrorStep))
    early = step.when in (When.BEFORE_REQUEST, When.URL_VALUE_PREPROCESSOR)
    no_view = ", so no view ran" if early else ""
    if ran.raised is not None:
        said = f"{who} {raised_words(ran.raised, errors, ran.place)}{no_view}."
        return Answer(
            verdict="",
            cause=(said, *handling_words(errors)),
            spot=raising_spot(ran, ran.raised, trace.exception),
        )
    return Answer(
        verdict="", cause=(f"{who}{at_place(ran.place)} answered{no_view}.",), spot=definition_spot(ran)
    )


def failure_words(step: SessionStep | StreamStep) -> str:
    """Say what failed that is neither a hook nor a view."""
    assert step.raised is not None
    what = "The session" if isinstance(step, SessionStep) else "The body, while it was read,"
    return sentence(f"{what} {raised(step.raised)}")
