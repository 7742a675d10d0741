"""What an app makes of an error: who is asked about it, and who answers.

It sees the stages of error handling as they pass; what a handler does while it runs is seen in `calls`.
"""

from __future__ import annotations

import sys
from types import CodeType
from typing import Any

from werkzeug.exceptions import BadRequest, BadRequestKeyError, HTTPException
from werkzeug.routing import RequestRedirect, RoutingException

from routelab.tracing.facts import Place, Raised
from routelab.tracing.steps.error import Because, ErrorStep, HandledBy, RedirectBy, UnaskedHandler
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.steps.response import CARRIED, Origin, Stage
from routelab.tracing.watching.code.values import message_of
from routelab.tracing.watching.exceptions.raised import http_status
from routelab.tracing.watching.recorded import Replaced
from routelab.tracing.watching.recorder import PendingCall, Phase, Recorder, StageWrapper, guarded, nested
from routelab.tracing.watching.shapes import carries_response, makes_its_page
from routelab.tracing.watching.unasked_handlers import handlers_passed_over, taken_as, unasked_handlers


def handle_user_exception(recorder: Recorder, stage: PendingCall) -> Any:
    """Note what a hook or a view raised, and what the error handlers make of it."""
    error = stage.argument("e")
    place = recorder.steps.reserve()
    recorder.handling.error = (place, error)
    return _look_up(recorder, place, "handle_user_exception", stage)


def handle_exception(recorder: Recorder, stage: PendingCall) -> Any:
    """Note what nobody took; it is looked up once more, as a 500."""
    error = stage.argument("e")
    recorder.exceptions.escapes(error)
    before = recorder.handling.error
    # An exception that no handler took a moment ago: still the same step, now as a 500.
    same = before is not None and before[1] is error and recorder.handling.handler is None
    place = before[0] if before is not None and same else recorder.steps.reserve()
    because = None
    if before is None or before[1] is not error:
        because = Because.MAKING_READY if recorder.progress.dispatched else Because.BEFORE_DISPATCH
        if recorder.handling.handler is not None and recorder.handling.handler.failure is not None:
            because = Because.IN_HANDLER
    return _look_up(recorder, place, "handle_exception", stage, because)


def handle_http_exception(recorder: Recorder, stage: PendingCall) -> Any:
    """Know what Flask itself makes of an HTTP error, whatever stands before it."""
    handling = recorder.handling
    error = stage.argument("e")
    if handling.error is not None and error is not None and error is not handling.error[1]:
        handling.turned_into = error
    own = recorder.watched_app.replacement_of("handle_http_exception")
    answer = stage() if own is None else _in_place_of(recorder, own, stage)
    recorder.gives_replacement(answer)
    return answer


def _in_place_of(recorder: Recorder, own: Any, stage: PendingCall) -> Any:
    """See what a method of the app's own makes of what Flask's gives it: the error itself, or a handler's."""
    handling = recorder.handling
    outer = handling.replaced
    with recorder.guard("what replaces Flask's own"):
        handling.replaced = _replaced(recorder, own, _in_place_of.__code__)
        handling.replaced.gives(stage.argument("e"), recorder.answering.producer)
    inner = handling.replaced
    try:
        answer = stage()
    finally:
        handling.replaced = outer
    if inner is not None and inner is not outer:
        with recorder.guard("where headers came from"):
            if not inner.is_flasks(answer):
                handling.answered_instead = inner.origin.place
            _credit_replacement(recorder, inner, answer, final=False)
    return answer


def _replaced(recorder: Recorder, replacement: Any, until: CodeType) -> Replaced:
    sources = recorder.sources
    place = sources.place_of_code(replacement)
    return Replaced(place, lambda: sources.functions_above(sys._getframe(1), until))


def _look_up(
    recorder: Recorder,
    place: int,
    name: str,
    stage: PendingCall,
    passed_over: Because | None = None,
) -> Any:
    """Watch who is asked about an error, and fill in its step however that ends."""
    error, handling = stage.argument("e"), recorder.handling
    telling = _ErrorTelling(recorder, error, final=name == "handle_exception", passed_over=passed_over)
    handling.looked_up += ((error, place, telling.final),)
    pages_are_not_sent(recorder, but_of=place)
    handling.handler = handling.turned_into = handling.answered_instead = None
    recorder.answering.producer = Origin(stage=Stage.ERROR, place=telling.page_of)
    with recorder.guard("where an error came from"):
        telling.comes_from(recorder.steps.at(place))
    outer, replacement = handling.replaced, recorder.watched_app.replacement_of(name)
    with recorder.guard("what replaces Flask's own"):
        handling.replaced = telling.handed_to(replacement)
    try:
        answer = recorder.staged(Phase.ERROR, stage)
        telling.handled_by = _handled_by(recorder, error, answer)
        if handling.replaced is not None:
            with recorder.guard("where headers came from"):
                _credit_replacement(recorder, handling.replaced, answer, final=telling.final)
        return answer
    except Exception as raised:
        telling.propagated = raised is error and telling.final
        raise
    finally:
        handling.replaced = outer
        with recorder.guard("what became of an error"):
            recorder.steps.fill(place, telling.step())


class _ErrorTelling:
    """Puts together what is known of an error: where it came from, who was asked, and what became of it."""

    def __init__(
        self, recorder: Recorder, error: Exception, *, final: bool, passed_over: Because | None
    ) -> None:
        self._recorder, self._error, self._passed_over = recorder, error, passed_over
        self.final = final  # whether it is looked up as a 500
        self.handled_as = "InternalServerError" if final else type(error).__name__
        self.handled_by = HandledBy.NOBODY
        self.propagated = False
        self._raised: Raised | None = None
        self._replacement: Place | None = None

    @property
    def page_of(self) -> Place:
        """Name whose page is sent where nobody handles it: an exception, or a class that makes its own."""
        if self.final:
            return Place(function=self.handled_as)
        if carries_response(self._error):
            return Place(function=CARRIED)
        if makes_its_page(type(self._error)):
            return self._recorder.sources.place(type(self._error))
        return Place(function="redirect" if self._redirects else self.handled_as)

    @property
    def _redirects(self) -> bool:
        """Whether it is a redirect of a router's that the app raised, and not its router."""
        return isinstance(self._error, RequestRedirect) and self._error is not self._recorder.routed.error

    def comes_from(self, told: AnyStep | None) -> None:
        """Describe where it came from, unless a step tells that; `told` is its own, once there is one."""
        if isinstance(told, ErrorStep):
            self._raised = told.raised
            return
        if (
            not self._recorder.exceptions.is_told(self._error)
            and self._error is not self._recorder.routed.error
        ):
            self._raised = self._recorder.raised(self._error)

    def handed_to(self, replacement: Any) -> Replaced | None:
        """Describe what replaces Flask's own, where anything does."""
        if replacement is None:
            return None
        replaced = _replaced(self._recorder, replacement, _look_up.__code__)
        self._replacement = replaced.origin.place
        return replaced

    def step(self) -> ErrorStep:
        """Return the step that tells all of it."""
        recorder, error = self._recorder, self._error
        turned = None if self.final else recorder.handling.turned_into
        return ErrorStep(
            exception=type(error).__name__,
            message=message_of(error),
            handled_as=self.handled_as if turned is None else type(turned).__name__,
            code=500 if self.final else http_status(turned or error),
            turned=turned is not None,
            page_kept=recorder.handling.page_kept,
            handler=recorder.handling.handler,
            propagated=self.propagated,
            unasked=_unasked(recorder, error, self._passed_over),
            handled_by=self.handled_by,
            replacement=recorder.handling.answered_instead or self._replacement,
            let_out_by=_let_out_by(recorder.app) if self.propagated else None,
            trapped_by=_trapped_by(recorder.app, error) if self.final and self._passed_over is None else None,
            raised=self._raised,
            redirect=_redirect(recorder, error),
            taken_as=_taken_as(recorder, error),
            traceback=_way_to_handler(recorder, error),
        )


def _taken_as(recorder: Recorder, error: Exception) -> str | None:
    context = recorder.context
    return None if recorder.handling.handler is None or context is None else taken_as(context, error)


def _redirect(recorder: Recorder, error: Exception) -> RedirectBy | None:
    """Tell whether Flask takes an error for a redirect of a router's, and asks no handler about it."""
    if not isinstance(error, RoutingException) or (http_status(error) or 0) // 100 != 3:
        return None
    return RedirectBy.ROUTER if error is recorder.routed.error else RedirectBy.APP


def page_was_replaced(recorder: Recorder) -> None:
    """Tell of the error that was looked up last that the page which Flask made of it was not sent."""
    for _, place, _ in recorder.handling.looked_up[-1:]:
        recorder.steps.amend(place, ErrorStep, page_kept=False)


def pages_are_not_sent(recorder: Recorder, but_of: int | None = None) -> None:
    """Tell of the errors that were looked up before that the pages which Flask made of them were not sent."""
    for _, place, _ in recorder.handling.looked_up:
        if place != but_of:
            recorder.steps.amend(place, ErrorStep, page_kept=False)


def _way_to_handler(recorder: Recorder, error: Exception) -> str:
    """Write out the way of an exception that a handler took; an HTTP error is an answer, and no fault."""
    exceptions = recorder.exceptions
    if recorder.handling.handler is None or exceptions.escaping is error or isinstance(error, HTTPException):
        return ""
    return exceptions.traceback(error)


def _unasked(recorder: Recorder, error: Exception, passed_over: Because | None) -> tuple[UnaskedHandler, ...]:
    if passed_over is not None:
        return handlers_passed_over(recorder.context, error, passed_over, recorder.sources)
    outcome = recorder.routed.explanation.outcome if recorder.routed.explanation is not None else None
    if error is not recorder.routed.error or outcome is None:
        return ()
    return unasked_handlers(recorder.context, outcome, error, recorder.sources)


def _let_out_by(app: Any) -> str | None:
    """Tell which setting lets exceptions out, as Flask asks for them."""
    if app.config["PROPAGATE_EXCEPTIONS"] is not None:
        return "PROPAGATE_EXCEPTIONS" if app.config["PROPAGATE_EXCEPTIONS"] else None
    return "TESTING" if app.testing else "debug mode" if app.debug else None


def _trapped_by(app: Any, error: Exception) -> str | None:
    """Tell which setting makes an HTTP error one that Flask has no page for."""
    if not isinstance(error, HTTPException):
        return None
    if app.config["TRAP_HTTP_EXCEPTIONS"]:
        return "TRAP_HTTP_EXCEPTIONS"
    bad = app.config["TRAP_BAD_REQUEST_ERRORS"]
    if bad and isinstance(error, BadRequest):
        return "TRAP_BAD_REQUEST_ERRORS"
    return "debug mode" if bad is None and app.debug and isinstance(error, BadRequestKeyError) else None


def _handled_by(recorder: Recorder, error: Exception, answer: Any) -> HandledBy:
    """Tell who made the answer: what came is compared with what Flask itself would have given."""
    if recorder.handling.replaced is not None and not recorder.handling.replaced.is_flasks(answer):
        return HandledBy.REPLACEMENT
    if recorder.handling.answered_instead is not None:
        return HandledBy.REPLACEMENT
    if recorder.handling.handler is not None:
        return HandledBy.HANDLER
    own = carries_response(error) or makes_its_page(type(error))
    return HandledBy.CARRIED if own else HandledBy.FLASK


def _credit_replacement(recorder: Recorder, replaced: Replaced, answer: Any, *, final: bool) -> None:
    """Credit what replaces Flask's own with what it added, or answered by itself."""
    if isinstance(answer, HTTPException) or (replaced.is_flasks(answer) and not hasattr(answer, "headers")):
        return
    if not final:  # Flask makes a response of it next, and keeps one that is a response
        recorder.answering.headers_on_the_way = replaced.headers_on_the_way
        recorder.answering.producer = replaced.origin
        recorder.answering.made = replaced.made
        return
    if not replaced.is_flasks(answer):
        recorder.origins.restart()
        for origin, headers in replaced.headers_on_the_way:
            recorder.origins.note(headers, origin)
    recorder.origins.note(getattr(answer, "headers", ()), replaced.origin, whole=True)


def asked_inside(recorder: Recorder, stage: PendingCall) -> Any:
    """Know that a view or a hook asks Flask to handle an error: a handler may run there."""
    recorder.handling.asked_inside = True
    return nested(recorder, stage)


STAGES: dict[str, StageWrapper] = {
    "handle_user_exception": guarded(handle_user_exception),
    "handle_exception": guarded(handle_exception),
    "handle_http_exception": handle_http_exception,
}
OWN_CALLS: dict[str, StageWrapper] = dict.fromkeys(STAGES, asked_inside)
