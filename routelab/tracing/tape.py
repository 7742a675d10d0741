"""The steps of one request while they are being recorded, and afterwards.

It knows the order in which steps began, and nothing of what they tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, overload

from routelab.tracing.records import Step

# Makes what stands in one place, from facts that change no more.
Maker: TypeAlias = Callable[[], Iterable[Step]]


class Tape:
    """Steps in the order in which they began, though many are known only when they end."""

    def __init__(self) -> None:
        self._steps: list[Step | None] = []
        self._makers: dict[int, Maker] = {}

    def add(self, step: Step) -> None:
        """Note a step that begins and ends now."""
        self._steps.append(step)

    def reserve(self) -> int:
        """Take the place of a step that begins now; a place that is never filled leaves no trace."""
        self._steps.append(None)
        return len(self._steps) - 1

    def fill(self, place: int, step: Step) -> None:
        """Put a step, now that it is known whole, where it began."""
        self._steps[place] = step

    def fill_when_read(self, place: int, make: Maker) -> None:
        """Let steps that take long to tell be made when somebody reads them."""
        self._makers[place] = make

    def at(self, place: int) -> Step | None:
        """Return the step at a reserved place, if it is filled."""
        return self._steps[place]

    def steps(self) -> Steps:
        """Return what was recorded."""
        return Steps(self._steps, self._makers)


class Steps(Sequence[Step]):
    """The steps of a trace: read like a tuple, and equal to one; what is still to be made is made then."""

    def __init__(self, steps: Iterable[Step | None], makers: Mapping[int, Maker] | None = None) -> None:
        self._made: tuple[Step, ...] = ()
        self._to_be_made: tuple[tuple[Step | None, ...], Mapping[int, Maker]] | None
        self._to_be_made = tuple(steps), makers or {}

    def made(self) -> tuple[Step, ...]:
        """Return all steps, each made."""
        to_be_made = self._to_be_made
        if to_be_made is not None:
            self._made = tuple(_all(*to_be_made))
            self._to_be_made = None
        return self._made

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        return self.made()[index]

    def __len__(self) -> int:
        return len(self.made())

    def __iter__(self) -> Iterator[Step]:
        return iter(self.made())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Steps):
            other = other.made()
        return self.made() == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.made())

    def __repr__(self) -> str:
        return repr(self.made())

    def __reduce__(self) -> tuple[Any, ...]:
        return Steps, (self.made(),)


def _all(steps: tuple[Step | None, ...], makers: Mapping[int, Maker]) -> Iterator[Step]:
    for place, step in enumerate(steps):
        if step is not None:
            yield step
        elif place in makers:
            yield from makers[place]()
