"""Why, of two rules that fit, one is asked before the other.

It compares what they say place by place, in Werkzeug's order: fixed text first, then by weight.
"""

from itertools import zip_longest
from typing import Any

from routelab.routing.obstacle import Advantage, Outranked
from routelab.routing.pattern import Dynamic, Fixed, Part, Pattern


def outranked(loser: Pattern, winner: Pattern, endpoint: Any) -> Outranked:
    """Find the first place where the two rules differ, and what gave the winner its turn there.

    `endpoint` is the winner's.
    """
    for theirs, ours in zip(winner.domain, loser.domain, strict=False):
        if shape_of(theirs) != shape_of(ours):
            return _lost(winner, endpoint, None, theirs, ours)
    for segment, (theirs, ours) in enumerate(zip_longest(winner.parts, loser.parts)):
        if theirs is None or ours is None or shape_of(theirs) != shape_of(ours):
            return _lost(winner, endpoint, segment, theirs, ours)
    return Outranked(None, winner.rule, endpoint, Advantage.REGISTERED_FIRST, winner.rule, loser.rule)


def shape_of(part: Part) -> tuple[object, ...]:
    """Give what the router tells parts apart by; the names of variables play no part in it."""
    if isinstance(part, Fixed):
        return (part.text,)
    return part.regex.pattern, part.takes_rest, part.slash, repr(part.weight)


def _lost(
    winner: Pattern, endpoint: Any, segment: int | None, theirs: Part | None, ours: Part | None
) -> Outranked:
    return Outranked(
        segment=segment,
        by=winner.rule,
        endpoint=endpoint,
        advantage=_advantage(theirs, ours),
        theirs=theirs.source if theirs else "",
        ours=ours.source if ours else "",
    )


def _advantage(theirs: Part | None, ours: Part | None) -> Advantage:
    match theirs, ours:
        case Fixed(), Dynamic():
            return Advantage.FIXED_TEXT
        case Dynamic(), Dynamic():
            return _by_weight(theirs, ours)
        case _:
            return Advantage.SLASH


def _by_weight(theirs: Dynamic, ours: Dynamic) -> Advantage:
    if theirs.weight[:2] != ours.weight[:2]:
        return Advantage.MORE_FIXED_TEXT
    if theirs.weight[2] != ours.weight[2]:
        return Advantage.MORE_VARIABLES
    if theirs.weight[3] != ours.weight[3]:
        return Advantage.CONVERTER
    return Advantage.USED_FIRST
