"""Every rule of a map held against one request, whether or not the router ever came to it, and why it lost.

Converters are asked only of rules that fit by their text. Of two rules that fit, what they say is compared
place by place, in Werkzeug's order: fixed text first, then by weight.
"""

from collections.abc import Iterable
from itertools import zip_longest

from werkzeug.routing import Rule, ValidationError

from routelab.record import Record
from routelab.routing.candidate import Candidate, Verdict, verdict_on
from routelab.routing.comparison import MatchQuery, obstacles_of, raw_values
from routelab.routing.obstacle import (
    Ending,
    Obstacle,
    Outranked,
    Precedence,
    Refused,
    SearchEnded,
    TextDiffers,
)
from routelab.routing.pattern import Dynamic, Fixed, Part, Pattern, made_converter


class SearchEnd(Record):
    """What ended the search: the rule, and how. `ending` is None when the rule fitted and won."""

    rule: Rule
    pattern: Pattern
    ending: Ending | None
    refusal: Refused | None


def candidates_for(
    rules: Iterable[tuple[Rule, Pattern]], asked: MatchQuery, ended: SearchEnd | None, looked_at: set[int]
) -> tuple[Candidate, ...]:
    """Judge each rule, in the order given; `looked_at` has the ids of those the router took notice of."""
    prefixes = _PrefixFilter(asked)
    winner = ended.rule if ended is not None and ended.ending is None else None
    judged: list[Candidate] = []
    for rule, pattern in rules:
        obstacles, verdict = prefixes.obstacles_of(pattern.head), Verdict.NO
        if rule is winner:
            obstacles, verdict = (), Verdict.MATCH
        elif obstacles is None or pattern.build_only:
            obstacles = obstacles_of(pattern, asked) or _what_it_lost_by(rule, pattern, asked, ended)
            verdict = verdict_on(obstacles)
        judged.append(
            Candidate(
                rule=pattern.rule,
                endpoint=pattern.endpoint,
                methods=pattern.methods,
                verdict=verdict,
                obstacles=obstacles,
                looked_at=id(rule) in looked_at or rule is winner,
            )
        )
    return tuple(judged)


class _PrefixFilter:
    """Remembers a beginning that cannot fit: in the order of decision, such rules stand together.

    Most rules of a map begin otherwise than the path. Of these only the first with each beginning is judged,
    and that makes a table of 10,000 rules a matter of 20 milliseconds.
    """

    def __init__(self, asked: MatchQuery) -> None:
        # With slashes in a row, what follows the beginning counts as well.
        self._wanted = () if "//" in asked.path else (asked.domain, *asked.segments)
        self._beginning: tuple[str, ...] | None = None
        self._length = 0
        self._obstacles: tuple[Obstacle, ...] | None = None

    def obstacles_of(self, head: tuple[str, ...]) -> tuple[Obstacle, ...] | None:
        """Give the obstacles if fixed text alone decides, else None: then the rule needs a closer look."""
        if head[: self._length] == self._beginning:
            return self._obstacles
        for place, (text, got) in enumerate(zip(head, self._wanted, strict=False)):
            if text != got:
                if not place or not text or not got:
                    return None
                self._length = place + 1
                self._beginning = head[: self._length]
                self._obstacles = (TextDiffers(segment=place - 1, wanted=text, got=got),)
                return self._obstacles
        return None


def _what_it_lost_by(
    rule: Rule, pattern: Pattern, asked: MatchQuery, ended: SearchEnd | None
) -> tuple[Obstacle, ...]:
    """Say what a rule that fits by its text lost by; () for the winner."""
    if ended is not None and ended.rule is rule:
        return (ended.refusal,) if ended.refusal else ()
    refusal = refusal_of(rule, pattern, asked)
    if refusal is not None:
        return (refusal,)
    if ended is None:
        return ()
    if ended.ending is None:
        return (outranked(pattern, ended.pattern),)
    return (search_ended(ended),)


def search_ended(ended: SearchEnd) -> SearchEnded:
    """Say what ended the search before a rule that fits was asked."""
    assert ended.ending is not None
    return SearchEnded(
        by=ended.pattern.rule,
        ending=ended.ending,
        variable=ended.refusal.variable if ended.refusal else None,
        got=ended.refusal.got if ended.refusal else "",
    )


def refusal_of(rule: Rule, pattern: Pattern, asked: MatchQuery) -> Refused | None:
    """Ask the rule's converters about the text that they took, in their order, until one refuses."""
    for variable, raw in zip(pattern.variables, raw_values(pattern, asked) or (), strict=False):
        if not variable.refuses:
            continue
        try:
            made_converter(rule, variable).to_python(raw)
        except ValidationError:
            return Refused(segment=pattern.segment_of(variable), variable=variable, got=raw)
        except Exception as error:  # a converter of the app's may raise anything
            return Refused(
                segment=pattern.segment_of(variable), variable=variable, got=raw, error=type(error).__name__
            )
    return None


def outranked(loser: Pattern, winner: Pattern) -> Outranked:
    """Find the first place where two rules that fit differ, and what gave the winner its turn there."""
    for theirs, ours in zip(winner.domain, loser.domain, strict=False):
        if shape_of(theirs) != shape_of(ours):
            return _lost(winner, None, theirs, ours)
    for segment, (theirs, ours) in enumerate(zip_longest(winner.parts, loser.parts)):
        if theirs is None or ours is None or shape_of(theirs) != shape_of(ours):
            return _lost(winner, segment, theirs, ours)
    return Outranked(
        by=winner.rule,
        endpoint=winner.endpoint,
        precedence=Precedence.REGISTERED_FIRST,
        theirs=winner.rule,
        ours=loser.rule,
    )


def shape_of(part: Part) -> tuple[object, ...]:
    """Give what the router tells parts apart by; the names of variables play no part in it."""
    if isinstance(part, Fixed):
        return (part.source,)
    return part.regex.pattern, part.takes_rest, part.slash, repr(part.weight)


def _lost(winner: Pattern, segment: int | None, theirs: Part | None, ours: Part | None) -> Outranked:
    return Outranked(
        segment=segment,
        by=winner.rule,
        endpoint=winner.endpoint,
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
