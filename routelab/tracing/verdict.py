"""The answer that a trace gives: its verdict, the cause, the place, the way out, and whose the page is.

Who may have decided, and what is said of that, stands in `answers`: each answers None where it was another.
All of them read finished steps alone: what is not in them is not said, and none knows an app or a screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from routelab.routing.outcome import Outcome
from routelab.tracing.answers.answer import Answer
from routelab.tracing.answers.around import (
    afterwards,
    automatic_options,
    failed_afterwards,
    hook,
    middleware,
    own_dispatch,
    sending,
    session_or_stream,
)
from routelab.tracing.answers.handling import taken_with_the_rest
from routelab.tracing.answers.preflight import preflight_words
from routelab.tracing.answers.router import as_sent, router, router_answer, ways_of, with_decoded
from routelab.tracing.answers.unfinished import not_loaded, stopped, stopped_verdict
from routelab.tracing.answers.view import unplaced, view
from routelab.tracing.phrases import capitalized
from routelab.tracing.steps.error import ErrorStep, HandledBy
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.stopped import StoppedStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace


def _sending_after_an_error(trace: Trace) -> Answer | None:
    """Say why what was made could not be sent, and before that what had failed, if anything had."""
    later = sending(trace)
    if later is None or trace.first(ErrorStep) is None:
        return later
    first = router(trace) or view(trace)
    if first is None:
        return later
    return later.replace(cause=(*first.cause[:1], *later.cause), spot=first.spot or later.spot)


def _hook_after_an_error(trace: Trace) -> Answer | None:
    """Say what a hook did, and before that what the view had raised, where the hook failed on its way out."""
    later, step = hook(trace), trace.first(ViewStep)
    if later is None or step is None or step.call.failure is None or not failed_afterwards(trace):
        return later
    first = view(trace)
    if first is None:
        return later
    sent = trace.last(ResponseStep)
    # What was made of the error is not what a server then sent.
    cause = later.cause[:1] if sent is not None and sent.from_server else later.cause
    return later.replace(cause=(*first.cause[:1], *cause), spot=first.spot or later.spot)


# Whoever comes first of those that decided.
_DECIDERS: tuple[Callable[[Trace], Answer | None], ...] = (
    not_loaded,
    stopped,
    middleware,
    _hook_after_an_error,
    session_or_stream,
    _sending_after_an_error,
    router,
    automatic_options,
    own_dispatch,
    view,
    unplaced,
)
_PAGE = b"<!doctype html>\n<html lang=en>\n<title>"  # as Werkzeug's own pages begin
_REDIRECTING = _PAGE + b"Redirecting...</title>\n"


def answer_of(trace: Trace) -> Answer:
    """Return what a trace answers."""
    match = trace.first(MatchStep)
    decided = next(filter(None, (decides(trace) for decides in _DECIDERS)), Answer())
    answer = decided.replace(verdict=verdict_of(trace))
    if trace.response is not None:
        more = taken_with_the_rest(trace.each(ErrorStep), trace.response.status)
        answer = answer.replace(cause=(*answer.cause, *more, *preflight_words(trace)))
    sent, later = trace.last(ResponseStep), afterwards(trace)
    if later is not None:
        answer = answer.replace(cause=(*answer.cause, later))
    if sent is not None and sent.miscounted is not None:
        answer = answer.replace(cause=(*answer.cause, f"{sent.miscounted}."))
    if sent is not None and sent.read_from is not None:
        answer = answer.replace(cause=(*answer.cause, f"{capitalized(sent.read_from.words)}."))
    if match is None or match.outcome is Outcome.MATCHED or trace.first(ErrorStep) is None:
        return answer  # where the router's error was not raised, another answered, and does so again
    ways = ways_of(as_sent(match.suggestions, trace), "request", trace.app.target, trace.request.query_string)
    return answer.replace(ways=ways)


def decision_answer(match: MatchStep, method: str, path: str, target: str) -> Answer:
    """Return what the router alone answers."""
    if match.outcome is Outcome.MATCHED:
        return Answer(verdict=f"{match.rule}  ->  {match.endpoint}")
    answer = with_decoded(router_answer(match, method, path), match, path)
    return answer.replace(verdict=match.decision, ways=ways_of(match.suggestions, "match", target))


def verdict_of(trace: Trace) -> str:
    """Say what came out, and nothing else: "404 NOT FOUND", "302 FOUND -> /login"."""
    load, end, response = trace.first(LoadStep), trace.first(StoppedStep), trace.response
    if load is not None:
        return "the app does not load"
    if end is not None:
        return stopped_verdict(end)
    if response is None:
        return (
            "no response" if trace.exception is None else f"no response: {trace.exception.type} left the app"
        )
    said = f"{response.status} {response.reason_phrase}".rstrip()
    to = response.header("Location")
    sent_on = f" -> {to}" if to and response.status // 100 == 3 else ""
    if response.from_server and trace.exception is not None:
        sent_on = f": {trace.exception.type} left the app"
    return f"{said}{sent_on}" + ("" if response.complete else ", cut short")


def stock_page(trace: Trace) -> str | None:
    """Name the page that nobody wrote for this app; None for any other body."""
    response = trace.response
    if response is None:
        return None
    if response.status // 100 == 3 and response.body.startswith(_REDIRECTING):
        return "the usual page of a redirect"
    last, sent = trace.last(ErrorStep), trace.last(ResponseStep)
    if (sent is not None and sent.body_by is not None) or not response.body.startswith(_PAGE):
        return None
    if last is None or last.handled_by is not HandledBy.FLASK or last.code != response.status:
        return None
    return None if last.handler is not None or not last.page_kept else f"Flask's own {response.status} page"
