"""The steps of one request while they are being recorded, in the order in which they began.

It knows nothing of what they tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, TypeAlias, TypeVar

from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.watching.guard import Guard

Kind = TypeVar("Kind", bound=AnyStep)
# Makes the steps of a place from facts that were kept; what it reads may not change any more.
Telling: TypeAlias = Callable[[], Iterable[AnyStep]]


class StepRecorder:
    """Steps in the order in which they began, though many are known only when they end.

    What can be made later from kept facts is made when somebody asks for it; `guard` guards that.
    """

    def __init__(self, guard: Callable[[str], Guard]) -> None:
        self._guard = guard
        self._steps: list[tuple[AnyStep, ...]] = []
        self._later: dict[int, tuple[Telling, str]] = {}
        self._told: list[tuple[AnyStep, ...]] = []  # what each place had when the news were last asked for

    def add(self, step: AnyStep) -> None:
        """Note a step that begins and ends now."""
        self._steps.append((step,))

    def last(self) -> tuple[int, AnyStep | None]:
        """Return (place, step) of the last place, which may be one that is not filled yet."""
        steps = self._steps[-1] if self._steps else ()
        return len(self._steps) - 1, steps[-1] if steps else None

    def reserve(self) -> int:
        """Take the place of a step that begins now; a place that is never filled leaves no trace."""
        steps = self._steps
        steps.append(())
        return len(steps) - 1

    def fill(self, place: int, step: AnyStep) -> None:
        """Put a step, now that it is known whole, where it began."""
        self._steps[place] = (step,)
        self._later.pop(place, None)

    def fill_with(self, place: int, steps: Iterable[AnyStep]) -> None:
        """Put several steps, one after the other, in the place of one."""
        self._steps[place] = tuple(steps)
        self._later.pop(place, None)

    def fill_later(self, place: int, tell: Telling, what: str) -> None:
        """Put in a place what `tell` will make; where that fails, `what` is not recorded, and no step."""
        self._later[place] = tell, what

    def is_told(self, place: int) -> bool:
        """Tell whether a place is filled for good: what is told later takes in what comes until then."""
        return place not in self._later

    def amend(self, place: int, kind: type[Kind], **facts: Any) -> None:
        """Put other facts into the step at a place, where that is filled with one of this kind."""
        step = self.at(place)
        if isinstance(step, kind):
            self.fill(place, step.replace(**facts))

    def each(self, kind: type[Kind]) -> Iterator[tuple[int, Kind]]:
        """Yield (place, step) for all steps of a kind; those that are told later are made for it."""
        for place in self.places():
            step = self.at(place)
            if isinstance(step, kind):
                yield place, step

    def at(self, place: int) -> AnyStep | None:
        """Return the step at a reserved place, if it is filled."""
        steps = self.all_at(place)
        return steps[0] if steps else None

    def all_at(self, place: int) -> tuple[AnyStep, ...]:
        """Return the steps in a reserved place."""
        if place in self._later:
            tell, what = self._later.pop(place)
            with self._guard(what):
                self._steps[place] = tuple(tell())
        return self._steps[place]

    def places(self) -> range:
        """Return all places; who looks at the step of one has it made."""
        return range(len(self._steps))

    def news(self) -> Iterator[tuple[int, tuple[AnyStep, ...]]]:
        """Yield (place, its steps) for each place that was filled since this was last asked."""
        for place in self.places():
            steps = self.all_at(place)
            if place == len(self._told):
                self._told.append(())
            if steps is not self._told[place]:
                self._told[place] = steps
                yield place, steps

    def made(self) -> tuple[tuple[int, AnyStep], ...]:
        """Return the steps that are made already, each with its place: without those that are told later."""
        return tuple((place, step) for place, steps in enumerate(self._steps) for step in steps)

    def steps(self) -> tuple[AnyStep, ...]:
        """Return what was recorded so far."""
        return tuple(chain.from_iterable(map(self.all_at, range(len(self._steps)))))
