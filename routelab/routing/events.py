"""What the notes of an observation tell: which rules were asked and looked at, and the walk step by step.

It knows what the matcher did, and judges no rule by it.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from werkzeug.routing import Rule

from routelab.routing.comparison import Asked
from routelab.routing.observation import Lookup, Note, Reading, Trial, begins
from routelab.routing.order import rules_below
from routelab.routing.walk import At, BackedUp, BeganAgain, LookedUp, Reached, SearchStep, Tried, Walk

_PER_PATTERN = 5  # below one pattern there may be thousands; a few show what became of it


def rules_looked_at(notes: tuple[Note, ...], *, ended: bool) -> Iterator[Rule]:
    """Yield each rule once, in the order of the walk. `ended` says whether the last rule asked ended it."""
    met: set[int] = set()
    followed = _path_to(notes) if notes and ended else set()
    for number, note in enumerate(notes, start=1):
        rules: Iterable[Rule] = ()
        if isinstance(note, Reading):
            rules = note.seen
        elif isinstance(note, Trial) and number not in followed:
            rules = islice(rules_below(note.state), _PER_PATTERN)
        for rule in rules:
            if id(rule) not in met:
                met.add(id(rule))
                yield rule


def _path_to(notes: tuple[Note, ...]) -> set[int]:
    """Collect the visits that led to where the search ended."""
    visit = notes[-1].visit
    path = {visit}
    while visit:
        visit = notes[visit - 1].visit
        path.add(visit)
    return path


def rules_asked(notes: tuple[Note, ...]) -> list[tuple[Rule, At]]:
    """Every rule that the matcher took up, in its order; one that it met twice is there twice."""
    looked_up: set[int] = set()
    read: set[int] = set()
    needs_slash: set[int] = set()
    asked: list[tuple[Rule, At]] = []
    for number, note in enumerate(notes, start=1):
        visit = note.visit
        if isinstance(note, Lookup):
            looked_up.add(visit)
            if note.text == "" and visit in read:
                needs_slash.add(number)
        elif isinstance(note, Reading):
            at = At.END
            if visit in needs_slash:
                at = At.MISSING_SLASH
            elif visit in looked_up:
                at = At.EXTRA_SLASH
            asked += [(rule, at) for rule in note.seen]
            read.add(visit)
    return asked


def entered_visits(notes: tuple[Note, ...]) -> set[int]:
    """Collect the visits that the matcher entered: a tried pattern that led to none of them did not fit."""
    return {note.visit for note in notes}


def walk_of(notes: tuple[Note, ...], asked_rules: tuple[tuple[Rule, At], ...], asked: Asked) -> Walk:
    """Turn notes, and what rules_asked() made of them, into steps."""
    return Walk(steps=tuple(_steps(notes, asked_rules, asked)))


def _steps(
    notes: tuple[Note, ...], asked_rules: tuple[tuple[Rule, At], ...], asked: Asked
) -> Iterator[SearchStep]:
    if not notes:
        return
    current = 0
    texts = [asked.domain, *asked.segments]
    places = {0: 0}  # by visit: how many of `texts` are behind the matcher
    entered = entered_visits(notes)
    asked_in_turn = iter(asked_rules)
    for number, note in enumerate(notes, start=1):
        visit = note.visit
        if number > 1 and begins(note):
            texts = [asked.domain, *asked.merged.segments]
            yield BeganAgain(path=asked.merged.path)
        elif visit != current and places[visit] < places[current]:
            yield BackedUp(segment=_segment(places[visit]))
        current = visit
        match note:
            case Lookup(_, text, state):
                if state is not None:
                    places[number] = places[visit] + 1
                    current = number
                if places[visit] != 1:  # the nothing before the first slash
                    yield LookedUp(segment=_segment(places[visit]), text=text, found=state is not None)
            case Trial(_, part, _):
                place = places[visit]
                places[number] = len(texts) if part.final else place + 1
                if number in entered:
                    current = number
                yield _tried(part, place, texts, fits=number in entered)
            case Reading():
                for _ in note.seen:
                    rule, at = next(asked_in_turn)
                    yield Reached(rule=rule.rule, at=at)


def _tried(part: Any, place: int, texts: list[str], *, fits: bool) -> Tried:
    text = "/".join(texts[place:]) if part.final else texts[place]
    return Tried(segment=_segment(place), text=text, pattern=part.content, fits=fits)


def _segment(place: int) -> int:
    return max(place - 1, 0)
