"""The answer where something around the view decided: middleware, a hook, the session, what goes out.

It knows no rule and no view.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from routelab.record import Absent
from routelab.tracing.answers.answer import Answer
from routelab.tracing.answers.handling import handling_words, raised_words
from routelab.tracing.answers.session_keys import lacking_in_session
from routelab.tracing.answers.spots import definition_spot, raised_spot, raising_spot
from routelab.tracing.answers.wrapped import before_wrapper, wrapping_spot
from routelab.tracing.facts import Call, Place, Raised, Value
from routelab.tracing.not_run import Why
from routelab.tracing.phrases import (
    at_place,
    called_name,
    capitalized,
    no_function_words,
    placed_name,
    raised,
    sentence,
)
from routelab.tracing.steps.automatic_options import AutomaticOptionsStep
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import TEARDOWNS, HookStep, When
from routelab.tracing.steps.make_response import MakeResponseStep, Shape
from routelab.tracing.steps.middleware import MiddlewareStep
from routelab.tracing.steps.response import Origin, ResponseStep, Stage
from routelab.tracing.steps.session import SessionEvent, SessionStep
from routelab.tracing.steps.stream import CONTEXT_GONE, StreamStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace


_BODILESS = (204, 304)
_SAID = 2  # sentences of why a response could not be sent


def middleware(trace: Trace) -> Answer | None:
    """Say which middleware answered, so that the app was not asked, or ran where nothing of it was seen."""
    step = next((it for it in trace.each(MiddlewareStep) if it.answered or it.elsewhere), None)
    return None if step is None else Answer(cause=(sentence(step.headline),))


def own_dispatch(trace: Trace) -> Answer | None:
    """Say which method of the app's own class answered, so that the view did not run."""
    missed = next((it for it in trace.not_run if it.why is Why.DISPATCHED), None)
    if missed is None:
        return None
    return Answer(
        cause=(f"{called_name(missed.place.function)} never ran: {missed.by}() answered in its place.",)
    )


def _handled_and_failed_later(first: HookStep, errors: tuple[ErrorStep, ...], trace: Trace) -> Iterator[str]:
    """Say who handled what a hook raised, and which hook failed on the response that came of that."""
    hooks = tuple(trace.each(HookStep))
    failed = next(filter(_fails, hooks[hooks.index(first) + 1 :]), None)
    raised_later = None if failed is None else failed.call.failure
    kinds = [it.exception for it in errors]
    if failed is None or raised_later is None or raised_later.type not in kinds[1:]:
        yield from handling_words(errors)
        return
    at = kinds.index(raised_later.type, 1)
    yield from handling_words(errors[:at])
    yield sentence(f"{_who(failed)} then {raised_words(raised_later, errors, _by(failed.call))}")
    yield from handling_words(errors[at:])


def _fails(step: HookStep) -> bool:
    return step.when in (When.AFTER_REQUEST, When.AFTER_THIS_REQUEST) and step.call.failure is not None


def _doing(step: SessionStep | StreamStep) -> str:
    if isinstance(step, StreamStep):
        return "The body, while it was read,"
    return "Opening the session" if step.event is SessionEvent.OPEN else "Saving the session"


def session_or_stream(trace: Trace) -> Answer | None:
    """Say what failed of the session, or of a body while it was read."""
    for step in trace.steps:
        if isinstance(step, SessionStep | StreamStep) and step.raised is not None:
            said = sentence(f"{_doing(step)} {raised(step.raised)}")
            spot, view = raised_spot(step.raised), trace.first(ViewStep)
            late = _read_late(step, view)
            if late and spot is None and view is not None:
                spot = definition_spot(view.call)
            return Answer(cause=(said, *late, *handling_words(trace.each(ErrorStep))), spot=spot)
    return None


def _read_late(step: SessionStep | StreamStep, view: ViewStep | None) -> tuple[str, ...]:
    """Say when a body is read that is made while it is read, where what it needs may be gone by then."""
    if not isinstance(step, StreamStep) or step.raised is None or view is None:
        return ()
    if step.context_gone:
        return (f"{capitalized(CONTEXT_GONE)}.",)
    if step.raised.file is not None or view.call.returned is None:
        return ()
    return (f"Its pieces are read when {called_name(view.call.place.function)} has returned.",)


def _handler_failed(error: ErrorStep) -> bool:
    """Tell whether a handler raised: what it was called for is the cause, and comes first."""
    return error.handler is not None and error.handler.failure is not None


def sending(trace: Trace) -> Answer | None:
    """Say why what was made could not be sent, unless that is an exception which left the app."""
    step = next((it for it in trace.each(ResponseStep) if it.failed is not None), None)
    if step is None or any(error.propagated or _handler_failed(error) for error in trace.each(ErrorStep)):
        return None
    cause = tuple(f"{capitalized(said)}." for said in step.details[:_SAID])
    view, made = trace.first(ViewStep), trace.last(MakeResponseStep)
    if view is None or made is None or view.call.answered_by is not None:
        return Answer(cause=cause)
    piece = None if step.failed is None else step.failed.piece
    if piece is None:
        returned = made.shape is Shape.RESPONSE and _fails_unstarted(step)
        said = f"The response that {called_name(view.call.place.function)} returned could not be sent."
        return (
            Answer(cause=(*cause, said), spot=definition_spot(view.call)) if returned else Answer(cause=cause)
        )
    return Answer(cause=(*cause, *_of_pieces(view.call, made, piece)), spot=definition_spot(view.call))


def _fails_unstarted(step: ResponseStep) -> bool:
    """Tell whether a library's own code failed before the app called start_response."""
    raised = None if step.failed is None else step.failed.raised
    return step.from_server and step.made is None and raised is not None and raised.file is None


def _of_pieces(ran: Call, made: MakeResponseStep, piece: Value) -> Iterator[str]:
    """Say whose body had a piece that no body has, and what its pieces are to be."""
    who = called_name(ran.place.function)
    if made.shape is Shape.ITERATOR:
        yield f"{who} returned {made.returned}, of which each piece has to be str or bytes."
        if piece.json is not Absent.ABSENT:
            yield "A list of such values, as list(...) makes one, becomes JSON."
    elif made.shape is Shape.RESPONSE:
        yield f"It is a part of the body of the response that {who} returned: each has to be str or bytes."


def afterwards(trace: Trace) -> str | None:
    """Say who gave the response another status or body, once it had been made."""
    step, made = trace.last(ResponseStep), trace.last(MakeResponseStep)
    if step is None or step.from_server:
        return None
    if step.status_by is not None and made is not None and made.status not in (None, step.status):
        more = ", with another body" if step.body_by == step.status_by else ""
        return f"{_doer(step.status_by)} then made it {step.headline}{more}."
    if step.status_by is not None and step.status_by.stage is Stage.VIEW:
        return f"{_doer(step.status_by)} made it {step.headline}."
    if step.body_by is not None:
        said = f"{_doer(step.body_by)} then put another body into the response."
        left_out = None if trace.response is None or trace.response.body else no_body(trace)
        return said if left_out is None else f"{said} {left_out}"
    return None


def no_body(trace: Trace) -> str | None:
    """Say where HTTP has no body for an answer, and so none was sent."""
    if trace.request.method == "HEAD":
        return "A response to HEAD has no body, so none was sent."
    status = None if trace.response is None else trace.response.status
    return f"A {status} has no body, so none was sent." if status in _BODILESS else None


def _doer(origin: Origin) -> str:
    """Name who did something to a response, to begin a sentence."""
    place = origin.place
    if origin.stage is Stage.MIDDLEWARE:
        return f"The middleware {place.function}" if place.function else "WSGI middleware"
    if origin.stage is Stage.SIGNAL and place.function is None:
        return "A receiver of a signal"
    return placed_name(place)


def automatic_options(trace: Trace) -> Answer | None:
    """Say that the app answered OPTIONS by itself."""
    step = trace.first(AutomaticOptionsStep)
    return None if step is None else Answer(cause=(f"{capitalized(step.headline)}.",))


def hook(trace: Trace) -> Answer | None:
    """Say what the first hook did that ended the request, or failed."""
    step = next(filter(_decides, trace.each(HookStep)), None)
    if step is not None and step.call.failure is None:  # what it answered did not go out if one failed later
        step = next(filter(_fails, trace.each(HookStep)), step)
    return None if step is None else _answer(step, trace)


def failed_afterwards(trace: Trace) -> bool:
    """Tell whether the first hook that failed is one that runs when a response has been made."""
    step = next((it for it in trace.each(HookStep) if it.call.failure is not None), None)
    return step is not None and (_fails(step) or step.when in TEARDOWNS)


def _decides(step: HookStep) -> bool:
    failed, result = step.call.failure, step.call.result
    answered = result is not None and not result.is_none
    return failed is not None or (step.when is When.BEFORE_REQUEST and answered)


def _by(ran: Call) -> Place:
    """Return the function of which a failure is told."""
    return ran.place if ran.answered_by is None else ran.answered_by.place


def _who(step: HookStep) -> str:
    """Name who did what a hook came to: the hook, or what is around it, with what became of the hook."""
    answered = step.call.answered_by
    function = called_name(step.call.place.function)
    return f"The {step.when.value} function " + (
        function if answered is None else before_wrapper(step.call, answered)
    )


def _errors_since(step: HookStep, trace: Trace) -> tuple[ErrorStep, ...]:
    """Return the errors that were looked up once a hook had run: it may have been called for one before."""
    later = trace.steps[next(at for at, it in enumerate(trace.steps) if it is step) :]
    return tuple(it for it in later if isinstance(it, ErrorStep))


def _given_nothing(step: HookStep, raised: Raised) -> Iterator[str]:
    """Say why a url_value_preprocessor that failed had no values: no rule was chosen for the request."""
    values = next(iter(step.call.arguments[1:]), None)
    failed = raised.type in ("AttributeError", "TypeError") and step.when is When.URL_VALUE_PREPROCESSOR
    if failed and values is not None and values.value.is_none:
        yield f"No rule was chosen, and then Flask gives it None for {values.name}."


def _answer(step: HookStep, trace: Trace) -> Answer:
    ran = step.call
    errors, answered = _errors_since(step, trace), ran.answered_by
    early = step.when in (When.BEFORE_REQUEST, When.URL_VALUE_PREPROCESSOR)
    no_view = ", so Flask called no view" if early else ""  # the hook may have called one itself
    if ran.failure is not None:
        came = step.not_called or raised_words(ran.failure, errors, _by(ran))
        said = f"{_who(step)} {came}{no_view}."
        spot = raising_spot(ran, ran.failure, trace.exception)
        instead = no_function_words(ran)
        if instead is not None:
            spot = definition_spot(ran)
            said = f"What is registered as {step.when.value} cannot be called: {instead}."
        lacks = lacking_in_session(_who(step), _by(ran), ran.failure, spot, trace)
        if lacks is not None:
            said = f"{lacks} Flask called no view." if early else lacks
        given = _given_nothing(step, ran.failure)
        return Answer(cause=(said, *given, *_handled_and_failed_later(step, errors, trace)), spot=spot)
    spot = definition_spot(ran) if answered is None else wrapping_spot(ran, answered)
    said = f"{_who(step)}{at_place(ran.place) if answered is None else ''} answered{no_view}"
    refused = next((it for it in trace.each(MakeResponseStep) if it.raised), None)
    if refused is None:
        return Answer(cause=(f"{said}.",), spot=spot)
    way = " To let the view run, it returns nothing." if early and answered is None else ""
    return Answer(cause=(f"{said}, but {refused.refusal}.{way}", *handling_words(errors)), spot=spot)
