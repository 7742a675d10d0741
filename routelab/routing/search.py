"""One watched search and what is worked out from it, each thing once and only when something asks for it.

Everything that explains a match reads it here; it neither judges rules nor writes sentences.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from werkzeug.routing import MapAdapter, Rule

from routelab.routing.comparison import Asked, obstacles_of, raw_values
from routelab.routing.decision import Decision, Outcome, RedirectCause, agrees, decision_of, outcome_of
from routelab.routing.lookedat import rules_looked_at
from routelab.routing.nearby import Near, near_paths
from routelab.routing.observation import Note, notes_of, root_of, watch
from routelab.routing.obstacle import Ending, Refused
from routelab.routing.pattern import Pattern, Variable
from routelab.routing.patternbook import PatternBook, patterns_of
from routelab.routing.table import Ended, refusal_of


class Search:
    """A request to an adapter, run when the Search is made."""

    def __init__(
        self,
        adapter: MapAdapter,
        path_info: str | None,
        method: str | None,
        query_args: Mapping[str, Any] | str | None,
        websocket: bool | None,
    ) -> None:
        self.adapter = adapter
        self._path_info = path_info
        self._method = method
        self._websocket = websocket
        self.run = watch(adapter, path_info, method, True, query_args, websocket)

    def another(self, path: str, method: str) -> "Search":
        """Ask the same adapter about another path or method."""
        return Search(self.adapter, path, method, None, self.asked.websocket)

    @cached_property
    def asked(self) -> Asked:
        """What the matcher was asked, as MapAdapter.match works it out."""
        adapter = self.adapter
        path = adapter.path_info if self._path_info is None else self._path_info
        whole_host = adapter.map.host_matching or adapter.subdomain is None
        return Asked(
            domain=adapter.server_name if whole_host else adapter.subdomain or "",
            path=f"/{path.lstrip('/')}" if path else "",
            method=(self._method or adapter.default_method).upper(),
            websocket=adapter.websocket if self._websocket is None else self._websocket,
        )

    @cached_property
    def outcome(self) -> Outcome:
        """How the match ended."""
        return outcome_of(self.run.error)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """What the matcher read, in order."""
        return notes_of(self.run)

    @cached_property
    def decision(self) -> Decision:
        """What the notes say that decided."""
        return decision_of(self.run, self.notes)

    @property
    def winner(self) -> Rule | None:
        """The rule that won, or that caused the redirect."""
        return self.decision.decider if self.outcome is Outcome.REDIRECT else self.run.rule

    @cached_property
    def book(self) -> PatternBook:
        """The patterns of the map's rules."""
        return patterns_of(self.adapter.map)

    @cached_property
    def reliable(self) -> bool:
        """Whether the notes tell what Werkzeug's result tells, and the winner's own text fits the path."""
        if not agrees(self.decision, self.run, self.asked):
            return False
        if self.outcome is not Outcome.MATCHED:
            return True
        return self.pattern is not None and obstacles_of(self.pattern, self.asked) == ()

    @cached_property
    def pattern(self) -> Pattern | None:
        """The pattern of the rule that ended the search."""
        return self.book.of(self.decision.decider) if self.decision.decider else None

    @cached_property
    def rules_looked_at(self) -> tuple[Rule, ...]:
        """The rules that the router held against the path or reached, in the order of the walk."""
        return tuple(rules_looked_at(self.notes, ended=self.decision.decider is not None))

    @cached_property
    def near_paths(self) -> list[Near]:
        """Paths that differ in one place and that some rule seems to take, the nearest first."""
        return near_paths(root_of(self.adapter.map), self.asked, self.book)

    @cached_property
    def taken(self) -> tuple[tuple[Variable, str], ...]:
        """The variables of the rule that ended the search, each with the text that it took."""
        if self.pattern is None:
            return ()
        return tuple(zip(self.pattern.variables, raw_values(self.pattern, self.asked) or (), strict=False))

    @cached_property
    def ended(self) -> Ended | None:
        """What ended the search, if a rule did."""
        if self.decision.decider is None or self.pattern is None:
            return None
        return Ended(
            rule=self.decision.decider, pattern=self.pattern, ending=self._ending, refusal=self.refusal
        )

    @property
    def _ending(self) -> Ending | None:
        if self.decision.refused:
            return Ending.REFUSAL
        if self.outcome is Outcome.RAISED:
            return Ending.FAILURE
        slashes = (RedirectCause.SLASH, RedirectCause.MERGED_SLASHES)
        return Ending.SLASH_REDIRECT if self.decision.redirect_cause in slashes else None

    @cached_property
    def refusal(self) -> Refused | None:
        """What the converters of the rule that ended the search refused or failed on, if they did.

        Where several could have done it, they are asked once more, one by one.
        """
        decider, refused = self.decision.decider, self.decision.refused
        if decider is None or self.pattern is None or not (refused or self.outcome is Outcome.RAISED):
            return None
        error = None if refused else type(self.run.error).__name__
        suspects = [(variable, raw) for variable, raw in self.taken if variable.refuses]
        if len(suspects) == 1 and (refused or decider.redirect_to is None):
            variable, raw = suspects[0]
            segment = self.pattern.segment_of(variable)
            return Refused(segment=segment, variable=variable, got=raw, error=error)
        found = refusal_of(decider, self.pattern, self.asked)
        return found or Refused(segment=None, variable=None, got="", error=error)
