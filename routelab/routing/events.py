"""What the events of a watched match tell: which rules were asked and looked at, and the walk step by step.

It knows what the matcher did, and judges no rule by it.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from werkzeug.routing import Rule

from routelab.routing.comparison import MatchQuery
from routelab.routing.observation import (
    MatcherEvent,
    PatternTrial,
    RulesRead,
    TextLookup,
    begins,
    rules_below,
)
from routelab.routing.walk import BackedUp, BeganAgain, LookedUp, PathEnd, Reached, SearchStep, Tried, Walk

_PER_PATTERN = 5  # below one pattern there may be thousands; a few show what became of it


def rules_looked_at(events: tuple[MatcherEvent, ...], *, ended: bool) -> Iterator[Rule]:
    """Yield each rule once, in the order of the walk. `ended` says whether the last rule asked ended it."""
    met: set[int] = set()
    followed = _path_to(events) if events and ended else set()
    for number, event in enumerate(events, start=1):
        rules: Iterable[Rule] = ()
        if isinstance(event, RulesRead):
            rules = event.seen
        elif isinstance(event, PatternTrial) and number not in followed:
            rules = islice(rules_below(event.state), _PER_PATTERN)
        for rule in rules:
            if id(rule) not in met:
                met.add(id(rule))
                yield rule


def _path_to(events: tuple[MatcherEvent, ...]) -> set[int]:
    """Collect the visits that led to where the search ended."""
    visit = events[-1].visit
    path = {visit}
    while visit:
        visit = events[visit - 1].visit
        path.add(visit)
    return path


def rules_asked(events: tuple[MatcherEvent, ...]) -> list[tuple[Rule, PathEnd]]:
    """Every rule that the matcher took up, in its order; one that it met twice is there twice."""
    looked_up: set[int] = set()
    read: set[int] = set()
    needs_slash: set[int] = set()
    asked: list[tuple[Rule, PathEnd]] = []
    for number, event in enumerate(events, start=1):
        visit = event.visit
        if isinstance(event, TextLookup):
            looked_up.add(visit)
            if event.text == "" and visit in read:
                needs_slash.add(number)
        elif isinstance(event, RulesRead):
            at = PathEnd.END
            if visit in needs_slash:
                at = PathEnd.MISSING_SLASH
            elif visit in looked_up:
                at = PathEnd.EXTRA_SLASH
            asked += [(rule, at) for rule in event.seen]
            read.add(visit)
    return asked


def entered_visits(events: tuple[MatcherEvent, ...]) -> set[int]:
    """Collect the visits that the matcher entered: a tried pattern that led to none of them did not fit."""
    return {event.visit for event in events}


def walk_of(
    events: tuple[MatcherEvent, ...], asked_rules: tuple[tuple[Rule, PathEnd], ...], asked: MatchQuery
) -> Walk:
    """Turn events, and what rules_asked() made of them, into steps."""
    return Walk(steps=tuple(_steps(events, asked_rules, asked)))


def _steps(
    events: tuple[MatcherEvent, ...], asked_rules: tuple[tuple[Rule, PathEnd], ...], asked: MatchQuery
) -> Iterator[SearchStep]:
    if not events:
        return
    current = 0
    texts = [asked.domain, *asked.segments]
    places = {0: 0}  # by visit: how many of `texts` are behind the matcher
    entered = entered_visits(events)
    asked_in_turn = iter(asked_rules)
    for number, event in enumerate(events, start=1):
        visit = event.visit
        if number > 1 and begins(event):
            texts = [asked.domain, *asked.merged.segments]
            yield BeganAgain(path=asked.merged.path)
        elif visit != current and places[visit] < places[current]:
            yield BackedUp(segment=_segment(places[visit]))
        current = visit
        match event:
            case TextLookup(_, text, state):
                if state is not None:
                    places[number] = places[visit] + 1
                    current = number
                if places[visit] != 1:  # the nothing before the first slash
                    yield LookedUp(segment=_segment(places[visit]), text=text, found=state is not None)
            case PatternTrial(_, part, _):
                place = places[visit]
                places[number] = len(texts) if part.final else place + 1
                if number in entered:
                    current = number
                yield _tried(part, place, texts, fits=number in entered)
            case RulesRead():
                for _ in event.seen:
                    rule, at = next(asked_in_turn)
                    yield Reached(rule=rule.rule, at=at)


def _tried(part: Any, place: int, texts: list[str], *, fits: bool) -> Tried:
    text = "/".join(texts[place:]) if part.final else texts[place]
    return Tried(segment=_segment(place), text=text, pattern=part.content, fits=fits)


def _segment(place: int) -> int:
    return max(place - 1, 0)
