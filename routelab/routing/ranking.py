"""Why, of two rules that fit, one is asked before the other.

It compares what they say place by place, in Werkzeug's order: fixed text first, then by weight.
"""

from itertools import zip_longest

from routelab.routing.obstacle import Outranked, Precedence
from routelab.routing.pattern import Dynamic, Fixed, Part, Pattern


def outranked(loser: Pattern, winner: Pattern, endpoint: str) -> Outranked:
    """Find the first place where the two rules differ, and what gave the winner its turn there.

    `endpoint` is the winner's.
    """
    for theirs, ours in zip(winner.domain, loser.domain, strict=False):
        if shape_of(theirs) != shape_of(ours):
            return _lost(winner, endpoint, None, theirs, ours)
    for segment, (theirs, ours) in enumerate(zip_longest(winner.parts, loser.parts)):
        if theirs is None or ours is None or shape_of(theirs) != shape_of(ours):
            return _lost(winner, endpoint, segment, theirs, ours)
    return Outranked(
        by=winner.rule,
        endpoint=endpoint,
        precedence=Precedence.REGISTERED_FIRST,
        theirs=winner.rule,
        ours=loser.rule,
    )


def shape_of(part: Part) -> tuple[object, ...]:
    """Give what the router tells parts apart by; the names of variables play no part in it."""
    if isinstance(part, Fixed):
        return (part.text,)
    return part.regex.pattern, part.takes_rest, part.slash, repr(part.weight)


def _lost(
    winner: Pattern, endpoint: str, segment: int | None, theirs: Part | None, ours: Part | None
) -> Outranked:
    return Outranked(
        segment=segment,
        by=winner.rule,
        endpoint=endpoint,
        precedence=_precedence(theirs, ours),
        theirs=theirs.source if theirs else "",
        ours=ours.source if ours else "",
    )


def _precedence(theirs: Part | None, ours: Part | None) -> Precedence:
    match theirs, ours:
        case Fixed(), Dynamic():
            return Precedence.FIXED_TEXT
        case Dynamic(), Dynamic():
            return _by_weight(theirs, ours)
        case _:
            return Precedence.SLASH


def _by_weight(theirs: Dynamic, ours: Dynamic) -> Precedence:
    if theirs.weight[:2] != ours.weight[:2]:
        return Precedence.MORE_FIXED_TEXT
    if theirs.weight[2] != ours.weight[2]:
        return Precedence.MORE_VARIABLES
    if theirs.weight[3] != ours.weight[3]:
        return Precedence.CONVERTER
    return Precedence.USED_FIRST
