"""The router's explanation as steps of the trace.

It adds to the router's facts where each view function stands, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from routelab.routing.candidate import Candidate
from routelab.routing.explanation import MatchExplanation
from routelab.routing.outcome import Outcome
from routelab.tracing.facts import Place, Raised
from routelab.tracing.steps.converters import ConvertedValue, ConvertersStep
from routelab.tracing.steps.match import MatchStep, PlacedAllowingRule, PlacedCandidate
from routelab.tracing.watching.values import value_of

CANDIDATES_SHOWN = 20


def match_steps(explanation: MatchExplanation, raised: Raised | None) -> Iterator[MatchStep | ConvertersStep]:
    """Describe a decision, and what the converters made of the path; no rule is judged yet."""
    endpoint = explanation.endpoint
    yield MatchStep(
        outcome=explanation.outcome,
        rule=explanation.rule,
        endpoint=None if endpoint is None else str(endpoint),
        allowed_methods=explanation.allowed_methods,
        redirect_to=explanation.redirect_to,
        rules_total=explanation.rules_total,
        rules_looked_at=explanation.rules_looked_at,
        patterns_tried=explanation.patterns_tried,
        reliable=explanation.reliable,
        candidates_complete=False,
        raised=raised if explanation.outcome is Outcome.RAISED else None,
    )
    if explanation.values:
        yield converters_step(explanation)


def with_candidates(
    step: MatchStep, explanation: MatchExplanation, place_of: Callable[[str], Place], *, all_candidates: bool
) -> MatchStep:
    """Add the rules that were looked at, judged; `all_candidates` judges all, at a cost in a larger map.

    Converters of rules that fit by their text are asked, so those of the app run once more.
    """
    candidates = explanation.candidates if all_candidates else explanation.looked_at[:CANDIDATES_SHOWN]
    return step.replace(
        candidates_complete=len(candidates) == explanation.rules_total,
        candidates=_placed(candidates, place_of),
    )


def with_diagnosis(
    step: MatchStep, explanation: MatchExplanation, place_of: Callable[[str], Place]
) -> MatchStep:
    """Add to a match without a winner who came close, who allows what, and what would have matched."""
    if explanation.outcome is Outcome.MATCHED:
        return step
    return step.replace(
        suggestions=explanation.suggestions,
        unreached=_unreached(explanation),
        closest=_placed(explanation.closest, place_of),
        authors=tuple(
            PlacedAllowingRule(rule=rule, place=place_of(rule.endpoint)) for rule in explanation.authors
        ),
        redirect=explanation.redirect,
    )


def _placed(candidates: Iterable[Candidate], place_of: Callable[[str], Place]) -> tuple[PlacedCandidate, ...]:
    return tuple(
        PlacedCandidate(candidate=candidate, place=place_of(candidate.endpoint)) for candidate in candidates
    )


def _unreached(explanation: MatchExplanation) -> str | None:
    if explanation.outcome is not Outcome.NOT_FOUND or not explanation.reliable:
        return None
    segments, reach = explanation.asked.segments[1:], explanation.walk.reach
    return "/" + "/".join(segments[: reach + 1]) if reach < len(segments) else None


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
            )
            for value in explanation.values
        )
    )
