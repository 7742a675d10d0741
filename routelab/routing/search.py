"""One watched search and what is worked out from it, each thing once and only when something asks for it.

Everything that explains a match reads it here; it neither judges rules nor writes sentences.
"""

from collections.abc import Iterator
from typing import Any

from werkzeug.routing import MapAdapter, Rule

from routelab.routing.comparison import Asked, obstacles_of, raw_values
from routelab.routing.decision import Decision, agrees, decision_of, outcome_of
from routelab.routing.events import rules_looked_at
from routelab.routing.nearby import Near, near_paths
from routelab.routing.observation import Note, Run, notes_of, root_of, watch
from routelab.routing.obstacle import Ending, Refused
from routelab.routing.once import once
from routelab.routing.outcome import Outcome, RedirectCause
from routelab.routing.pattern import Pattern
from routelab.routing.patternbook import PatternBook, patterns_of
from routelab.routing.table import Ended, refusal_of
from routelab.routing.variable import Variable


class Search:
    """One run of `adapter.match(*arguments)`: path_info, method, return_rule, query_args, websocket."""

    def __init__(self, adapter: MapAdapter, arguments: tuple[Any, ...], run: Run) -> None:
        self.adapter = adapter
        self._arguments = arguments
        self.run = run

    def another(self, path: str, method: str) -> "Search":
        """Ask the same adapter about another path or method."""
        arguments = (path, method, True, None, self.asked.websocket)
        return Search(self.adapter, arguments, watch(self.adapter, arguments))

    @once
    def asked(self) -> Asked:
        """Work out what the matcher was asked, as MapAdapter.match does."""
        adapter = self.adapter
        path_info, method, _, _, websocket = self._arguments
        path = adapter.path_info if path_info is None else path_info
        whole_host = adapter.map.host_matching or adapter.subdomain is None
        return Asked(
            domain=adapter.server_name if whole_host else adapter.subdomain or "",
            path=f"/{path.lstrip('/')}" if path else "",
            method=(method or adapter.default_method).upper(),
            websocket=adapter.websocket if websocket is None else websocket,
        )

    @once
    def outcome(self) -> Outcome:
        """How the match ended."""
        return outcome_of(self.run.error)

    @once
    def notes(self) -> tuple[Note, ...]:
        """List what the matcher read, in order."""
        return notes_of(self.run)

    @once
    def decision(self) -> Decision:
        """Read from the notes what decided."""
        return decision_of(self.run, self.notes)

    @property
    def winner(self) -> Rule | None:
        """The rule that won, or that caused the redirect."""
        return self.decision.decider if self.outcome is Outcome.REDIRECT else self.run.rule

    @once
    def book(self) -> PatternBook:
        """Open the patterns of the map's rules."""
        return patterns_of(self.adapter.map)

    @once
    def reliable(self) -> bool:
        """Whether the notes tell what Werkzeug's result tells, and the winner's own text fits the path."""
        if not agrees(self.decision, self.run, self.asked):
            return False
        if self.outcome is not Outcome.MATCHED:
            return True
        return self.pattern is not None and obstacles_of(self.pattern, self.asked) == ()

    @once
    def pattern(self) -> Pattern | None:
        """Read the rule that ended the search."""
        return self.book.of(self.decision.decider) if self.decision.decider else None

    def rules_looked_at(self) -> Iterator[Rule]:
        """Yield the rules that the router held against the path or reached, in the order of the walk."""
        return rules_looked_at(self.notes, ended=self.decision.decider is not None)

    @once
    def near_paths(self) -> list[Near]:
        """Paths that differ in one place and that some rule seems to take, the nearest first."""
        return near_paths(root_of(self.adapter.map), self.asked, self.book)

    @once
    def taken(self) -> tuple[tuple[Variable, str], ...]:
        """Pair the variables of the rule that ended the search with the text that each took."""
        if self.pattern is None:
            return ()
        return tuple(zip(self.pattern.variables, raw_values(self.pattern, self.asked) or (), strict=False))

    @once
    def ended(self) -> Ended | None:
        """Say what ended the search, if a rule did."""
        if self.decision.decider is None or self.pattern is None:
            return None
        return Ended(
            rule=self.decision.decider, pattern=self.pattern, ending=self._ending, refusal=self.refusal
        )

    @property
    def _ending(self) -> Ending | None:
        if self.decision.refused:
            return Ending.REFUSAL
        if self.outcome is Outcome.RAISED and self.refusal is not None:
            return Ending.FAILURE
        slashes = (RedirectCause.SLASH, RedirectCause.MERGED_SLASHES)
        return Ending.SLASH_REDIRECT if self.decision.redirect_cause in slashes else None

    @once
    def refusal(self) -> Refused | None:
        """Find what the converters of the rule that ended the search refused or failed on, if they did.

        They are asked once more, one by one, unless only one can have refused. Where none of them fails
        again, the failure came later: in a function of `redirect_to`, or in building the URL of a redirect.
        """
        decider, refused = self.decision.decider, self.decision.refused
        if decider is None or self.pattern is None or not (refused or self.outcome is Outcome.RAISED):
            return None
        suspects = [(variable, raw) for variable, raw in self.taken if variable.refuses]
        if refused and len(suspects) == 1:
            variable, raw = suspects[0]
            return Refused(segment=self.pattern.segment_of(variable), variable=variable, got=raw)
        found = refusal_of(decider, self.pattern, self.asked)
        return found or (Refused(variable=None, got="") if refused else None)
