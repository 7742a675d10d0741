"""What a match is told from later: the rules, and where their views stand, as they were when it ran.

It copies, and tells whether what it copied is still so. What was asked before is not explained again.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from types import NoneType
from typing import Any, NamedTuple

from werkzeug.routing import Map

from routelab.reaching import host_of, usual_binding
from routelab.routing.explanation import MatchExplanation
from routelab.routing.keeping import KeptMap
from routelab.routing.reaching import Binding, Reach
from routelab.tracing.facts import NOWHERE, Place
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.watching.asked_methods import method_check
from routelab.tracing.watching.match_steps import CheckOf, judged_steps
from routelab.tracing.watching.sources import Placed, Sources

_MOST_KEPT = 100  # matches of one app: some 10 kB each
_PLAIN = frozenset({str, bool, int, type, NoneType})  # what is only equal where it is the same


class KeptMatch(NamedTuple):
    """A match that can be explained later, the places of the views, and what was told of it, once it was."""

    explanation: MatchExplanation
    places: dict[str, Place]
    lines: dict[str, Placed]
    check_of: CheckOf
    told: dict[bool, tuple[AnyStep, ...]]

    def steps(self, *, suggestions: bool) -> tuple[AnyStep, ...]:
        """Tell of the match, with what would have matched where that is wanted."""
        if suggestions not in self.told:
            self.told[suggestions] = tuple(
                judged_steps(
                    self.explanation, self.place_of, self.lines_of, self.check_of, suggestions=suggestions
                )
            )
        return self.told[suggestions]

    def place_of(self, endpoint: str) -> Place:
        """Return where an endpoint's view function stood."""
        return self.places.get(endpoint, NOWHERE)

    def lines_of(self, endpoint: str) -> Placed:
        """Return the same with the lines of the view."""
        return self.lines.get(endpoint, (NOWHERE, (), None))


class _Bound(NamedTuple):
    """For which host a map was bound, and how the app does that."""

    host: str | None
    server_name: str | None
    looks_at_subdomains: bool
    usual: bool

    @property
    def binding(self) -> Binding:
        """The same for a copy of the map: no rule is for a host, so it will not be asked to bind."""
        return Binding(
            bind=lambda _host, _scheme: None,
            server_name=self.server_name,
            looks_at_subdomains=self.looks_at_subdomains,
            usual=self.usual,
        )


class KeptRoutes:
    """The routes of one app, copied when they are first asked and whenever they are not what they were."""

    def __init__(self, app: Any, sources: Sources) -> None:
        self._app = app
        self._sources = sources
        self._map: KeptMap | None = None
        self._views: dict[str, Any] = {}
        self._places: dict[str, Place] = {}
        self._lines: dict[str, Placed] = {}
        self._check_of: CheckOf = partial(method_check, sources, self._views)
        self._matches: dict[Hashable, KeptMatch] = {}  # by what was asked, of the routes as they are

    def keep(self, match: MatchExplanation, request: Any, *, replaced: bool) -> KeptMatch | None:
        """Keep a match for later; None where it must be explained while the app is as it is.

        `replaced` is whether something stands on the app in the place of Flask's own binding.
        """
        kept = self._kept(match.adapter.map)
        if not kept.keeps:
            return None
        self._note_views()
        of_app = None if match.error is None else self._where_bound(request, replaced=replaced)
        asked = (*match.asked_of_map, *(of_app or ()))
        is_plain = _PLAIN.issuperset(map(type, asked))
        if is_plain and asked in self._matches:
            return self._matches[asked]
        explanation = match.kept(kept)
        if explanation is None:
            return None
        if of_app is not None:
            explanation.host = of_app.host
            explanation.reach = Reach(kept.map, of_app.binding)
        found = KeptMatch(explanation, self._places, self._lines, self._check_of, {})
        if is_plain:
            if len(self._matches) == _MOST_KEPT:
                self._matches.clear()
            self._matches[asked] = found
        return found

    def make_ready(self) -> None:
        """Copy the routes now; a map of the app's own kind is left alone."""
        if type(self._app.url_map) is Map and self._kept(self._app.url_map).keeps:
            self._note_views()

    def _kept(self, url_map: Map) -> KeptMap:
        if self._map is None or not self._map.is_current(url_map):
            self._map = KeptMap(url_map)
            self._matches = {}
        return self._map

    def _note_views(self) -> None:
        views = self._app.view_functions
        if views != self._views:
            self._views = dict(views)
            self._matches = {}
            self._places = {endpoint: self._sources.view_place(views, endpoint) for endpoint in self._views}
            self._lines = {endpoint: self._sources.view_lines(views, endpoint) for endpoint in self._views}

            self._check_of = partial(method_check, self._sources, self._views)

    def _where_bound(self, request: Any, *, replaced: bool) -> _Bound:
        return _Bound(
            host=host_of(request),
            server_name=self._app.config["SERVER_NAME"],
            looks_at_subdomains=bool(getattr(self._app, "subdomain_matching", False)),
            usual=not replaced and usual_binding(self._app),
        )
