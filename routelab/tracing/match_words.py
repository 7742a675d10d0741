"""The router's decision in words: what won, or why nothing did, and what the converters made of the path.

It adds to the router's own words what a trace has of it, and knows no view.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias, assert_never

from routelab.routing.candidate import Verdict
from routelab.routing.obstacle import Reason
from routelab.routing.outcome import Outcome
from routelab.routing.wording import method_word
from routelab.tracing.phrases import count, raised, value
from routelab.tracing.records import ConvertedValue, MatchStep, PlacedCandidate

Group: TypeAlias = tuple[str, tuple[PlacedCandidate, ...]]
_FITTING = "Would fit, but never reached:"


def match_headline(step: MatchStep) -> str:
    """Say what won: "/user/<name>  ->  show_user", or why nothing did."""
    match step.outcome:
        case Outcome.MATCHED:
            return f"{step.rule}  ->  {step.endpoint}"
        case Outcome.NOT_FOUND:
            return _not_found(step)
        case Outcome.METHOD_NOT_ALLOWED:
            allowed = ", ".join(map(method_word, step.allowed_methods))
            return f"the path fits, the method does not; allowed: {allowed}"
        case Outcome.REDIRECT if step.redirect is not None:
            return step.redirect.text
        case Outcome.REDIRECT:
            return f"redirect to {step.redirect_to}" + (f", because of {step.rule}" if step.rule else "")
        case Outcome.WEBSOCKET_MISMATCH:
            return "a rule fits, but only one of request and rule is a WebSocket"
        case Outcome.RAISED:
            return "a converter failed, and a failing converter is a 500"
        case Outcome.NOT_TRIED:
            return "not tried: the request was refused before any rule was looked at"
    assert_never(step.outcome)


def match_details(step: MatchStep) -> Iterator[str]:
    """Say what went wrong with the match itself."""
    if step.raised:
        yield raised(step.raised)
    if not step.reliable:
        yield "the explanation of this match is not reliable; the result is the router's own"


def _not_found(step: MatchStep) -> str:
    if step.unreached is None:
        return "no rule fits"
    begins = step.unreached.count("/") == 1
    so_far = f"begins with {step.unreached}" if begins else f"goes on as {step.unreached} does"
    return f"no rule fits: of {count(step.rules_total, 'rule')} none {so_far}"


def candidate_groups(step: MatchStep, *, everything: bool) -> tuple[Group, ...]:
    """Group the candidates that are worth a line, each group with its heading.

    Left out are the winner, what a redirect or the authors of Allow say better, and unless `everything` is
    wanted those that neither fit nor were looked at. What is closest then needs no heading: on a 404 the
    closest rules first, looked at or not.
    """
    candidates = [placed for placed in step.candidates if _adds(placed, step)]
    looked_at = [placed for placed in candidates if placed.candidate.looked_at]
    if everything and step.candidates_complete:
        others = _without(candidates, looked_at)
        fitting = [placed for placed in others if placed.candidate.verdict is Verdict.SHADOWED]
        far = _without(others, fitting)
        return _filled(("Looked at:", looked_at), (_FITTING, fitting), ("Does not fit, not looked at:", far))
    closest = [placed for placed in step.closest if _adds(placed, step)]
    near = [*closest, *_without(looked_at, closest)]
    fitting = [placed for placed in candidates if placed.candidate.verdict is Verdict.SHADOWED]
    return _filled(("", near), (_FITTING, _without(fitting, near)))


def _without(candidates: Sequence[PlacedCandidate], told: Sequence[PlacedCandidate]) -> list[PlacedCandidate]:
    rules = {_rule(placed) for placed in told}
    return [placed for placed in candidates if _rule(placed) not in rules]


def _rule(placed: PlacedCandidate) -> tuple[object, ...]:
    candidate = placed.candidate
    return candidate.rule, candidate.endpoint, candidate.methods


def _filled(*groups: tuple[str, Sequence[PlacedCandidate]]) -> tuple[Group, ...]:
    return tuple((heading, tuple(placed)) for heading, placed in groups if placed)


def _adds(placed: PlacedCandidate, step: MatchStep) -> bool:
    candidate = placed.candidate
    if candidate.verdict is Verdict.MATCH or (step.authors and candidate.reason is Reason.METHOD):
        return False
    return not (step.redirect is not None and candidate.rule == step.redirect.rule)


def converted(variable: ConvertedValue) -> str:
    """Say what a converter made of its text: "post_id=7 (int) by int from '7'"."""
    if variable.refused:
        return f"{variable.name}: {variable.converter} refused {variable.raw!r}"
    if variable.value is None:
        return f"{variable.name}: {variable.raw!r} was not converted"
    named = f"{variable.name}={value(variable.value)}"
    if variable.converter is None:
        return f"{named} from the rule's defaults"
    return f"{named} by {variable.converter} from {variable.raw!r}"
