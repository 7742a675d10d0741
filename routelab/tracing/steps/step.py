"""What every kind of step is: a record that says itself, its place and how much it matters.

A kind is one file of this folder, and one entry in `kinds`. It knows no kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.tracing.facts import NOWHERE, Place


class Importance(OneOf):
    """How much a step matters to somebody who asks what became of a request."""

    DECIDES = "decides"  # it decided that the request would fail: always shown
    SHOWN = "shown"
    DETAIL = "detail"  # shown when everything is


class Step(Record):
    """One thing that happened in a request. `label` is what it is called at the head of a row or sentence."""

    json_told: ClassVar[tuple[str, ...]] = ("headline", "details", "importance")
    label: ClassVar[str | None] = None

    @classmethod
    def kind(cls) -> str:
        """Return the step's word: "request", "make_response"."""
        assert cls.json_tag is not None
        return cls.json_tag[1]

    @classmethod
    def title(cls) -> str:
        """Return the word in full, as a sentence begins with it: "Make response"."""
        return cls.kind().replace("_", " ").capitalize()

    @property
    def headline(self) -> str:
        """Say in one line what happened: "/user/<name>  ->  show_user"."""
        raise NotImplementedError

    @property
    def details(self) -> tuple[str, ...]:
        """Say what else is worth a line below the headline."""
        return tuple(self._details())

    def _details(self) -> Iterator[str]:
        """Yield those lines; a kind without any has no need of it."""
        return iter(())

    @property
    def importance(self) -> Importance:
        """Tell whether it decided a failure, and whether it is worth a line otherwise."""
        return Importance.SHOWN

    @property
    def at(self) -> Place:
        """Where the code of the step stands, so far as it is the learner's."""
        return NOWHERE
