"""What a trace answers, as data: the verdict, the cause, the place, and the way out.

It knows no step.
"""

from __future__ import annotations

from routelab.record import Record
from routelab.tracing.answers.spots import Spot
from routelab.tracing.facts import Place
from routelab.tracing.steps.match import PlacedCandidate


class Comparison(Record):
    """A path and a rule, cut at the slashes; `decides` is the number of the piece where they part, from 0."""

    path: tuple[str, ...]
    rule: tuple[str, ...]
    decides: int
    endpoint: str
    place: Place


class Way(Record):
    """A request that the router takes: as it is typed at a prompt, and as a command."""

    request: str
    command: str
    endpoint: str
    difference: str


class Answer(Record):
    """What became of a request, so that it can be said before everything else.

    `verdict` has no request in it: "404 NOT FOUND"; who decided does not say it. `nearest` is the
    rule that `comparison` shows, or that the cause names.
    """

    verdict: str = ""
    cause: tuple[str, ...] = ()
    spot: Spot | None = None
    comparison: Comparison | None = None
    nearest: PlacedCandidate | None = None
    ways: tuple[Way, ...] = ()

    @property
    def text(self) -> str:
        """The cause as one text."""
        return " ".join(self.cause)
