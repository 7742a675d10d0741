"""The walk of one search, read from the notes of its observation: what was looked up, tried and reached.

It knows what the matcher did, and judges no rule by it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from werkzeug.routing import Rule

from routelab.routing.comparison import Asked
from routelab.routing.observation import Lookup, Note, Reading, Trial, begins


class At(Enum):
    """Where the matcher stood when it asked a rule."""

    END = "end"  # the path and the rule ended together
    MISSING_SLASH = "missing_slash"  # the rule wants one more slash
    EXTRA_SLASH = "extra_slash"  # the path has one slash more: asked only of rules that are not strict


class LookedUp(NamedTuple):
    """Fixed text was looked for. Segment 0 is the host or subdomain."""

    segment: int
    text: str
    found: bool


class Tried(NamedTuple):
    """A pattern was held against the text of a segment, or against all the rest of the path."""

    segment: int
    text: str
    pattern: str  # the regular expression
    fits: bool


class Reached(NamedTuple):
    """A rule was asked about method and scheme."""

    rule: str
    at: At


class BackedUp(NamedTuple):
    """A dead end: the search went back to try something else at this segment."""

    segment: int


class BeganAgain(NamedTuple):
    """Nothing was found, so the search began again with slashes merged."""

    path: str


Step = LookedUp | Tried | Reached | BackedUp | BeganAgain


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One search, step by step."""

    steps: tuple[Step, ...]

    @property
    def passes(self) -> int:
        """How often the matcher began: 2 when it also tried with slashes merged."""
        return 1 + sum(isinstance(step, BeganAgain) for step in self.steps)

    @property
    def reach(self) -> int:
        """How many segments of the path, at most, some rule could take."""
        return max(
            (
                step.segment
                for step in self.steps
                if (isinstance(step, LookedUp) and step.found and step.text != "")
                or (isinstance(step, Tried) and step.fits)
            ),
            default=0,
        )

    @property
    def texts_looked_up(self) -> int:
        """How many look-ups of fixed text there were."""
        return sum(isinstance(step, LookedUp) for step in self.steps)

    @property
    def patterns_tried(self) -> int:
        """How many patterns were held against text."""
        return sum(isinstance(step, Tried) for step in self.steps)


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


def _steps(notes: tuple[Note, ...], asked_rules: tuple[tuple[Rule, At], ...], asked: Asked) -> Iterator[Step]:
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
