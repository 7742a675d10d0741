"""Where each header came from: the header list compared after every stage.

It knows header pairs and origins, and nothing of how a response is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from routelab.tracing.facts import Pairs
from routelab.tracing.steps.response import AddedPart, Origin, SentHeader, Stage

MADE = Origin(stage=Stage.MAKE_RESPONSE)
_LAST = Origin(stage=Stage.RESPONSE)


class HeaderOrigins:
    """Remembers for each header pair the stage after which it was first there.

    A pair that is there more than once has as many origins, in the order in which they came.
    """

    def __init__(self) -> None:
        self._origins: dict[tuple[str, str], list[Origin]] = {}

    def note(self, headers: Any, origin: Origin) -> list[str]:
        """Credit the pairs that were not there before to `origin`; return their names."""
        new = []
        met: Counter[tuple[str, str]] = Counter()
        for name, value in pairs_of(headers):
            key = (name.lower(), value)
            met[key] += 1
            known = self._origins.setdefault(key, [])
            if met[key] > len(known):
                known.append(origin)
                new.append(name)
        return new

    def restart(self) -> None:
        """Forget everything: another response object takes the place of the first."""
        self._origins.clear()

    def sent(self, headers: Pairs) -> tuple[SentHeader, ...]:
        """Give each header as sent its origin, and those that had added to it before."""
        met: Counter[tuple[str, str]] = Counter()
        sent = []
        for name, value in headers:
            key = (name.lower(), value)
            known = self._origins.get(key, ())
            origin = known[min(met[key], len(known) - 1)] if known else _LAST
            met[key] += 1
            sent.append(
                SentHeader(
                    name=name, value=value, origin=origin, also=tuple(self._parts(name.lower(), value))
                )
            )
        return tuple(sent)

    def _parts(self, name: str, value: str) -> Iterator[AddedPart]:
        """Find earlier values of this header that live on in the one that was sent, as in Vary."""
        whole = _items(value)
        left = set(whole)
        for (other, before), (origin, *_) in self._origins.items():
            items = _items(before)
            fresh = items & left
            if other == name and before != value and items < whole and fresh and fresh < left:
                yield AddedPart(
                    text=", ".join(part for part in _split(value) if part in fresh), origin=origin
                )
                left -= fresh


def pairs_of(headers: Any) -> list[tuple[str, str]]:
    """Return the pairs of whatever holds headers: an app may have put a dict there."""
    pairs = headers.items() if hasattr(headers, "items") else headers
    return [(str(name), str(value)) for name, value in pairs]


def _items(value: str) -> set[str]:
    return set(_split(value))


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]
