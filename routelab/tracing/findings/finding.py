"""What a finding is, and what its detectors share: the steps of a finished trace, asked by kind.

A detector is given what it is about, a step of a kind for example, and the finished trace around it; it
returns what was found, or None. It follows from observed facts alone and is silent where they do not decide.
It must not know other detectors, nor where a finding is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from routelab.record import Json, Record
from routelab.routing.outcome import Outcome
from routelab.tracing.facts import Place
from routelab.tracing.phrases import at_place, placed_name
from routelab.tracing.steps.step import Step
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

# What a trace is seen to have: a step of a kind, an outcome of the match, a note with a code.
Sign: TypeAlias = type[Step] | Outcome | str


class TraceFinding(Record):
    """A mistake that a trace shows: `step` is the number of the step where it stands, from 0.

    None where no step tells of it. `facts` are the operands of its sentence.
    """

    json_told = ()

    code: str
    name: str
    step: int | None
    text: str
    facts: dict[str, Json]

    @property
    def words(self) -> str:
        """The sentence, with its code at the end."""
        return f"{self.text} ({self.code})"


class Detected(NamedTuple):
    """What a detector saw: one or two sentences, their operands, and the step where it stands.

    A detector that is about a step names none, where it is that one.
    """

    text: str
    facts: dict[str, Json] | None = None
    step: Step | None = None


class FindingKind(NamedTuple):
    """A kind of finding. `instead_of` are codes that say the same with less, and are then left out.

    `where` is the sign without which there is nothing to find, and `find` is asked about what bears it: each
    step of a kind, the match of an outcome, the first note of a code; without a sign about the whole trace.
    """

    code: str
    name: str
    find: Callable[[Any, Trace], Detected | None]
    instead_of: tuple[str, ...] = ()
    where: Sign | None = None


def failed(trace: Trace) -> bool:
    """Tell whether the outcome is an error: no response, or a status that is not one of success."""
    return trace.response is None or not 200 <= trace.response.status < 400


def named(place: Place) -> str:
    """Name a function with its place, so far as that is known: "show() at app.py:7"."""
    return placed_name(place) if place.function else f"the function{at_place(place)}"


def answered(view: ViewStep) -> bool:
    """Tell whether the view itself ran, and what it did is what came out of it."""
    return view.call.ran and view.call.answered_by is None
