"""The router's explanation as steps of the trace.

It adds to the router's facts where each view function stands. It decides nothing, and knows no recorder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from routelab.routing.candidate import Candidate
from routelab.routing.explanation import MatchExplanation
from routelab.routing.outcome import Outcome
from routelab.routing.wording import endpoint_text
from routelab.tracing.facts import Raised
from routelab.tracing.steps.converters import ConvertedValue, ConvertersStep
from routelab.tracing.steps.match import (
    MatchStep,
    PlacedAllowingRule,
    PlacedCandidate,
    Unreached,
    ViewLines,
)
from routelab.tracing.watching.code.values import value_of
from routelab.tracing.watching.code.views import Views
from routelab.tracing.watching.exceptions.raised import http_status

CANDIDATES_SHOWN = 20
FEW_RULES = 500  # of so few all are judged, always: that takes a millisecond
_FEW_VIEWS = 6  # of so few all are shown beside a path that none of them takes: they fill half a screen
_VIEW_LINES = 12  # of a longer view its beginning tells which one it is


def match_steps(explanation: MatchExplanation, raised: Raised | None) -> Iterator[MatchStep | ConvertersStep]:
    """Describe a decision, and what the converters made of the path; no rule is judged yet."""
    endpoint = explanation.endpoint
    yield MatchStep(
        outcome=explanation.outcome,
        rule=explanation.rule,
        endpoint=None if endpoint is None else endpoint_text(endpoint),
        allowed_methods=explanation.allowed_methods,
        redirect_to=explanation.redirect_to,
        rules_total=explanation.rules_total,
        rules_looked_at=explanation.rules_looked_at,
        patterns_tried=explanation.patterns_tried,
        reliable=explanation.reliable,
        candidates_complete=False,
        raised=raised if explanation.outcome is Outcome.RAISED else None,
        raised_code=http_status(explanation.error) if explanation.outcome is Outcome.RAISED else None,
    )
    if explanation.values:
        yield converters_step(explanation)


def judged_steps(
    explanation: MatchExplanation, views: Views, *, suggestions: bool
) -> Iterator[MatchStep | ConvertersStep]:
    """Describe a decision on a map that was kept: there are few rules, and no code of the app's runs."""
    step, *converters = match_steps(explanation, None)
    assert isinstance(step, MatchStep)
    step = with_candidates(step, explanation, views, all_candidates=True)
    yield with_diagnosis(step, explanation, views) if suggestions else step
    yield from converters


def with_candidates(
    step: MatchStep, explanation: MatchExplanation, views: Views, *, all_candidates: bool
) -> MatchStep:
    """Add the rules that were looked at, judged; all of them where there are few, or with `all_candidates`.

    Converters of rules that fit by their text are asked, so those of the app run once more.
    """
    tells_all = all_candidates or explanation.rules_total <= FEW_RULES
    candidates = explanation.candidates if tells_all else explanation.looked_at[:CANDIDATES_SHOWN]
    return step.replace(
        candidates_complete=len(candidates) == explanation.rules_total,
        candidates=_placed(candidates, views),
        scope=explanation.scope if explanation.has_domains else None,
    )


def with_diagnosis(step: MatchStep, explanation: MatchExplanation, views: Views) -> MatchStep:
    """Add to a match without a winner who came close, who allows what, and what would have matched."""
    if explanation.outcome is Outcome.MATCHED:
        return step
    unreached = _unreached(explanation)
    diagnosed = step.replace(
        suggestions=explanation.suggestions,
        scope=explanation.scope,
        unreached=unreached,
        unreached_as=None if unreached is None else _told_as(unreached, explanation),
        closest=_placed(explanation.closest, views),
        authors=tuple(
            PlacedAllowingRule(
                rule=rule,
                place=views.place(rule.endpoint),
                check=views.check(rule.endpoint, explanation.asked.method),
            )
            for rule in explanation.authors
        ),
        redirect=explanation.redirect,
    )
    return diagnosed.replace(nearby=tuple(_nearby(diagnosed, views)))


def _nearby(step: MatchStep, views: Views) -> Iterator[ViewLines]:
    """Find the lines of the views that came near, in the order of their files."""
    asked = None if step.redirect is None else step.redirect.rule
    near = (
        *(it.candidate.endpoint for it in step.closest),
        *(it.rule.endpoint for it in step.authors),
        *(it.candidate.endpoint for it in step.candidates if it.candidate.rule == asked),
    )
    own = [it.candidate.endpoint for it in step.candidates if it.place.file is not None]
    few = step.candidates_complete and len(set(own)) <= _FEW_VIEWS
    placed = [views.lines(endpoint) for endpoint in dict.fromkeys((*near, *(own if few else ())))]
    found = {place: (first, lines) for place, lines, first in placed if lines and first is not None}
    for place, (first, lines) in sorted(found.items(), key=lambda it: (it[0].file or "", it[1][0])):
        yield ViewLines(place=place, first=first, lines=lines[:_VIEW_LINES])


def _placed(candidates: Iterable[Candidate], views: Views) -> tuple[PlacedCandidate, ...]:
    return tuple(
        PlacedCandidate(candidate=candidate, place=views.place(candidate.endpoint))
        for candidate in candidates
    )


def _unreached(explanation: MatchExplanation) -> str | None:
    """Find the beginning of the path that no rule takes; None where that is not sure.

    A pattern that takes all the rest of a path may take any beginning, and a path with slashes in a row was
    walked twice.
    """
    asked = explanation.asked
    if explanation.outcome is not Outcome.NOT_FOUND or not explanation.reliable:
        return None
    if explanation.decision.refused or asked.merged.path != asked.path or explanation.tried_the_rest:
        return None
    segments, reach = asked.segments[1:], explanation.walk.reach
    return "/" + "/".join(segments[: reach + 1]) if reach < len(segments) else None


def _told_as(unreached: str, explanation: MatchExplanation) -> Unreached:
    if unreached.endswith("/"):
        return Unreached.END
    rules = explanation.adapter.map.iter_rules()
    written = any(rule.rule.startswith(unreached) for rule in rules)
    return Unreached.SEGMENT if written else Unreached.BEGINNING


def converters_step(explanation: MatchExplanation) -> ConvertersStep:
    """Describe what the converters made of the path."""
    error = explanation.error
    failed = type(error).__name__ if explanation.outcome is Outcome.RAISED else None
    return ConvertersStep(
        values=tuple(
            ConvertedValue(
                name=value.name,
                converter=value.converter,
                raw=value.raw,
                value=value_of(value.value) if value.converted else None,
                refused=value.refused and failed is None,
                failed=failed if value.refused else None,
                dropped=value.dropped,
            )
            for value in explanation.values
        )
    )
