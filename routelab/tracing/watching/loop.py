"""The stages between match and response, watched: before, dispatch, make_response, after.

They credit headers and keep the places of steps; the callables that run meanwhile are seen by `calls`, and
what becomes of an error by `error_stages`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException

from routelab.tracing.facts import NOWHERE, Place, Raised
from routelab.tracing.steps.automatic_options import AutomaticOptionsStep
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import When
from routelab.tracing.steps.make_response import MakeResponseStep, Shape, StatusFrom
from routelab.tracing.steps.response import Origin, Stage
from routelab.tracing.watching.calls.past_sync import seeing_the_view
from routelab.tracing.watching.calls.stages import hooks_called_directly
from routelab.tracing.watching.code.files import template_named
from routelab.tracing.watching.error_stages import page_was_replaced
from routelab.tracing.watching.made_in_view import MAKE_RESPONSE, UNRETURNED, keep_made
from routelab.tracing.watching.origins import MADE, pairs_of
from routelab.tracing.watching.own_stages import (
    changed_response,
    credit_changes,
    dispatched_otherwise,
    made_otherwise,
    response_seen,
    seen,
)
from routelab.tracing.watching.recorded import Replaced
from routelab.tracing.watching.recorder import PendingCall, Phase, Recorder, StageWrapper, guarded, nested
from routelab.tracing.watching.shapes import (
    constant_in,
    header_names_given,
    make_response_step,
    unsent_responses,
)
from routelab.tracing.watching.unfit import with_what_is_unfit

_AUTOMATIC_OPTIONS = Origin(stage=Stage.AUTOMATIC_OPTIONS)
_PREPROCESS, _MAKES_OPTIONS = "preprocess_request", "make_default_options_response"
_RETURNED = "what became of the returned value"
# What Werkzeug's errors and redirects set themselves.
_MADE_BY_FLASK = frozenset({"content-type", "content-length"})
_OF_ERRORS = frozenset({"allow", "location", "www-authenticate", "retry-after", "content-range"})


def preprocess_request(recorder: Recorder, stage: PendingCall) -> Any:
    """Know that the callables to come are hooks: the url_value_preprocessors, then before_request."""
    watched = partial(_with_preprocessors, recorder, stage) if recorder.app.url_value_preprocessors else stage
    answer = recorder.staged(Phase.BEFORE, partial(seeing_the_view, recorder, _PREPROCESS, watched))
    recorder.progress.preprocessed = answer is not None
    return answer


@guarded
def _with_preprocessors(recorder: Recorder, stage: PendingCall) -> Any:
    with hooks_called_directly(recorder, When.URL_VALUE_PREPROCESSOR, "url_value_preprocessors"):
        return stage()


def dispatch_request(recorder: Recorder, stage: PendingCall) -> Any:
    """Know that the callable to come is the view."""
    recorder.progress.view_sought = True
    try:
        watched = partial(seeing_the_view, recorder, "dispatch_request", stage)
        result = recorder.staged(Phase.DISPATCH, watched)
    except Exception as error:
        dispatched_otherwise(recorder, None, error)
        raise
    dispatched_otherwise(recorder, result, None)
    return result


def make_default_options_response(recorder: Recorder, stage: PendingCall) -> Any:
    """Note that the app answers OPTIONS by itself; no view runs."""
    place = recorder.steps.reserve()
    response = stage()
    recorder.answering.producer = _AUTOMATIC_OPTIONS
    with recorder.guard("who answered OPTIONS"):
        made_by = None
        if _MAKES_OPTIONS in recorder.watched_app.replaced:
            made_by = recorder.place_of_own(_MAKES_OPTIONS)
            recorder.answering.producer = _AUTOMATIC_OPTIONS.replace(place=made_by)
        allowed = tuple(sorted(getattr(response, "allow", ())))
        recorder.steps.fill(place, AutomaticOptionsStep(allowed_methods=allowed, made_by=made_by))
    return response


def finalize_request(recorder: Recorder, stage: PendingCall) -> Any:
    """Know that Flask itself makes the response and asks the hooks, whoever asked it to."""
    replaced = recorder.handling.replaced
    if replaced is None:
        response = _finalized(recorder, stage)
        changed_response(recorder, "finalize_request", response)
        return response
    replaced.finalizing = True
    try:
        response = _finalized(recorder, stage)
        recorder.gives_replacement(response)
        return response
    finally:
        replaced.finalizing = False


def _finalized(recorder: Recorder, stage: PendingCall) -> Any:
    response = stage()
    signal = recorder.watched_app.request_finished
    if signal is not None and signal.receivers:
        with recorder.guard("where headers came from"):
            _credit_receivers(recorder, signal, response)
    return response


def _credit_receivers(recorder: Recorder, signal: Any, response: Any) -> None:
    """Credit what changed to whoever listens to Flask's signal that the response is finished."""
    receivers = list(signal.receivers_for(recorder.app))
    if not receivers:
        return
    place = recorder.sources.place(receivers[0]) if len(receivers) == 1 else NOWHERE
    credit_changes(recorder, Origin(stage=Stage.SIGNAL, place=place), response)


def _make_response_in_replacement(recorder: Recorder, replaced: Replaced, stage: PendingCall) -> Any:
    """Make a response for what replaces Flask's own: it may send it or not."""
    response = nested(recorder, stage)
    with recorder.guard("where headers came from"):
        returned = stage.argument("rv")
        if returned is not response:
            producer = recorder.answering.producer if replaced.is_flasks(returned) else replaced.origin
            replaced.makes(returned, response, _credits(producer, returned, response))
        if isinstance(returned, HTTPException):
            recorder.handling.page = response
    return response


def make_response(recorder: Recorder, stage: PendingCall) -> Any:
    """Note what was returned and which response it became, or how it was refused."""
    if recorder.handling.replaced is not None and not recorder.handling.replaced.finalizing:
        return _make_response_in_replacement(recorder, recorder.handling.replaced, stage)
    returned = given = stage.argument("rv")
    with recorder.guard(_RETURNED):
        given = recorder.answering.given_for(returned)
    place = recorder.steps.reserve()
    if recorder.made.responses and recorder.answering.producer.stage is Stage.VIEW:
        with recorder.guard(_RETURNED):
            recorder.made.unsent = place, unsent_responses(recorder.made.responses, given)
            recorder.at_end(UNRETURNED, tell_of_kept_back)
    own = _OwnMaker.of(recorder, returned)
    try:
        response = recorder.answering.response = stage()
    except Exception as error:
        with recorder.guard(_RETURNED):
            recorder.steps.fill(place, _step_of_refusal(returned, recorder.raised(error)))
            if recorder.answering.producer.stage is Stage.ERROR and recorder.handling.looked_up:
                _, at, _ = recorder.handling.looked_up[-1]
                recorder.steps.amend(at, ErrorStep, refused=recorder.handling.handler is not None)
        raise
    recorder.answering.became = True
    recorder.answering.status_by, recorder.answering.body_by = recorder.answering.status_changer, None
    with recorder.guard(_RETURNED):
        recorder.steps.fill(place, _step_of_response(recorder, given, response))
        response_seen(recorder, response)
        # Werkzeug hands an error's page on as a stream of one piece, which is nobody's generator.
        page = isinstance(returned, HTTPException) or returned is recorder.handling.page
        recorder.answering.streams = bool(response.is_streamed) and not page
    with recorder.guard("where headers came from"):
        _credit_headers(recorder, returned, response, own)
    return response


def _step_of_response(recorder: Recorder, returned: Any, response: Any) -> MakeResponseStep:
    step = recorder.watched_app.usual_steps.step(returned, response)
    named = template_named(recorder.app, returned, recorder.sources)
    if named is not None:
        step = step.replace(names_template=named)
    if recorder.answering.producer == _AUTOMATIC_OPTIONS and response.status_code == 200:
        step = step.replace(status_from=StatusFrom.DEFAULT)
    if step.shape is Shape.RESPONSE and isinstance(getattr(response, "response", None), dict):
        step = step.replace(keys_alone=True)
    if step.mimetype is not None and step.mimetype.endswith("json"):
        constant = constant_in(response)
        step = step if constant is None else step.replace(constant=constant)
    return made_otherwise(recorder, step, returned, response)


def _step_of_refusal(returned: Any, raised: Raised) -> MakeResponseStep:
    return with_what_is_unfit(make_response_step(returned, None, raised), returned)


def make_response_in_view(recorder: Recorder, stage: PendingCall) -> Any:
    """Keep until the end of the request a response that the view made itself: it may forget to return it."""
    response = nested(recorder, stage)
    keep_made(recorder, MAKE_RESPONSE, response)
    return response


def tell_of_kept_back(recorder: Recorder) -> None:
    """Add to the step of the returned value that the view made a response, too, which was not sent."""
    if recorder.made.unsent is None:
        return
    place, responses = recorder.made.unsent
    # A hook may have sent it in place of what the view returned.
    lost = next((it for it in responses if it.response is not recorder.answering.response), None)
    if lost is not None:
        recorder.steps.amend(
            place, MakeResponseStep, kept_back=True, kept_back_from=lost.maker, kept_back_at=lost.line
        )


class _OwnMaker(NamedTuple):
    """A `make_response` of the app's own, and the headers that what it was given had before."""

    origin: Origin
    before: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, recorder: Recorder, returned: Any) -> _OwnMaker | None:
        """Look at what it is given; None where Flask's own makes the response."""
        if "make_response" not in recorder.watched_app.replaced:
            return None
        with recorder.guard("where headers came from"):
            body = returned[0] if isinstance(returned, tuple) and returned else returned
            given = getattr(body, "response", None) if isinstance(body, HTTPException) else body
            before = frozenset(pairs_of(getattr(given, "headers", ())))
            return cls(Origin(stage=Stage.HOOK, place=recorder.place_of_own("make_response")), before)
        return None

    def leaves(self, origin: Origin, headers: Any) -> list[tuple[str, str]]:
        """Return those of the headers that are not its own doing: Flask's, and what was there before."""
        flasks = _MADE_BY_FLASK if origin is MADE else _MADE_BY_FLASK | _OF_ERRORS
        return [it for it in pairs_of(headers) if it[0].lower() in flasks or it in self.before]


def _credit_headers(recorder: Recorder, returned: Any, response: Any, own: _OwnMaker | None) -> None:
    """Tell the headers that came with the returned value from those that `make_response` added."""
    origins = recorder.origins
    origins.restart()
    for origin, headers in recorder.answering.headers_on_the_way:
        origins.note(headers, origin)
    own_headers = isinstance(returned, (HTTPException, type(response)))
    for origin, headers in _credits(recorder.answering.producer, returned, response):
        by_own = own is not None and (own_headers or origin is MADE)
        origins.note(own.leaves(origin, headers) if own is not None and by_own else headers, origin)
    origins.note(response.headers, MADE if own is None else own.origin, whole=True)


def _credits(producer: Origin, returned: Any, response: Any) -> Iterator[tuple[Origin, Any]]:
    body = returned[0] if isinstance(returned, tuple) and returned else returned
    if isinstance(body, HTTPException) and producer.stage is not Stage.ERROR and body.response is None:
        # It was returned, and not raised: its page is no doing of whoever returned it.
        yield Origin(stage=Stage.ERROR, place=Place(function=type(body).__name__)), response.headers
    elif isinstance(body, (HTTPException, type(response))):
        yield producer, response.headers
    elif body is not returned:
        given = header_names_given(returned)
        if isinstance(body, str | bytes | bytearray) and response.automatically_set_content_length:
            given -= {"content-length"}  # of a text Werkzeug counts it anew, whatever the tuple says
        yield producer, [pair for pair in pairs_of(response.headers) if pair[0].lower() in given]
    elif callable(body) and not isinstance(body, type):  # a WSGI application set its own
        yield producer, [pair for pair in pairs_of(response.headers) if pair[0].lower() != "content-type"]
    yield MADE, response.headers


def process_response(recorder: Recorder, stage: PendingCall) -> Any:
    """Know that the callables to come are after_request hooks, and keep the response."""
    given = stage.argument("response")
    recorder.answering.response = response = recorder.staged(Phase.AFTER, stage)
    changed_response(recorder, "process_response", response)
    signal = recorder.watched_app.request_finished
    if signal is not None and signal.receivers:
        with recorder.guard("what became of the response"):
            recorder.answering.seen = seen(response)
    recorder.handling.page_kept = response is given
    if response is not given:
        with recorder.guard("what became of an error"):
            page_was_replaced(recorder)
    return response


STAGES: dict[str, StageWrapper] = {
    _PREPROCESS: preprocess_request,
    "dispatch_request": dispatch_request,
    _MAKES_OPTIONS: guarded(make_default_options_response),
    "finalize_request": finalize_request,
    "make_response": make_response,
    "process_response": process_response,
}
OWN_CALLS: dict[str, StageWrapper] = {"make_response": make_response_in_view}
