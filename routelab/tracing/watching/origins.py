"""Where each header came from: the header list compared after every stage.

It knows header pairs and origins, and nothing of how a response is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from werkzeug.datastructures import Headers

from routelab.headers import as_written
from routelab.tracing.facts import Pairs
from routelab.tracing.steps.response import AddedPart, Origin, RemovedHeader, SentHeader, Stage

MADE = Origin(stage=Stage.MAKE_RESPONSE)
_LAST = Origin(stage=Stage.RESPONSE)
_Named: TypeAlias = tuple[str, str]  # a header's name as most write it, and a cookie's
_Origins: TypeAlias = dict[tuple[str, str], list[Origin]]  # of a header, its name in lower case


class HeaderOrigins:
    """Remembers for each header pair the stage after which it was first there.

    A pair that is there more than once has as many origins, in the order in which they came.
    """

    def __init__(self) -> None:
        # The lists, who had them last in hand, and whether each is all that the response had then.
        self._seen: list[tuple[list[tuple[str, str]], Origin, bool]] = []

    def note(self, headers: Any, origin: Origin, *, whole: bool = False) -> None:
        """Credit the pairs that were not there before to `origin`; what a `whole` list lacks it removed."""
        self._seen.append((pairs_of(headers), origin, whole))

    def new(self, wanted: str, headers: Any) -> tuple[str, ...]:
        """Return the values of that very name which were not there when this was last noted."""
        known = self._origins
        key = wanted.lower()
        pairs = pairs_of(headers)
        return tuple(value for name, value in pairs if name == wanted and (key, value) not in known)

    def restart(self) -> None:
        """Forget everything: another response object takes the place of the first."""
        self._seen.clear()

    def sent(self, headers: Pairs) -> tuple[SentHeader, ...]:
        """Give each header as sent its origin, and those that had added to it before."""
        origins, met = self._origins, dict[tuple[str, str], int]()
        now = {(name.lower(), value) for name, value in headers}
        replaced: dict[str, list[tuple[str, Origin]]] = {}  # values that are not sent, by the header's name
        for (name, value), by in origins.items():
            if (name, value) not in now:
                replaced.setdefault(name, []).append((value, by[0]))
        sent = []
        for name, value in headers:
            key = (name.lower(), value)
            known = origins.get(key, ())
            times = met[key] = met.get(key, 0) + 1
            origin = known[min(times, len(known)) - 1] if known else _LAST
            also = tuple(_parts(replaced.get(name.lower(), ()), value))
            sent.append(SentHeader(name=name, value=value, origin=origin, also=also))
        return tuple(sent)

    def removed(self, sent: Pairs) -> tuple[RemovedHeader, ...]:
        """Tell which headers the response had before, and who left them out of what was sent."""
        origins, held, removed = self._origins, dict[_Named, str](), dict[_Named, RemovedHeader]()
        for pairs, by, whole in self._seen:
            if not whole:
                continue
            now = {_named(name, value): value for name, value in pairs}
            for named in held.keys() - now.keys():
                origin = origins[named[0].lower(), held.pop(named)][0]
                removed[named] = RemovedHeader(name=named[0], cookie=named[1], origin=origin, by=by)
            held.update((named, value) for named, value in now.items() if named not in held)
        gone = removed.keys() - {_named(name, value) for name, value in sent}
        # What is not for a status or a method Werkzeug takes out as it sends the rest.
        kept = (removed[named] for named in sorted(gone) if removed[named].by.stage is not Stage.RESPONSE)
        return tuple(it for it in kept if it.name != "Content-Length")

    @property
    def _origins(self) -> _Origins:
        origins: _Origins = {}
        for pairs, origin, _ in self._seen:
            met: dict[tuple[str, str], int] = {}
            for name, value in pairs:
                key = (name.lower(), value)
                times = met[key] = met.get(key, 0) + 1
                known = origins.setdefault(key, [])
                if times > len(known):
                    known.append(origin)
        return origins


def _parts(earlier: Sequence[tuple[str, Origin]], value: str) -> Iterator[AddedPart]:
    """Find `earlier` values of a header that live on in the one that was sent, as in Vary."""
    whole = _items(value) if earlier else set()
    left = set(whole)
    for before, origin in earlier:
        items = _items(before)
        fresh = items & left
        if items < whole and fresh and fresh < left:
            yield AddedPart(text=", ".join(part for part in _split(value) if part in fresh), origin=origin)
            left -= fresh


def _named(name: str, value: str) -> _Named:
    """Name a header, and of a Set-Cookie its cookie: there may be several."""
    name = name.title()
    return name, value.partition("=")[0] if name == "Set-Cookie" else ""


def pairs_of(headers: Any) -> list[tuple[str, str]]:
    """Return the pairs of whatever holds headers, as they are sent: an app may have put a dict there."""
    kept = type(headers) is Headers or not hasattr(headers, "items")
    return as_written(headers if kept else headers.items())


def _items(value: str) -> set[str]:
    return set(_split(value))


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]
