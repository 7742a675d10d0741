"""What a function does that replaces Flask's own `handle_user_exception` or `handle_exception`.

Extensions put one there (Flask-CORS and Flask-RESTX do). It may hand the error on to Flask and send what
comes back, with headers of its own, or answer by itself: what came is compared with what Flask gave it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug.exceptions import HTTPException

from routelab.tracing.facts import Pairs, Place
from routelab.tracing.steps.response import Origin, Stage
from routelab.tracing.watching.origins import pairs_of


class Replaced:
    """One call of such a function: what Flask gave it, and the responses that it made of anything."""

    def __init__(self, place: Place) -> None:
        self.origin = Origin(stage=Stage.VIEW, place=place)
        self.finalizing = False  # whether Flask's own code makes a response of it
        self._given: list[Any] = []
        self._credits: tuple[tuple[Origin, Pairs], ...] = ()

    def gives(self, thing: Any, producer: Origin) -> None:
        """Note what Flask answered it: an error that is its own page, what a handler returned, a response."""
        self._given.append(thing)
        if not isinstance(thing, HTTPException) and hasattr(thing, "headers"):
            self._credits = ((producer, tuple(pairs_of(thing.headers))),)

    def makes(self, returned: Any, response: Any, credited: Iterator[tuple[Origin, Any]]) -> None:
        """Note a response that it made; of what Flask gave it, it is Flask's still."""
        if any(each is returned for each in self._given):
            self._given.append(response)
        self._credits = tuple((origin, tuple(pairs_of(headers))) for origin, headers in credited)

    def is_flasks(self, answer: Any) -> bool:
        """Tell whether an answer is what Flask gave, or was made of that."""
        return any(each is answer for each in self._given)

    @property
    def headers_on_the_way(self) -> tuple[tuple[Origin, Pairs], ...]:
        """The headers of the response that it made last, as they were then."""
        return self._credits
