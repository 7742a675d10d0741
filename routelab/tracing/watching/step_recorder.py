"""The steps of one request while they are being recorded, in the order in which they began.

It knows nothing of what they tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from routelab.tracing.steps.kinds import AnyStep


class StepRecorder:
    """Steps in the order in which they began, though many are known only when they end."""

    def __init__(self) -> None:
        self._steps: list[tuple[AnyStep, ...]] = []
        self._untold: set[int] = set()

    def add(self, step: AnyStep) -> None:
        """Note a step that begins and ends now."""
        self.fill(self.reserve(), step)

    def reserve(self) -> int:
        """Take the place of a step that begins now; a place that is never filled leaves no trace."""
        self._steps.append(())
        return len(self._steps) - 1

    def fill(self, place: int, step: AnyStep) -> None:
        """Put a step, now that it is known whole, where it began."""
        self.fill_with(place, (step,))

    def fill_with(self, place: int, steps: Iterable[AnyStep]) -> None:
        """Put several steps, one after the other, in the place of one."""
        self._steps[place] = tuple(steps)
        self._untold.add(place)

    def at(self, place: int) -> AnyStep | None:
        """Return the step at a reserved place, if it is filled."""
        steps = self._steps[place]
        return steps[0] if steps else None

    def places(self) -> range:
        """Return all places."""
        return range(len(self._steps))

    def all_at(self, place: int) -> tuple[AnyStep, ...]:
        """Return the steps in a reserved place."""
        return self._steps[place]

    def news(self) -> Iterator[tuple[int, tuple[AnyStep, ...]]]:
        """Yield (place, its steps) for each place that was filled since this was last asked."""
        untold, self._untold = sorted(self._untold), set()
        return ((place, self._steps[place]) for place in untold)

    def steps(self) -> tuple[AnyStep, ...]:
        """Return what was recorded so far."""
        return tuple(chain.from_iterable(self._steps))
