"""Hold explanations of random maps against Werkzeug, and every verdict against a map with that rule alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, MapAdapter, RequestRedirect

from routelab.routing.candidate import Candidate, Verdict
from routelab.routing.explanation import MatchExplanation, observe
from routelab.routing.obstacle import Outranked, Precedence, Reason
from routelab.routing.outcome import Outcome, RedirectCause
from routing.random_maps import Asking, RandomMap, RuleText, random_askings, random_maps

REQUESTS_PER_MAP = 12
FITS = {Verdict.MATCH, Verdict.SHADOWED}


@dataclass(slots=True)
class Tally:
    """What was checked, by kind, and what did not agree."""

    outcomes: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)


def check_agreement(seed: int, requests: int) -> Tally:
    """Ask `requests` random requests of random maps and compare all that is said about them."""
    tally = Tally()
    random = Random(seed)
    for random_map, asking in islice(_cases(random), requests):
        check_one(random_map, asking, tally)
    return tally


def _cases(random: Random) -> Iterator[tuple[RandomMap, Asking]]:
    for random_map in random_maps(random):
        for asking in islice(random_askings(random, random_map), REQUESTS_PER_MAP):
            yield random_map, asking


def check_one(random_map: RandomMap, asking: Asking, tally: Tally) -> None:
    """Compare one explanation with Werkzeug's own answer, and each verdict with the rule alone."""
    adapter = asking.bind(random_map.url_map)
    explanation = observe(adapter, asking.path, asking.method, websocket=asking.websocket)
    tally.outcomes[_counted(explanation)] += 1
    for complaint in (
        *_about_result(adapter, asking, explanation),
        *_about_rules(random_map, asking, explanation),
    ):
        tally.disagreements.append(f"{complaint}\n  {asking}\n  {random_map.options}\n  {random_map.texts}")
    tally.verdicts.update(candidate.verdict.value for candidate in explanation.candidates)
    tally.verdicts.update(
        candidate.reason.value for candidate in explanation.candidates if candidate.reason is not None
    )


def _counted(explanation: MatchExplanation) -> str:
    refused = any(candidate.reason is Reason.CONVERTER_REFUSED for candidate in explanation.looked_at)
    if refused and explanation.outcome is not Outcome.RAISED:
        return "refused"
    if explanation.decision.redirect_cause is not None:
        return f"redirect: {explanation.decision.redirect_cause.value}"
    return explanation.outcome.value


def result_of(adapter: MapAdapter, asking: Asking) -> tuple[Any, ...]:
    """Ask Werkzeug, and give the answer in a form that can be compared."""
    try:
        endpoint, values = adapter.match(asking.path, asking.method, websocket=asking.websocket)
    except Exception as error:
        return _error_result(error)
    return ("matched", endpoint, dict(values))


def _error_result(error: Exception) -> tuple[Any, ...]:
    match error:
        case RequestRedirect(new_url=new_url):
            return ("redirect", new_url)
        case MethodNotAllowed(valid_methods=methods):
            return ("405", sorted(methods or ()))
        case HTTPException():
            return (type(error).__name__,)
        case _:
            return (type(error).__name__, str(error))


def _replayed(explanation: MatchExplanation) -> tuple[Any, ...]:
    try:
        endpoint, values = explanation.replay()
    except Exception as error:
        return _error_result(error)
    return ("matched", endpoint, dict(values))


def _about_result(adapter: MapAdapter, asking: Asking, explanation: MatchExplanation) -> Iterator[str]:
    theirs, ours = result_of(adapter, asking), _replayed(explanation)
    if theirs != ours:
        yield f"werkzeug says {theirs}, the replay says {ours}"
    if not explanation.reliable:
        yield "not reliable"
    told: tuple[Any, ...]
    match explanation.outcome:
        case Outcome.MATCHED:
            told = ("matched", explanation.endpoint, dict(explanation.args))
        case Outcome.REDIRECT:
            told = ("redirect", explanation.redirect_to)
        case Outcome.METHOD_NOT_ALLOWED:
            told = ("405", list(explanation.allowed_methods))
        case Outcome.NOT_FOUND:
            told = ("NotFound",)
        case Outcome.WEBSOCKET_MISMATCH:
            told = ("WebsocketMismatch",)
        case Outcome.RAISED:
            told = _error_result(explanation.error) if explanation.error else ()
    if told != theirs:
        yield f"werkzeug says {theirs}, the explanation says {told}"


def _about_rules(random_map: RandomMap, asking: Asking, explanation: MatchExplanation) -> Iterator[str]:
    candidates = explanation.candidates
    rules = list(random_map.url_map.iter_rules())
    if len(candidates) != len(rules):
        yield f"{len(rules)} rules, {len(candidates)} candidates"
    winners = [candidate for candidate in candidates if candidate.verdict is Verdict.MATCH]
    slashes = (RedirectCause.SLASH, RedirectCause.MERGED_SLASHES)
    wins = explanation.outcome is Outcome.MATCHED or explanation.decision.redirect_cause not in (
        None,
        *slashes,
    )
    failed_later = explanation.outcome is Outcome.RAISED and bool(winners)
    if not failed_later and [winner.rule for winner in winners] != ([explanation.rule] if wins else []):
        yield f"the rule is {explanation.rule}, the winners are {winners}"
    verdicts = {_identity(candidate): candidate for candidate in candidates}
    for text, map_alone in zip(random_map.texts, random_map.alone, strict=True):
        candidate = verdicts.get((text.string, text.options["endpoint"]))
        if candidate is not None and _is_unique(random_map, text):
            alone = fits_alone(map_alone, asking)
            if alone is not (candidate.verdict in FITS):
                yield f"{text.string} alone: {alone}; said: {candidate}"
    yield from _about_shadows(explanation)


def _about_shadows(explanation: MatchExplanation) -> Iterator[str]:
    """Check that what fits and lost names who won, and stands after the winner in the order of decision."""
    winner_is_past = False
    for candidate in explanation.candidates:
        winner_is_past = winner_is_past or candidate.verdict is Verdict.MATCH
        match candidate.obstacles:
            case () if candidate.verdict is not Verdict.MATCH:
                yield f"{candidate.rule} fits and lost for no reason"
            case (Outranked(by=by),) if by != explanation.rule and explanation.outcome is not Outcome.RAISED:
                yield f"{candidate.rule} is said to lose to {by}"
            case (Outranked(precedence=precedence),) if (
                not winner_is_past and precedence is not Precedence.SLASH
            ):
                yield f"{candidate.rule} is said to lose, and stands before the winner"
            case _:
                pass


def _identity(candidate: Candidate) -> tuple[str, Any]:
    return candidate.rule, candidate.endpoint


def _is_unique(random_map: RandomMap, text: RuleText) -> bool:
    key = (text.string, text.options["endpoint"])
    return sum((other.string, other.options["endpoint"]) == key for other in random_map.texts) == 1


def fits_alone(url_map: Map, asking: Asking) -> bool:
    """Whether the only rule of a map takes the request as it is: no redirect, no refusal."""
    try:
        asking.bind(url_map).match(asking.path, asking.method, websocket=asking.websocket)
    except Exception:
        return False
    return True
