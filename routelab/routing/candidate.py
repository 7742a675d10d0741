"""A rule held against a request, with its verdict.

It knows facts alone: sentences are made in words.py.
"""

from enum import Enum
from typing import Any, NamedTuple

from routelab.routing.obstacle import (
    REASONS,
    ConverterDiffers,
    HostDiffers,
    MethodDiffers,
    Obstacle,
    Outranked,
    Reason,
    Refused,
    SchemeDiffers,
    SearchEnded,
    SlashDiffers,
    SubdomainDiffers,
)
from routelab.routing.pattern import Pattern

# One of these alone, and the rule would have fitted with a small change of the request.
_SMALL = (
    ConverterDiffers,
    Refused,
    SlashDiffers,
    MethodDiffers,
    SchemeDiffers,
    HostDiffers,
    SubdomainDiffers,
)


class Verdict(Enum):
    """How near a rule came; the values are the words of the trace."""

    MATCH = "match"  # the winner
    SHADOWED = "shadowed"  # fits when it stands alone, but lost
    ALMOST = "almost"  # one obstacle: converter, slash, method, scheme or host
    NO = "no"


class Candidate(NamedTuple):
    """One rule of the map and how it fared, with the facts that its sentence needs.

    A named tuple, since a table of ten thousand takes a quarter of the time of as many frozen dataclasses.
    """

    pattern: Pattern
    endpoint: Any
    verdict: Verdict
    obstacles: tuple[Obstacle, ...]  # the first is the one that decided; () for the winner
    looked_at: bool  # whether the router held its pattern against the path, or reached it

    @property
    def rule(self) -> str:
        """The rule as written."""
        return self.pattern.rule

    @property
    def methods(self) -> tuple[str, ...] | None:
        """Its methods, sorted; None when it takes any."""
        return self.pattern.methods

    @property
    def reason(self) -> Reason | None:
        """Why it did not win; None for the winner."""
        return REASONS[type(self.obstacles[0])] if self.obstacles else None

    @property
    def segment(self) -> int | None:
        """The segment of the path that decided, counted from 1."""
        return getattr(self.obstacles[0], "segment", None) if self.obstacles else None


def verdict_on(obstacles: tuple[Obstacle, ...]) -> Verdict:
    """Judge a rule that did not win by what stands in its way."""
    match obstacles:
        case () | (Outranked(),) | (SearchEnded(),):
            return Verdict.SHADOWED
        case (obstacle,) if isinstance(obstacle, _SMALL):
            return Verdict.ALMOST
        case _:
            return Verdict.NO
