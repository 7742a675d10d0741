"""Methods of the app's own class in the place of Flask's: what they made of what Flask's own gave them.

What came out is held against what was last seen inside; nothing is asked of the method itself. Most apps have
none: then none of this looks at anything.
"""

from __future__ import annotations

import json
from typing import Any

from routelab.tracing.facts import Wrapper
from routelab.tracing.steps.make_response import MakeResponseStep, Shape, StatusFrom
from routelab.tracing.steps.response import Origin, Stage
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.watching.code.values import value_of
from routelab.tracing.watching.origins import pairs_of
from routelab.tracing.watching.recorded import SeenResponse, ViewOutcome
from routelab.tracing.watching.recorder import Recorder

# What is done to a response after it was made.
_AFTER_MAKING = frozenset({"process_response", "finalize_request", "full_dispatch_request"})


def seen(response: Any) -> SeenResponse:
    """Return what tells afterwards whether a response was changed."""
    return SeenResponse(
        response=response,
        status=getattr(response, "status_code", None),
        body=getattr(response, "response", None),
    )


def another_body(before: SeenResponse, after: SeenResponse) -> bool:
    """Tell whether a response got another body; that a stream was read into a list is none."""
    if after.body is before.body:
        return False
    closing = getattr(after.response, "_on_close", ())  # where Werkzeug closes a stream that it read
    return not any(getattr(function, "__self__", None) is before.body for function in closing)


def dispatched_otherwise(recorder: Recorder, result: Any, error: BaseException | None) -> None:
    """Tell of a `dispatch_request` of the app's own that what it gave is not what the view gave."""
    if recorder.views_ended:
        with recorder.guard("what became of the returned value"):
            _dispatched_otherwise(recorder, result, error)


def _dispatched_otherwise(recorder: Recorder, result: Any, error: BaseException | None) -> None:
    view = recorder.views_ended[-1]
    place = recorder.place_of_own("dispatch_request")
    if view.raised is error if error is not None else view.raised is None and view.returned is result:
        if view.headers is not None:
            answering = recorder.answering
            before = (answering.producer, view.headers)
            answering.headers_on_the_way = (*answering.headers_on_the_way, before)
            answering.producer = Origin(stage=Stage.VIEW, place=place)
        return
    step = recorder.steps.at(view.place)
    if not isinstance(step, ViewStep):
        return
    around = Wrapper(
        place=place,
        own=True,
        returned=value_of(result) if error is None else None,
        raised=None if error is None else recorder.raised(error),
    )
    call = step.call.replace(wrappers=(around, *step.call.wrappers))
    recorder.steps.fill(view.place, step.replace(call=call))
    recorder.answering.producer = Origin(stage=Stage.VIEW, place=place)


def view_ended(recorder: Recorder, place: int, returned: Any, raised: BaseException | None = None) -> None:
    """Keep how a view ended, where a method of the app's own may make something else of it."""
    if "dispatch_request" not in recorder.watched_app.replaced:
        return
    with recorder.guard("what became of the returned value"):
        headers = getattr(returned, "headers", None)
        pairs = None if headers is None else tuple(pairs_of(headers))
        outcome = ViewOutcome(place=place, returned=returned, raised=raised, headers=pairs)
        recorder.views_ended += (outcome,)


def response_seen(recorder: Recorder, response: Any) -> None:
    """Keep what a response is now, where a method of the app's own may change it afterwards."""
    if not _AFTER_MAKING.isdisjoint(recorder.watched_app.replaced):
        recorder.answering.seen = seen(response)


def changed_response(recorder: Recorder, stage: str, response: Any) -> None:
    """Credit a method of the app's own, in the place of Flask's `stage`, with what it did to the response."""
    if stage in recorder.watched_app.replaced:
        with recorder.guard("where headers came from"):
            origin = Origin(stage=Stage.HOOK, place=recorder.place_of_own(stage))
            if recorder.answering.seen is None and hasattr(response, "headers"):
                recorder.answering.status_by = origin  # nothing inside had made a response
            credit_changes(recorder, origin, response)


def credit_changes(recorder: Recorder, origin: Origin, response: Any) -> None:
    """Credit somebody with all in which a response differs from what it was when it was last seen."""
    if not hasattr(response, "headers"):
        return
    answering = recorder.answering
    before, after = answering.seen, seen(response)
    if before is not None:
        other = response is not before.response
        if other:
            recorder.origins.restart()
        if other or after.status != before.status:
            answering.status_by = origin
        if other or another_body(before, after):
            answering.body_by = origin
        answering.seen = after
    answering.response = response
    recorder.origins.note(response.headers, origin, whole=True)


def made_otherwise(
    recorder: Recorder, step: MakeResponseStep, returned: Any, response: Any
) -> MakeResponseStep:
    """Name the `make_response` of the app's own in a step, where its answer is not what Flask makes."""
    if "make_response" not in recorder.watched_app.replaced:
        return step
    body = returned[0] if step.parts else returned
    status = _status_expected(step, returned, response)
    same_status = status is None or status == step.status
    if same_status and _is_usual(step, body, response, recorder.app.json):
        return step
    return step.replace(
        made_by=recorder.place_of_own("make_response"),
        status_from=step.status_from if same_status else StatusFrom.MAKE_RESPONSE,
    )


def _status_expected(step: MakeResponseStep, returned: Any, response: Any) -> int | None:
    match step.status_from:
        case StatusFrom.DEFAULT:
            default = getattr(type(response), "default_status", 200)
            return default if isinstance(default, int) else None
        case StatusFrom.TUPLE:
            given = returned[1]
            return given if isinstance(given, int) else None
        case _:
            return None


def _is_usual(step: MakeResponseStep, body: Any, response: Any, provider: Any) -> bool:
    """Tell whether a response is the one that Flask makes of a body, as far as that can be seen."""
    if step.shape in (Shape.NONE, Shape.OTHER):
        return False
    if step.shape is Shape.RESPONSE:
        return response is body or not isinstance(body, type(response))
    if step.shape not in (Shape.STR, Shape.BYTES, Shape.DICT, Shape.LIST) or response.is_streamed:
        return True
    sent = response.get_data()
    if step.shape in (Shape.STR, Shape.BYTES):
        usual, expected = response.default_mimetype, body.encode() if isinstance(body, str) else bytes(body)
        same = sent == expected
    else:
        usual = getattr(provider, "mimetype", step.mimetype)
        # What a provider of the app's own makes text of is nobody's business but its own.
        same = type(provider).__name__ != "DefaultJSONProvider" or _same_json(body, sent)
    # A tuple may have given the type among its headers.
    return same and (step.parts > 0 or step.mimetype == usual)


def _same_json(body: Any, sent: bytes) -> bool:
    try:
        return bool(json.loads(json.dumps(body)) == json.loads(sent))
    except (TypeError, ValueError, RecursionError):  # what the app's own provider makes text of
        return True
