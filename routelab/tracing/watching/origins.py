"""Where each header came from: the header list compared after every stage.

It knows header pairs and origins, and nothing of how a response is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from werkzeug.datastructures import Headers

from routelab.tracing.facts import Pairs
from routelab.tracing.steps.response import AddedPart, Origin, SentHeader, Stage

MADE = Origin(stage=Stage.MAKE_RESPONSE)
_LAST = Origin(stage=Stage.RESPONSE)
_Origins: TypeAlias = dict[tuple[str, str], Origin]  # of a header, its name in lower case


class HeaderOrigins:
    """Remembers for each header pair the stage after which it was first there."""

    def __init__(self) -> None:
        self._seen: list[
            tuple[list[tuple[str, str]], Origin]
        ] = []  # the lists, and who had them last in hand

    def note(self, headers: Any, origin: Origin) -> None:
        """Credit the pairs that were not there before to `origin`."""
        self._seen.append((pairs_of(headers), origin))

    def has_new(self, wanted: str, headers: Any) -> bool:
        """Tell whether there is a header of that very name which was not there when this was last noted."""
        known = self._origins
        key = wanted.lower()
        return any(name == wanted and (key, value) not in known for name, value in pairs_of(headers))

    def restart(self) -> None:
        """Forget everything: another response object takes the place of the first."""
        self._seen.clear()

    def sent(self, headers: Pairs) -> tuple[SentHeader, ...]:
        """Give each header as sent its origin, and those that had added to it before."""
        origins = self._origins
        return tuple(
            SentHeader(
                name=name,
                value=value,
                origin=origins.get((name.lower(), value), _LAST),
                also=tuple(_parts(origins, name.lower(), value)),
            )
            for name, value in headers
        )

    @property
    def _origins(self) -> _Origins:
        origins: _Origins = {}
        for pairs, origin in self._seen:
            for name, value in pairs:
                origins.setdefault((name.lower(), value), origin)
        return origins


def _parts(origins: _Origins, name: str, value: str) -> Iterator[AddedPart]:
    """Find earlier values of this header that live on in the one that was sent, as in Vary."""
    left = _items(value)
    for (other, before), origin in origins.items():
        if other != name or before == value:
            continue
        items = _items(before)
        if items and items < left:
            yield AddedPart(text=", ".join(part for part in _split(value) if part in items), origin=origin)
            left -= items


def pairs_of(headers: Any) -> list[tuple[str, str]]:
    """Return the pairs of whatever holds headers: an app may have put a dict there."""
    if type(headers) is Headers:  # as nearly always: it has nothing but text
        return list(headers)
    pairs = headers.items() if hasattr(headers, "items") else headers
    return [(str(name), str(value)) for name, value in pairs]


def _items(value: str) -> set[str]:
    return set(_split(value))


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]
