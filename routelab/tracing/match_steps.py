"""The router's explanation as steps of the trace.

It adds to the router's facts where each view function stands, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from routelab.routing.decision import Outcome
from routelab.routing.explanation import MatchExplanation
from routelab.tracing.records import (
    ConvertedValue,
    ConvertersStep,
    MatchStep,
    Place,
    PlacedCandidate,
    Raised,
    Step,
)
from routelab.tracing.values import value_of

CANDIDATES_SHOWN = 20


def match_step(
    explanation: MatchExplanation,
    place_of: Callable[[str], Place],
    *,
    all_candidates: bool,
    raised: Raised | None,
) -> MatchStep:
    """Describe a decision; `all_candidates` makes the full table, which costs more in a larger map."""
    candidates = explanation.candidates if all_candidates else explanation.looked_at[:CANDIDATES_SHOWN]
    return MatchStep(
        outcome=explanation.outcome,
        rule=explanation.rule,
        endpoint=explanation.endpoint,
        allowed_methods=explanation.allowed_methods,
        redirect_to=explanation.redirect_to,
        rules_total=explanation.rules_total,
        rules_looked_at=explanation.rules_looked_at,
        patterns_tried=explanation.patterns_tried,
        reliable=explanation.reliable,
        candidates_complete=len(candidates) == explanation.rules_total,
        candidates=tuple(
            PlacedCandidate(candidate=candidate, place=place_of(candidate.endpoint))
            for candidate in candidates
        ),
        raised=raised if explanation.outcome is Outcome.RAISED else None,
    )


def with_suggestions(steps: tuple[Step, ...], explanation: MatchExplanation) -> tuple[Step, ...]:
    """Add to the match step what the router, asked again, says would have matched."""
    if explanation.outcome is Outcome.MATCHED:
        return steps
    return tuple(
        step._replace(suggestions=explanation.suggestions) if isinstance(step, MatchStep) else step
        for step in steps
    )


def converters_step(explanation: MatchExplanation) -> ConvertersStep:
    """Describe what the converters made of the path."""
    return ConvertersStep(
        values=tuple(
            ConvertedValue(
                name=value.name, converter=value.converter, raw=value.raw, value=value_of(value.value)
            )
            for value in explanation.values
        )
    )
