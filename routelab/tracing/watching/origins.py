"""Where each header came from: the header list compared after every stage.

It knows header pairs and origins, and nothing of how a response is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from routelab.tracing.facts import Pairs
from routelab.tracing.steps.response import AddedPart, Origin, SentHeader, Stage

MADE = Origin(stage=Stage.MAKE_RESPONSE)
_LAST = Origin(stage=Stage.RESPONSE)


class HeaderOrigins:
    """Remembers for each header pair the stage after which it was first there."""

    def __init__(self) -> None:
        self._origins: dict[tuple[str, str], Origin] = {}

    def note(self, headers: Any, origin: Origin) -> list[str]:
        """Credit the pairs that were not there before to `origin`; return their names."""
        new = []
        for name, value in pairs_of(headers):
            key = (name.lower(), value)
            if key not in self._origins:
                self._origins[key] = origin
                new.append(name)
        return new

    def restart(self) -> None:
        """Forget everything: another response object takes the place of the first."""
        self._origins.clear()

    def sent(self, headers: Pairs) -> tuple[SentHeader, ...]:
        """Give each header as sent its origin, and those that had added to it before."""
        return tuple(
            SentHeader(
                name=name,
                value=value,
                origin=self._origins.get((name.lower(), value), _LAST),
                also=tuple(self._parts(name.lower(), value)),
            )
            for name, value in headers
        )

    def _parts(self, name: str, value: str) -> Iterator[AddedPart]:
        """Find earlier values of this header that live on in the one that was sent, as in Vary."""
        left = _items(value)
        for (other, before), origin in self._origins.items():
            items = _items(before)
            if other == name and before != value and items and items < left:
                yield AddedPart(
                    text=", ".join(part for part in _split(value) if part in items), origin=origin
                )
                left -= items


def pairs_of(headers: Any) -> list[tuple[str, str]]:
    """Return the pairs of whatever holds headers: an app may have put a dict there."""
    pairs = headers.items() if hasattr(headers, "items") else headers
    return [(str(name), str(value)) for name, value in pairs]


def _items(value: str) -> set[str]:
    return set(_split(value))


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]
