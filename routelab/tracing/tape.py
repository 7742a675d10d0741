"""The steps of one request while they are being recorded.

It knows the order in which steps began, and nothing of what they tell.
"""

from __future__ import annotations

from routelab.tracing.records import Step


class Tape:
    """Steps in the order in which they began, though many are known only when they end."""

    def __init__(self) -> None:
        self._steps: list[Step | None] = []

    def add(self, step: Step) -> None:
        """Note a step that begins and ends now."""
        self._steps.append(step)

    def add_first(self, step: Step) -> None:
        """Note the step before all others."""
        self._steps.insert(0, step)

    def reserve(self) -> int:
        """Take the place of a step that begins now; a place that is never filled leaves no trace."""
        self._steps.append(None)
        return len(self._steps) - 1

    def fill(self, place: int, step: Step) -> None:
        """Put a step, now that it is known whole, where it began."""
        self._steps[place] = step

    def at(self, place: int) -> Step | None:
        """Return the step at a reserved place, if it is filled."""
        return self._steps[place]

    def steps(self) -> tuple[Step, ...]:
        """Return what was recorded."""
        return tuple(step for step in self._steps if step is not None)
