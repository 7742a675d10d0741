"""The answer that a trace gives: its verdict, the cause in a sentence or two, the place, and the way out.

Who decided, and what is said of that, stands in `answers`. All of them read finished steps alone: what is not
in them is not said, and none knows an app or a screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.routing.outcome import Outcome
from routelab.tracing.answers.answer import Answer
from routelab.tracing.answers.deciders import DECIDERS
from routelab.tracing.answers.router import router_answer, ways_of
from routelab.tracing.answers.unfinished import stopped_verdict
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.stopped import StoppedStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace


def answer_of(trace: Trace) -> Answer:
    """Return what a trace answers."""
    match = trace.first(MatchStep)
    decided = next(filter(None, (decides(trace) for decides in DECIDERS)), Answer())
    answer = decided.replace(verdict=verdict_of(trace))
    if match is None or match.outcome is Outcome.MATCHED:
        return answer
    return answer.replace(ways=ways_of(match.suggestions, "request", trace.app.target))


def decision_answer(match: MatchStep, method: str, path: str, target: str) -> Answer:
    """Return what the router alone answers."""
    if match.outcome is Outcome.MATCHED:
        return Answer(verdict=f"{match.rule}  ->  {match.endpoint}")
    answer = router_answer(match, method, path)
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
