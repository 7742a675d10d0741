"""The answer that a trace gives: its verdict, the cause in a sentence or two, the place, and the way out.

It chooses who decided; what is said of that stands in `answers`, one file for each. All of them read finished
steps alone: what is not in them is not said, and none knows an app or a screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.routing.outcome import Outcome
from routelab.tracing.answers.answer import Answer
from routelab.tracing.answers.handling import handler_words, handling_words
from routelab.tracing.answers.hook import failure_words, hook_answer, hook_decides
from routelab.tracing.answers.router import router_answer, ways_of
from routelab.tracing.answers.unfinished import load_answer, stopped_answer, stopped_verdict
from routelab.tracing.answers.view import view_answer
from routelab.tracing.phrases import capitalized
from routelab.tracing.steps.automatic_options import AutomaticOptionsStep
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.middleware import MiddlewareStep
from routelab.tracing.steps.request import RequestStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.session import SessionStep
from routelab.tracing.steps.stopped import StoppedStep
from routelab.tracing.steps.stream import StreamStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace


def answer_of(trace: Trace) -> Answer:
    """Return what a trace answers."""
    match = trace.first(MatchStep)
    answer = _answer(trace, match)
    if match is None or match.outcome is Outcome.MATCHED:
        return answer
    ways = ways_of(match.suggestions, "request", trace.app.target)
    return answer.replace(ways=ways)


def decision_answer(match: MatchStep, path: str, target: str) -> Answer:
    """Return what the router alone answers."""
    if match.outcome is Outcome.MATCHED:
        return Answer(verdict=f"{match.rule}  ->  {match.endpoint}")
    answer = router_answer(match, path)
    return answer.replace(verdict=match.decision, ways=ways_of(match.suggestions, "match", target))


def verdict_of(trace: Trace) -> str:
    """Say what came out, and nothing else: "404 NOT FOUND", "302 FOUND -> /login"."""
    load, stopped, response = trace.first(LoadStep), trace.first(StoppedStep), trace.response
    if load is not None:
        return "the app does not load"
    if stopped is not None:
        return stopped_verdict(stopped)
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


def _answer(trace: Trace, match: MatchStep | None) -> Answer:
    verdict = verdict_of(trace)
    load, stopped = trace.first(LoadStep), trace.first(StoppedStep)
    if load is not None:
        return load_answer(load).replace(verdict=verdict)
    if stopped is not None:
        return stopped_answer(stopped).replace(verdict=verdict)
    for step in trace.steps:
        if isinstance(step, MiddlewareStep) and step.answered:
            return Answer(verdict=verdict, cause=(f"{capitalized(step.headline)}.",))
    errors = tuple(step for step in trace.steps if isinstance(step, ErrorStep))
    hook = next((it for it in trace.steps if isinstance(it, HookStep) and hook_decides(it)), None)
    if hook is not None:
        return hook_answer(hook, trace).replace(verdict=verdict)
    broken = next((it for it in trace.steps if isinstance(it, SessionStep | StreamStep) and it.raised), None)
    if broken is not None:
        return Answer(verdict=verdict, cause=(failure_words(broken), *handling_words(errors)))
    sent = next((it for it in trace.steps if isinstance(it, ResponseStep) and it.failed is not None), None)
    if sent is not None and not any(error.propagated for error in errors):  # else that is the cause of it
        return Answer(verdict=verdict, cause=tuple(f"{capitalized(said)}." for said in sent.details[:2]))
    if match is not None and match.outcome is not Outcome.MATCHED:
        path = next((it.path for it in trace.steps if isinstance(it, RequestStep)), trace.request.path)
        said = router_answer(match, path)
        return said.replace(verdict=verdict, cause=(*said.cause, *handler_words(errors)))
    options = trace.first(AutomaticOptionsStep)
    if options is not None:
        return Answer(verdict=verdict, cause=(f"{capitalized(options.headline)}.",))
    view = trace.first(ViewStep)
    return Answer(verdict=verdict) if view is None else view_answer(view, trace).replace(verdict=verdict)
