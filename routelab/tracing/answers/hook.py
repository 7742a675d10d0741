"""The answer where a hook decided.

It knows no rule and no view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.tracing.answers.answer import Answer
from routelab.tracing.answers.handling import handling_words, raised_words
from routelab.tracing.answers.spots import definition_spot, raising_spot
from routelab.tracing.phrases import at_place, called_name
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep, When
from routelab.tracing.steps.make_response import MakeResponseStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace


def hook(trace: Trace) -> Answer | None:
    """Say what the first hook did that ended the request, or failed."""
    step = next(filter(_decides, trace.each(HookStep)), None)
    return None if step is None else _answer(step, trace)


def _decides(step: HookStep) -> bool:
    ran = step.call
    answered = ran.returned is not None and ran.returned.type != "NoneType"
    return ran.raised is not None or (step.when is When.BEFORE_REQUEST and answered)


def _answer(step: HookStep, trace: Trace) -> Answer:
    ran = step.call
    who = f"The {step.when.value} function {called_name(ran.place.function)}"
    errors = tuple(trace.each(ErrorStep))
    early = step.when in (When.BEFORE_REQUEST, When.URL_VALUE_PREPROCESSOR)
    no_view = ", so no view ran" if early else ""
    if ran.raised is not None:
        said = f"{who} {raised_words(ran.raised, errors, ran.place)}{no_view}."
        return Answer(
            cause=(said, *handling_words(errors)),
            spot=raising_spot(ran, ran.raised, trace.exception),
        )
    said = f"{who}{at_place(ran.place)} answered{no_view}"
    refused = next((it for it in trace.each(MakeResponseStep) if it.raised), None)
    if refused is None:
        return Answer(cause=(f"{said}.",), spot=definition_spot(ran))
    cause = (f"{said}, but {refused.refusal}.", *handling_words(errors))
    return Answer(cause=cause, spot=definition_spot(ran))
