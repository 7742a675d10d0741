"""What a match is told from later: the rules, and where their views stand, as they were when it ran.

It copies, and tells whether what it copied is still so. It knows no step.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from werkzeug.routing import Map

from routelab.reaching import usual_binding
from routelab.routing.explanation import MatchExplanation
from routelab.routing.keeping import KeptMap
from routelab.routing.reaching import Binding, Reach
from routelab.tracing.facts import NOWHERE, Place
from routelab.tracing.watching.sources import Placed, Sources


class KeptMatch(NamedTuple):
    """A match that can be explained later, and the places of the views."""

    explanation: MatchExplanation
    places: dict[str, Place]
    lines: dict[str, Placed]

    def place_of(self, endpoint: str) -> Place:
        """Return where an endpoint's view function stood."""
        return self.places.get(endpoint, NOWHERE)

    def lines_of(self, endpoint: str) -> Placed:
        """Return the same with the lines of the view."""
        return self.lines.get(endpoint, (NOWHERE, (), None))


class KeptRoutes:
    """The routes of one app, copied when they are first asked and whenever they are not what they were."""

    def __init__(self, app: Any, sources: Sources) -> None:
        self._app = app
        self._sources = sources
        self._map: KeptMap | None = None
        self._views: dict[str, Any] = {}
        self._places: dict[str, Place] = {}
        self._lines: dict[str, Placed] = {}

    def keep(self, match: MatchExplanation, request: Any, *, replaced: bool) -> KeptMatch | None:
        """Keep a match for later; None where it must be explained while the app is as it is.

        `replaced` is whether something stands on the app in the place of Flask's own binding.
        """
        kept = self._kept(match.adapter.map)
        if not kept.keeps:
            return None
        explanation = match.kept(kept)
        if explanation is None:
            return None
        self._note_views()
        if explanation.error is not None:
            explanation.host = _host_of(request)
            explanation.reach = self._reach(explanation, replaced=replaced)
        return KeptMatch(explanation, self._places, self._lines)

    def make_ready(self) -> None:
        """Copy the routes now; a map of the app's own kind is left alone."""
        if type(self._app.url_map) is Map and self._kept(self._app.url_map).keeps:
            self._note_views()

    def _kept(self, url_map: Map) -> KeptMap:
        if self._map is None or not self._map.is_current(url_map):
            self._map = KeptMap(url_map)
        return self._map

    def _note_views(self) -> None:
        views = self._app.view_functions
        if views != self._views:
            self._views = dict(views)
            self._places = {endpoint: self._sources.view_place(views, endpoint) for endpoint in self._views}
            self._lines = {endpoint: self._sources.view_lines(views, endpoint) for endpoint in self._views}

    def _reach(self, explanation: MatchExplanation, *, replaced: bool) -> Reach:
        """Tell how the app binds its map; no rule is for a host, so it will not be asked to."""
        binding = Binding(
            bind=lambda _host, _scheme: None,
            server_name=self._app.config["SERVER_NAME"],
            looks_at_subdomains=bool(getattr(self._app, "subdomain_matching", False)),
            usual=not replaced and usual_binding(self._app),
        )
        return Reach(explanation.adapter.map, binding)


def _host_of(request: Any) -> str | None:
    try:
        return str(request.host)
    except Exception:  # a request class of the app's own may do anything
        return None
