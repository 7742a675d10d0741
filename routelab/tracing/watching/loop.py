"""The stages between match and response, watched: before, dispatch, errors, make_response, after.

They credit headers and keep the places of steps; the callables that run meanwhile are seen by `call_stages`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug.exceptions import HTTPException

from routelab.tracing.facts import Place, Raised
from routelab.tracing.steps.automatic_options import AutomaticOptionsStep
from routelab.tracing.steps.error import Because, ErrorStep, HandledBy, UnaskedHandler
from routelab.tracing.steps.hook import When
from routelab.tracing.steps.make_response import MakeResponseStep, Shape
from routelab.tracing.steps.response import Origin, Stage
from routelab.tracing.watching.calls import hooks_called_directly
from routelab.tracing.watching.made_in_view import MAKE_RESPONSE
from routelab.tracing.watching.not_json import part_without_json
from routelab.tracing.watching.origins import MADE, pairs_of
from routelab.tracing.watching.recorder import (
    Arguments,
    Keywords,
    Original,
    Phase,
    Recorder,
    StageWrapper,
    guarded,
    nested,
)
from routelab.tracing.watching.replaced import Replaced
from routelab.tracing.watching.shapes import header_names_given, make_response_step, unsent_responses
from routelab.tracing.watching.sources import carried_by
from routelab.tracing.watching.template_facts import template_named
from routelab.tracing.watching.tracebacks import leave_out_ours
from routelab.tracing.watching.unasked_handlers import handlers_passed_over, unasked_handlers
from routelab.tracing.watching.values import message_of

_AUTOMATIC_OPTIONS = Origin(stage=Stage.AUTOMATIC_OPTIONS)
_BEFORE, _AFTER = Phase.BEFORE, Phase.AFTER
_RETURNED = "what became of the returned value"


def preprocess_request(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Know that the callables to come are hooks: the url_value_preprocessors, then before_request."""
    outer, recorder.phase = recorder.phase, _BEFORE
    try:
        if not recorder.app.url_value_preprocessors:
            return original(*args, **kwargs)
        return _with_preprocessors(recorder, original, args, kwargs)
    finally:
        recorder.phase = outer


@guarded
def _with_preprocessors(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    with hooks_called_directly(recorder, When.URL_VALUE_PREPROCESSOR, "url_value_preprocessors"):
        return original(*args, **kwargs)


def make_default_options_response(
    recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords
) -> Any:
    """Note that the app answers OPTIONS by itself; no view runs."""
    place = recorder.steps.reserve()
    response = original(*args, **kwargs)
    recorder.producer = _AUTOMATIC_OPTIONS
    allowed = tuple(sorted(response.allow))
    recorder.steps.fill(place, AutomaticOptionsStep(allowed_methods=allowed))
    return response


def handle_user_exception(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note what a hook or a view raised, and what the error handlers make of it."""
    error = args[-1]
    place = recorder.steps.reserve()
    recorder.error = (place, error)
    return _look_up(recorder, place, "handle_user_exception", original, args, kwargs)


def handle_exception(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note what nobody took; it is looked up once more, as a 500."""
    error = args[-1]
    recorder.escapes(error)
    before = recorder.error
    # An exception that no handler took a moment ago: still the same step, now as a 500.
    same = before is not None and before[1] is error and recorder.handler is None
    place = before[0] if before is not None and same else recorder.steps.reserve()
    because = None
    if before is None or before[1] is not error:
        because = Because.MAKING_READY if recorder.dispatched else Because.BEFORE_DISPATCH
        if recorder.handler is not None and recorder.handler.raised is not None:
            because = Because.IN_HANDLER
    return _look_up(recorder, place, "handle_exception", original, args, kwargs, because)


def handle_http_exception(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Know what Flask itself makes of an HTTP error, whatever stands before it."""
    answer = original(*args, **kwargs)
    if recorder.replaced is not None:
        with recorder.guard("where headers came from"):
            recorder.replaced.gives(answer, recorder.producer)
    return answer


def finalize_request(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Know that Flask itself makes the response and asks the hooks, whoever asked it to."""
    replaced = recorder.replaced
    if replaced is None:
        return original(*args, **kwargs)
    replaced.finalizing = True
    try:
        response = original(*args, **kwargs)
        with recorder.guard("where headers came from"):
            replaced.gives(response, recorder.producer)
        return response
    finally:
        replaced.finalizing = False


def _look_up(
    recorder: Recorder,
    place: int,
    stage: str,
    original: Original,
    args: Arguments,
    kwargs: Keywords,
    passed_over: Because | None = None,
) -> Any:
    error = args[-1]
    with recorder.guard("the way of an exception"):
        leave_out_ours(error)
    final = stage == "handle_exception"
    recorder.looked_up.append((error, place, final))
    handled_as = "InternalServerError" if final else type(error).__name__
    replacement = recorder.instrumentation.replacement_of(stage)
    recorder.handler = None
    recorder.producer = Origin(stage=Stage.ERROR, place=Place(function=handled_as))
    propagated, handled_by, untold = False, HandledBy.NOBODY, None
    with recorder.guard("where an error came from"):
        told = recorder.steps.at(place)
        untold = _where_from(recorder, error, told if isinstance(told, ErrorStep) else None)
    outer = recorder.replaced
    with recorder.guard("what stands in the place of Flask's own"):
        place_of = recorder.sources.place_of_code
        recorder.replaced = None if replacement is None else Replaced(place_of(replacement))
    try:
        answer = recorder.staged(Phase.ERROR, original, args, kwargs)
        handled_by = _handled_by(recorder, error, answer)
        if recorder.replaced is not None:
            with recorder.guard("where headers came from"):
                _credit_replacement(recorder, recorder.replaced, answer, final=final)
        return answer
    except Exception as raised:
        propagated = raised is error and final
        raise
    finally:
        recorder.replaced = outer
        with recorder.guard("what became of an error"):
            code = getattr(error, "code", None) if isinstance(error, HTTPException) else None
            step = ErrorStep(
                exception=type(error).__name__,
                message=message_of(error),
                handled_as=handled_as,
                code=500 if final else code if isinstance(code, int) else None,
                handler=recorder.handler,
                propagated=propagated,
                unasked=_unasked(recorder, error, passed_over),
                handled_by=handled_by,
                replacement=None if replacement is None else recorder.sources.place_of_code(replacement),
                let_out_by=_let_out_by(recorder.app) if propagated else None,
                raised=untold,
                traceback=_way_to_handler(recorder, error),
            )
            recorder.steps.fill(place, step)


def _where_from(recorder: Recorder, error: Exception, before: ErrorStep | None) -> Raised | None:
    """Describe where an error came from, unless a step tells that already."""
    if before is not None:
        return before.raised
    if any(each is error for each in recorder.told) or error is recorder.router_error:
        return None
    return recorder.raised(error)


def _way_to_handler(recorder: Recorder, error: Exception) -> str:
    """Write out the way of an exception that a handler took; an HTTP error is an answer, and no fault."""
    if recorder.handler is None or recorder.exception_is(error) or isinstance(error, HTTPException):
        return ""
    return recorder.traceback(error)


def _unasked(recorder: Recorder, error: Exception, passed_over: Because | None) -> tuple[UnaskedHandler, ...]:
    if passed_over is not None:
        return handlers_passed_over(recorder.context, error, passed_over, recorder.sources)
    outcome = recorder.explanation.outcome if recorder.explanation is not None else None
    if error is not recorder.router_error or outcome is None:
        return ()
    return unasked_handlers(recorder.context, outcome, error, recorder.sources)


def _let_out_by(app: Any) -> str | None:
    """Tell which setting lets exceptions out, as Flask asks for them."""
    if app.config["PROPAGATE_EXCEPTIONS"] is not None:
        return "PROPAGATE_EXCEPTIONS" if app.config["PROPAGATE_EXCEPTIONS"] else None
    return "TESTING" if app.testing else "debug mode" if app.debug else None


def _handled_by(recorder: Recorder, error: Exception, answer: Any) -> HandledBy:
    """Tell who made the answer: what came is compared with what Flask itself would have given."""
    if recorder.replaced is not None and not recorder.replaced.is_flasks(answer):
        return HandledBy.REPLACEMENT
    if recorder.handler is not None:
        return HandledBy.HANDLER
    return HandledBy.CARRIED if carried_by(error) is not None else HandledBy.FLASK


def _credit_replacement(recorder: Recorder, replaced: Replaced, answer: Any, *, final: bool) -> None:
    """Credit what stands in the place of Flask's own with what it added, or answered by itself."""
    if isinstance(answer, HTTPException) or (replaced.is_flasks(answer) and not hasattr(answer, "headers")):
        return
    if not final:  # Flask makes a response of it next, and keeps one that is a response
        recorder.headers_on_the_way, recorder.producer = replaced.headers_on_the_way, replaced.origin
        return
    if not replaced.is_flasks(answer):
        recorder.origins.restart()
        for origin, headers in replaced.headers_on_the_way:
            recorder.origins.note(headers, origin)
    recorder.origins.note(getattr(answer, "headers", ()), replaced.origin)


def _make_response_in_replacement(
    recorder: Recorder, replaced: Replaced, original: Original, args: Arguments, kwargs: Keywords
) -> Any:
    """Make a response for what stands in the place of Flask's own: it may send it or not."""
    response = nested(recorder, original, args, kwargs)
    with recorder.guard("where headers came from"):
        returned = args[-1] if args else kwargs["rv"]
        if returned is not response:
            producer = recorder.producer if replaced.is_flasks(returned) else replaced.origin
            replaced.makes(returned, response, _credits(producer, returned, response))
        if isinstance(returned, HTTPException):
            recorder.page = response
    return response


def make_response(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Note what was returned and which response it became, or how it was refused."""
    if recorder.replaced is not None and not recorder.replaced.finalizing:
        return _make_response_in_replacement(recorder, recorder.replaced, original, args, kwargs)
    returned = args[-1] if args else kwargs["rv"]
    place = recorder.steps.reserve()
    if recorder.made.responses and recorder.producer.stage is Stage.VIEW:
        with recorder.guard(_RETURNED):
            recorder.made.unsent = place, unsent_responses(recorder.made.responses, returned)
    try:
        response = recorder.response = original(*args, **kwargs)
    except Exception as error:
        with recorder.guard(_RETURNED):
            raised = recorder.raised(error)
            step = make_response_step(returned, None, raised)
            if step.shape in (Shape.DICT, Shape.LIST):
                body = returned[0] if step.parts else returned
                step = step.replace(not_json=part_without_json(body))
            recorder.steps.fill(place, step)
        raise
    recorder.became_response = True
    try:
        step = make_response_step(returned, response, None)
        named = template_named(recorder.app, returned, recorder.sources)
        recorder.steps.fill(place, step if named is None else step.replace(names_template=named))
    except Exception:
        recorder.notes.missed(_RETURNED)
    try:
        _credit_headers(recorder, returned, response)
    except Exception:
        recorder.notes.missed("where headers came from")
    try:
        # Werkzeug hands an error's page on as a stream of one piece, which is nobody's generator.
        page = isinstance(returned, HTTPException) or returned is recorder.page
        recorder.streams = bool(response.is_streamed) and not page
    except Exception:
        recorder.notes.missed(_RETURNED)
    return response


def make_response_in_view(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Keep until the end of the request a response that the view made itself: it may forget to return it."""
    response = nested(recorder, original, args, kwargs)
    if recorder.dispatched_to is not None:
        recorder.made.responses += ((MAKE_RESPONSE, response),)
    return response


def tell_of_kept_back(recorder: Recorder) -> None:
    """Add to the step of the returned value that the view made a response, too, which was not sent."""
    if recorder.made.unsent is None:
        return
    place, responses = recorder.made.unsent
    step = recorder.steps.at(place)
    # A hook may have sent it in place of what the view returned.
    lost = next((maker for maker, response in responses if response is not recorder.response), None)
    if lost is not None and isinstance(step, MakeResponseStep):
        recorder.steps.fill(place, step.replace(kept_back=True, kept_back_from=lost))


def _credit_headers(recorder: Recorder, returned: Any, response: Any) -> None:
    """Tell the headers that came with the returned value from those that `make_response` added."""
    ledger = recorder.origins
    ledger.restart()
    for origin, headers in recorder.headers_on_the_way:
        ledger.note(headers, origin)
    for origin, headers in _credits(recorder.producer, returned, response):
        ledger.note(headers, origin)


def _credits(producer: Origin, returned: Any, response: Any) -> Iterator[tuple[Origin, Any]]:
    body = returned[0] if isinstance(returned, tuple) and returned else returned
    if isinstance(body, (HTTPException, type(response))):
        yield producer, response.headers
    elif body is not returned:
        given = header_names_given(returned)
        yield producer, [pair for pair in pairs_of(response.headers) if pair[0].lower() in given]
    yield MADE, response.headers


def process_response(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Know that the callables to come are after_request hooks, and keep the response."""
    outer, recorder.phase = recorder.phase, _AFTER
    try:
        recorder.response = response = original(*args, **kwargs)
    finally:
        recorder.phase = outer
    return response


STAGES: dict[str, StageWrapper] = {
    "preprocess_request": preprocess_request,
    "make_default_options_response": guarded(make_default_options_response),
    "handle_user_exception": guarded(handle_user_exception),
    "handle_exception": guarded(handle_exception),
    "handle_http_exception": handle_http_exception,
    "finalize_request": finalize_request,
    "make_response": guarded(make_response),
    "process_response": process_response,
}
# While it runs, the callable to come is the view.
PHASES: dict[str, Phase] = {"dispatch_request": Phase.DISPATCH}
OWN_CALLS: dict[str, StageWrapper] = {"make_response": guarded(make_response_in_view)}
