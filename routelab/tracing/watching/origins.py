"""Where each header came from: the header list compared after every stage.

It knows header pairs and origins, and nothing of how a response is made.
"""

from __future__ import annotations

from collections.abc import Iterable

from routelab.tracing.facts import Pairs
from routelab.tracing.steps.response import Origin, SentHeader, Stage

MADE = Origin(stage=Stage.MAKE_RESPONSE)
_LAST = Origin(stage=Stage.RESPONSE)


class HeaderOrigins:
    """Remembers for each header pair the stage after which it was first there."""

    def __init__(self) -> None:
        self._origins: dict[tuple[str, str], Origin] = {}

    def note(self, headers: Iterable[tuple[str, str]], origin: Origin) -> list[str]:
        """Credit the pairs that were not there before to `origin`; return their names."""
        new = []
        for name, value in headers:
            key = (name.lower(), value)
            if key not in self._origins:
                self._origins[key] = origin
                new.append(name)
        return new

    def restart(self) -> None:
        """Forget everything: another response object takes the place of the first."""
        self._origins.clear()

    def sent(self, headers: Pairs) -> tuple[SentHeader, ...]:
        """Give each header as sent its origin."""
        origin_of = self._origins.get
        return tuple(
            SentHeader(name=name, value=value, origin=origin_of((name.lower(), value), _LAST))
            for name, value in headers
        )
