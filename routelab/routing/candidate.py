"""A rule held against a request: its verdict, what stood in the way, and how near it came.

It is facts and the words for them; it knows neither Werkzeug nor how a rule is held against a request.
"""

from __future__ import annotations

from urllib.parse import unquote

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.routing.lookalikes import SIMILAR, look_alike, similarity
from routelab.routing.obstacle import (
    HostDiffers,
    MethodDiffers,
    NoRequestReaches,
    Obstacle,
    Outranked,
    Reason,
    SearchEnded,
    SlashDiffers,
    SlashFault,
    SubdomainDiffers,
    TextDiffers,
    TooLong,
)
from routelab.routing.wording import all_methods_words


class Verdict(OneOf):
    """How near a rule came; the values are the words of the trace."""

    MATCH = "match"  # the winner
    SHADOWED = "shadowed"  # fits when it stands alone, but lost
    ALMOST = "almost"  # one obstacle: converter, slash, method, scheme or host
    NO = "no"


class Candidate(Record):
    """One rule of the map and how it fared."""

    json_told = ("reason", "segment", "text")

    rule: str
    endpoint: str
    methods: tuple[str, ...] | None  # sorted; None when it takes any
    verdict: Verdict
    obstacles: tuple[Obstacle, ...]  # the first is the one that decided; () for the winner
    looked_at: bool  # whether the router held its pattern against the path, or reached it

    @property
    def reason(self) -> Reason | None:
        """Why it did not win; None for the winner."""
        return self.obstacles[0].reason if self.obstacles else None

    @property
    def segment(self) -> int | None:
        """The segment of the path that decided, counted from 1."""
        return self.obstacles[0].segment if self.obstacles else None

    @property
    def text(self) -> str:
        """Say how it fared: "fits", or why it did not win."""
        match self.obstacles:
            case (SlashDiffers(fault=SlashFault.MISSING), MethodDiffers(method=method, allowed=allowed), *_):
                only = all_methods_words(allowed)
                return (
                    f"fits with a slash at the end, but only for {only}; so {method} is not redirected there"
                )
            case (HostDiffers() | SubdomainDiffers() as elsewhere, second, *_):
                return f"{elsewhere.words}; and {second.words}"
            case (first, *_):
                return first.words
            case _:
                return "fits"


def verdict_on(obstacles: tuple[Obstacle, ...]) -> Verdict:
    """Judge a rule that did not win by what stands in its way."""
    match obstacles:
        case () | (Outranked(),) | (SearchEnded(),):
            return Verdict.SHADOWED
        case (obstacle,) if obstacle.almost:
            return Verdict.ALMOST
        case _:
            return Verdict.NO


def is_close(candidate: Candidate) -> bool:
    """Whether a beginner may have meant this rule: more of it than the first slash fits, or is similar."""
    if _is_elsewhere_and_more(candidate):
        return is_close(candidate.replace(obstacles=candidate.obstacles[1:]))
    match candidate.obstacles:
        case (TextDiffers(segment=1, wanted=wanted, got=got), *_):
            if wanted.startswith(got) or look_alike(wanted, got) or unquote(wanted) == got:
                return True
            return similarity(wanted, got) >= SIMILAR
        case (TooLong(segment=1), *_):
            return False
        case _:
            return candidate.segment != 0


def _is_elsewhere_and_more(candidate: Candidate) -> bool:
    """Whether the rule is for another host, and its path is another, too."""
    match candidate.obstacles:
        case (HostDiffers() | SubdomainDiffers() | NoRequestReaches(), _, *_):
            return True
        case _:
            return False


def closeness(candidate: Candidate) -> tuple[int, int, float, int]:
    """Order candidates: those with one small obstacle first, then those that fail latest in the path.

    Of those that fail at one segment the text that reads most alike is nearer: "user" for "users", however
    long the rule goes on, and not "query". The rule that ended the search is nearer than those that it kept
    from being asked.
    """
    if _is_elsewhere_and_more(candidate):
        return closeness(candidate.replace(obstacles=candidate.obstacles[1:]))
    place = candidate.segment if candidate.segment is not None else 99
    unlike = 0.0
    match candidate.obstacles:
        case (SearchEnded(), *_):
            place = -1
        case (TextDiffers(wanted=wanted, got=got), *_):
            unlike = 1 - similarity(wanted, got)
    return (1 if candidate.verdict is Verdict.NO else 0, -place, unlike, len(candidate.obstacles))
