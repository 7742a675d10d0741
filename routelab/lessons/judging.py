"""An expectation held against a trace: whether it holds, what there was instead, and why.

It judges expectations; what a task makes of the results stands with its kind.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, assert_never

from routelab.errors import RoutelabError
from routelab.lessons.difference import Difference, first_difference, same
from routelab.lessons.expectation import WITHOUT_VALUE, Expectation, Predicate
from routelab.lessons.query import FailureCause, Missing, Nothing, NotJson, Observation, Seen
from routelab.nearest import nearest
from routelab.record import Json, Record
from routelab.requestline.target import METHODS
from routelab.routing.candidate import Verdict, closeness, is_close
from routelab.routing.outcome import Outcome
from routelab.tracing.facts import Escaped, Raised
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.match import MatchStep, PlacedCandidate
from routelab.tracing.steps.stopped import StoppedStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace

Cause: TypeAlias = PlacedCandidate | Escaped | Raised | LoadStep | StoppedStep
_MOST_CAUSES = 3
_OF_LOADING = (Missing.NOTE, Missing.FINDING)  # a trace of an app that does not load may have them, too
_NEAR = 0.66  # for difflib: two letters of GET that are left in their order
_ORDERS: dict[Predicate, Callable[[Any, Any], bool]] = {
    Predicate.BELOW: operator.lt,
    Predicate.AT_MOST: operator.le,
    Predicate.ABOVE: operator.gt,
    Predicate.AT_LEAST: operator.ge,
}


class Result(Record):
    """What became of one expectation; `causes` are the facts behind a failure, nearest first."""

    expectation: Expectation
    passed: bool
    observed: Observation
    causes: tuple[Cause, ...] = ()

    @property
    def promised(self) -> Observation:
        """What of the observation it speaks of: with `exists` not the value, which may be a date."""
        if self.expectation.predicate in WITHOUT_VALUE and isinstance(self.observed, Seen):
            return Seen(value=self.passed)
        return self.observed

    @property
    def difference(self) -> Difference | None:
        """Where the value differs from the one expected; None unless `==` failed on a value."""
        expectation, observed = self.expectation, self.observed
        plain = expectation.predicate is Predicate.EQUALS and not expectation.negated
        if self.passed or not plain or not isinstance(observed, Seen):
            return None
        return first_difference(expectation.value, observed.value)


class AppChecked(Record):
    """What the checks of an app came to; `problem` is why there is none: its file is gone, for example."""

    problem: RoutelabError | None = None

    @property
    def no_app(self) -> str | None:
        """Say why there is no app; what the error suggests beside is for those who named one themselves."""
        return None if self.problem is None else str(self.problem).partition("; ")[0]


def judge(expectation: Expectation, trace: Trace) -> Result:
    """Hold one expectation against a trace.

    A query that finds nothing fulfils `not exists`, and no other expectation, negated or not; where the app
    does not load it fulfils none about what a request leads to, which nobody can tell.
    """
    observed = _observed(expectation, trace)
    passed = _holds(expectation, observed)
    causes = () if passed else _causes(expectation, trace)
    return Result(expectation=expectation, passed=passed, observed=observed, causes=causes)


def judge_all(expectations: Iterable[Expectation], trace: Trace) -> tuple[Result, ...]:
    """Hold several against one trace."""
    return tuple(judge(expectation, trace) for expectation in expectations)


def holds(expectation: Expectation, trace: Trace) -> bool:
    """Tell whether one expectation is fulfilled, without asking why not."""
    return _holds(expectation, _observed(expectation, trace))


def all_hold(expectations: Iterable[Expectation], trace: Trace) -> bool:
    """Tell whether every expectation is fulfilled; where there is none, nothing is."""
    asked = tuple(expectations)
    return bool(asked) and all(holds(each, trace) for each in asked)


def promised(expectations: Iterable[Expectation], trace: Trace) -> list[Observation]:
    """Return what several speak of, observed in one trace."""
    return [result.promised for result in judge_all(expectations, trace)]


def all_passed(results: Iterable[Result]) -> bool:
    """Tell whether every expectation held; where nothing was judged, nothing passed."""
    judged = [result.passed for result in results]
    return bool(judged) and all(judged)


def _observed(expectation: Expectation, trace: Trace) -> Observation:
    observed = expectation.question.query.observe(trace, expectation.question.argument)
    if not isinstance(observed, Nothing) or observed.missing in _OF_LOADING or trace.first(LoadStep) is None:
        return observed
    return Nothing(missing=Missing.APP)


def _holds(expectation: Expectation, observed: Observation) -> bool:
    if expectation.predicate is Predicate.EXISTS:
        if isinstance(observed, Nothing):
            return expectation.negated and observed.missing is not Missing.APP
        return not expectation.negated
    if not isinstance(observed, Seen):
        # Of a value that JSON cannot say, only this is certain: it differs from every JSON value.
        differs = expectation.predicate is Predicate.DIFFERS and not expectation.negated
        return isinstance(observed, NotJson) and differs
    return _compare(expectation.predicate, observed.value, expectation.value) is not expectation.negated


def _compare(predicate: Predicate, actual: Json, value: Json) -> bool:
    match predicate:
        case Predicate.EQUALS:
            return same(value, actual)
        case Predicate.DIFFERS:
            return not same(value, actual)
        case Predicate.BELOW | Predicate.AT_MOST | Predicate.ABOVE | Predicate.AT_LEAST:
            is_number = isinstance(actual, int | float) and not isinstance(actual, bool)
            return is_number and bool(_ORDERS[predicate](actual, value))
        case Predicate.CONTAINS:
            return _contains(actual, value)
        case Predicate.STARTS_WITH:
            return isinstance(actual, str) and actual.startswith(str(value))
        case Predicate.ENDS_WITH:
            return isinstance(actual, str) and actual.endswith(str(value))
        case Predicate.MATCHES:
            return isinstance(actual, str) and re.search(str(value), actual) is not None
        case Predicate.IS_EMPTY:
            return isinstance(actual, str | list | dict) and not actual
        case Predicate.EXISTS:
            return True
    assert_never(predicate)


def _contains(actual: Json, value: Json) -> bool:
    """Look for text in text, for an item in a list, for a key in an object."""
    match actual:
        case list():
            return any(same(value, item) for item in actual)
        case str() | dict():
            return isinstance(value, str) and value in actual
        case _:
            return False


def misspelt_method(trace: Trace) -> str | None:
    """Say which usual method was probably meant by one that no rule takes; None of any other request.

    A method of an app's own may be one letter away from a usual one: a rule that takes it was observed.
    """
    step, method = trace.first(MatchStep), trace.request.method
    if method in METHODS or (step is not None and step.outcome is Outcome.MATCHED):
        return None
    alike = sorted(each for each in METHODS if abs(len(each) - len(method)) <= 1)
    near = nearest(method, alike, cutoff=_NEAR)
    return None if near is None else f"no rule takes the method {method}; did you mean {near}?"


def _causes(expectation: Expectation, trace: Trace) -> tuple[Cause, ...]:
    reasons = expectation.question.query.reasons
    hop = trace.last_hop
    ended = [step for step in hop.steps if isinstance(step, LoadStep | StoppedStep)]
    if ended:
        return tuple(ended[:1]) if FailureCause.END in reasons else ()
    step = hop.first(MatchStep) if FailureCause.RULES in reasons else None
    if hop.exception is not None and expectation.question.query.told_at == "response":
        step = None  # what came out is a page for that exception, whatever the router said
    candidates = () if step is None else _deciding_candidates(expectation, step)
    raised = _raised(hop) if FailureCause.RAISED in reasons else ()
    return (*candidates, *raised)[:_MOST_CAUSES]


def _raised(hop: Trace) -> tuple[Escaped | Raised, ...]:
    """Find the exception behind an answer: what escaped, else what a view raised and Flask made a page of."""
    if hop.exception is not None:
        return (hop.exception,)
    calls = (step.call for step in hop.each(ViewStep))
    return tuple(call.raised for call in calls if call.raised is not None)


def _deciding_candidates(expectation: Expectation, step: MatchStep) -> tuple[PlacedCandidate, ...]:
    """Choose the rules whose fate explains a failure: the one asked about, else those that came closest."""
    query, argument = expectation.question.query, expectation.question.argument or ""
    chosen = query.rules(step, argument, expectation.value)
    if query.rules_alone:
        return chosen
    losers = tuple(placed for placed in chosen if placed.candidate.verdict is not Verdict.MATCH)
    if losers or step.outcome is Outcome.MATCHED:
        return losers
    almost = [placed for placed in step.candidates if placed.candidate.verdict is Verdict.ALMOST]
    close = almost or [it for it in step.candidates if is_close(it.candidate) and not it.added_by_flask]
    return tuple(sorted(close, key=lambda placed: closeness(placed.candidate)))
