"""What a match is told from later: the rules, and where their views stand, as they were when it ran.

It copies, and tells whether what it copied is still so. What was asked before is not explained again.
"""

from __future__ import annotations

from collections.abc import Hashable
from types import NoneType
from typing import Any, NamedTuple

from werkzeug.routing import Map, Rule

from routelab.reaching import host_of, usual_binding
from routelab.routing.explanation import MatchExplanation
from routelab.routing.keeping import KeptMap
from routelab.routing.reaching import Binding, Reach
from routelab.tracing.steps.kinds import AnyStep
from routelab.tracing.watching.code.sources import Sources
from routelab.tracing.watching.code.views import KeptViews
from routelab.tracing.watching.match_steps import judged_steps

_MOST_KEPT = 100  # matches of one app: some 10 kB each
_PLAIN = frozenset({str, bool, int, type, NoneType})  # what is only equal where it is the same


class KeptMatch(NamedTuple):
    """A match that can be explained later, the views as they were, and what was told of it, once it was.

    `rule` is the one that won, of the app's own map, `bound` how an app is bound where none did.
    """

    explanation: MatchExplanation
    rule: Rule | None
    bound: _Bound | None
    views: KeptViews
    told: dict[bool, tuple[AnyStep, ...]]

    def came_out_as(self, match: MatchExplanation) -> bool:
        """Tell whether another match of the same routes came out in the same way."""
        return match.run.rule is self.rule and type(match.error) is type(self.explanation.error)

    def steps(self, *, suggestions: bool) -> tuple[AnyStep, ...]:
        """Tell of the match, with what would have matched where that is wanted."""
        if suggestions not in self.told:
            steps = judged_steps(self.explanation, self.views, suggestions=suggestions)
            self.told[suggestions] = tuple(steps)
        return self.told[suggestions]


class AskedMatch(NamedTuple):
    """What a router is asked: which adapter, and with what arguments, for which request.

    `replaced` is whether something stands on the app in the place of Flask's own binding.
    """

    adapter: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    request: Any
    replaced: bool

    @property
    def key(self) -> Hashable | None:
        """All that decides a match on a map that stays as it is; None where it may be equal to another's."""
        adapter, args, kwargs, _, _ = self
        bound = {**vars(adapter), "map": None}
        key = (type(adapter), *bound.values(), len(args), *args, *kwargs, *kwargs.values())
        return key if _PLAIN.issuperset(map(type, key)) else None


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
        self._views = KeptViews({}, sources)
        self._matches: dict[Hashable | None, KeptMatch] = {}  # by what was asked, of the routes as they are

    def known(self, asked: AskedMatch) -> KeptMatch | None:
        """Return a match that was kept when the same was asked of the same routes; None for anything else."""
        if not self._kept(asked.adapter.map).keeps:
            return None
        self._note_views()
        known = self._matches.get(asked.key)
        if known is None or known.bound is None:
            return known
        return known if known.bound == self._where_bound(asked) else None

    def keep(self, asked: AskedMatch, match: MatchExplanation) -> KeptMatch | None:
        """Keep a match for later; None where it must be explained while the app is as it is."""
        kept = self._kept(asked.adapter.map)
        if not kept.keeps:
            return None
        self._note_views()
        explanation = match.kept(kept)
        if explanation is None:
            return None
        bound = None
        if match.error is not None:
            bound = self._where_bound(asked)
            explanation.host = bound.host
            explanation.reach = Reach(kept.map, bound.binding)
        found = KeptMatch(explanation, match.run.rule, bound, self._views, {})
        key = asked.key
        if key is not None:
            if len(self._matches) == _MOST_KEPT:
                self._matches.clear()
            self._matches[key] = found
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
        if views != self._views.functions:
            self._views = KeptViews(views, self._sources)
            self._matches = {}

    def _where_bound(self, asked: AskedMatch) -> _Bound:
        return _Bound(
            host=host_of(asked.request),
            server_name=self._app.config["SERVER_NAME"],
            looks_at_subdomains=bool(getattr(self._app, "subdomain_matching", False)),
            usual=not asked.replaced and usual_binding(self._app),
        )
