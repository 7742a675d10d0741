"""What is known so far of the templates of one request: those loaded, those lost, and what they missed.

The stages of `templates` add to it, and `template_steps` tells it. It knows no app and no Jinja.
"""

from __future__ import annotations

from typing import Any

from routelab.record import Record
from routelab.tracing.watching.undefined_names import NameAsked

_ASKED = 30  # that many different things of a request; a loop may miss more than anybody reads


class Loaded(Record):
    """A template, the place of its step, and its text where that was given instead of a name."""

    place: int
    template: Any
    text: str | None = None


class LoadedTemplates:
    """The templates of one request, in the order in which they were loaded."""

    def __init__(self) -> None:
        self.loaded: list[Loaded] = []
        self.lost: list[int] = []  # the places of those that were not found
        self.unread: list[tuple[int, str | None]] = []  # (place, path) of those that Jinja could not read
        self.last: int | None = None  # the place of the last template's step, until its variables come
        self.names: dict[int, tuple[str, ...]] = {}  # of all variables that a template was given
        self.asked: dict[tuple[int, int, str], NameAsked] = {}  # by place, line and name

    def __bool__(self) -> bool:
        """Whether the request came to any template."""
        return bool(self.loaded or self.lost or self.unread)

    def ask(self, asked: NameAsked) -> None:
        """Note something that a template asked for and that was not there, once a line."""
        for each in reversed(self.loaded):
            if each.template is asked.template:
                key = (each.place, asked.line, asked.name)
                if key in self.asked or len(self.asked) < _ASKED:
                    self.asked[key] = asked
                return

    def asked_at(self, place: int) -> tuple[NameAsked, ...]:
        """Return what one template asked for, in that order."""
        return tuple(asked for (at, _, _), asked in self.asked.items() if at == place)

    def names_given(self, place: int) -> tuple[int, tuple[str, ...]] | None:
        """Return (whose step, the names) of the last template before a place that was given variables."""
        givers = [giver for giver in self.names if giver <= place]
        return (max(givers), self.names[max(givers)]) if givers else None
