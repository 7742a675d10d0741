"""Explain one match: run it once, watched, and answer questions about it when they are asked.

It is where the parts of this folder meet; it knows no terminal and writes no sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from routelab.routing.candidate import Candidate, Verdict, verdict_on
from routelab.routing.comparison import Asked, obstacles_of, raw_values
from routelab.routing.decision import Decision, Outcome, RedirectCause, agrees, decision_of, outcome_of
from routelab.routing.lookedat import rules_looked_at
from routelab.routing.observation import Note, Run, notes_of, watch
from routelab.routing.obstacle import Obstacle, Refused
from routelab.routing.pattern import Pattern, Variable
from routelab.routing.patternbook import patterns_of
from routelab.routing.walk import Walk, walk_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One argument: the text that the path gave, and what the converter made of it."""

    name: str
    converter: str | None  # as written, "string" when none is; None for a value from the rule's defaults
    raw: str | None  # None for a value from the rule's defaults
    value: Any  # None when it was refused or never converted
    refused: bool = False
    converted: bool = True


class MatchExplanation:
    """What `MapAdapter.match` did with one request, and why.

    Everything is Werkzeug's own result of one run, and the notes of that run; what costs more is made when
    asked for. `rule` is the string of the winner, or of the rule that caused the redirect, else None.
    """

    def __init__(
        self, adapter: MapAdapter, arguments: tuple[Any, ...], run: Run, *, return_rule: bool
    ) -> None:
        self._adapter = adapter
        self._arguments = arguments
        self._run = run
        self._return_rule = return_rule
        # The view may change the arguments in place, so what they were is kept.
        self.args: Mapping[str, Any] = dict(run.args) if run.args else {}
        self.outcome: Outcome = outcome_of(run.error)

    def replay(self) -> tuple[Any, Mapping[str, Any]]:
        """Return or raise exactly what Werkzeug's match returned or raised."""
        if self._run.error is not None:
            raise self._run.error
        assert self._run.rule is not None
        return (self._run.rule if self._return_rule else self._run.rule.endpoint), self._run.args

    @cached_property
    def asked(self) -> Asked:
        """What the matcher was asked, as MapAdapter.match works it out."""
        adapter = self._adapter
        path_info, method, _, _, websocket = self._arguments
        path = adapter.path_info if path_info is None else path_info
        whole_host = adapter.map.host_matching or adapter.subdomain is None
        return Asked(
            domain=adapter.server_name if whole_host else adapter.subdomain or "",
            path=f"/{path.lstrip('/')}" if path else "",
            method=(method or adapter.default_method).upper(),
            websocket=adapter.websocket if websocket is None else websocket,
        )

    @cached_property
    def _notes(self) -> tuple[Note, ...]:
        return notes_of(self._run)

    @cached_property
    def _decision(self) -> Decision:
        return decision_of(self._run, self._notes)

    @cached_property
    def reliable(self) -> bool:
        """False when the story does not agree with Werkzeug's result; then only the result is told."""
        decision = self._decision
        if not agrees(decision, self._run, self.asked):
            return False
        if self.outcome is not Outcome.MATCHED or decision.decider is None:
            return True
        pattern = self._pattern(decision.decider)
        return pattern is not None and obstacles_of(pattern, self.asked) == ()

    @property
    def rule(self) -> str | None:
        """The rule that won, or that caused the redirect."""
        decider = self._winner
        return decider.rule if decider else None

    @property
    def endpoint(self) -> Any:
        """The endpoint of `rule`, else None."""
        return self._winner.endpoint if self._winner else None

    @property
    def _winner(self) -> Rule | None:
        if self.outcome is Outcome.REDIRECT:
            return self._decision.decider
        return self._run.rule

    @cached_property
    def allowed_methods(self) -> tuple[str, ...]:
        """Sorted: what Allow says on a 405, the winner's methods on a match (() if it takes any), else ()."""
        if isinstance(self._run.error, MethodNotAllowed):
            return tuple(sorted(self._run.error.valid_methods or ()))
        if self._run.rule is not None and self._run.rule.methods is not None:
            return tuple(sorted(self._run.rule.methods))
        return ()

    @property
    def redirect_to(self) -> str | None:
        """The URL that the router redirects to, else None."""
        return self._run.error.new_url if isinstance(self._run.error, RequestRedirect) else None

    @property
    def redirect_cause(self) -> RedirectCause | None:
        """Why the router redirects, else None."""
        return self._decision.redirect_cause if self.reliable else None

    @property
    def error(self) -> Exception | None:
        """What match raised, the very object, else None."""
        return self._run.error

    @cached_property
    def walk(self) -> Walk:
        """The search, step by step; without steps when the explanation is not reliable."""
        return walk_of(self._notes if self.reliable else (), self.asked)

    @property
    def rules_total(self) -> int:
        """How many rules the map has."""
        return len(list(self._adapter.map.iter_rules()))

    @property
    def rules_looked_at(self) -> int:
        """How many rules the router itself took up."""
        return len({id(rule) for rule, _ in self._decision.asked_rules}) if self.reliable else 0

    @property
    def patterns_tried(self) -> int:
        """How many patterns the router held against text."""
        return self.walk.patterns_tried

    @cached_property
    def looked_at(self) -> tuple[Candidate, ...]:
        """The rules whose pattern was tried or that were reached, in the order of the walk, at most 20."""
        if not self.reliable:
            return ()
        rules = islice(rules_looked_at(self._notes, self._decision.decider), 20)
        made = (self._looked_at_candidate(rule) for rule in rules)
        return tuple(candidate for candidate in made if candidate is not None)

    def _looked_at_candidate(self, rule: Rule) -> Candidate | None:
        pattern = self._pattern(rule)
        if pattern is None:
            return None
        if rule is self._decision.decider and self._decided_for_it():
            return Candidate(
                pattern=pattern, endpoint=rule.endpoint, verdict=Verdict.MATCH, obstacles=(), looked_at=True
            )
        obstacles = self._refusal if rule is self._decision.decider else ()
        obstacles = obstacles or obstacles_of(pattern, self.asked)
        return Candidate(
            pattern=pattern,
            endpoint=rule.endpoint,
            verdict=verdict_on(obstacles),
            obstacles=obstacles,
            looked_at=True,
        )

    def _decided_for_it(self) -> bool:
        """Whether the rule that decided also fits as it stands: slash redirects and refusals say no."""
        slashes = {RedirectCause.SLASH, RedirectCause.MERGED_SLASHES}
        if self.outcome is Outcome.REDIRECT:
            return self._decision.redirect_cause not in slashes
        return self.outcome is Outcome.MATCHED

    @cached_property
    def _refusal(self) -> tuple[Obstacle, ...]:
        """The refusal or failure of the deciding rule's converter, else ()."""
        refused = self._decision.refused
        if not refused and self.outcome is not Outcome.RAISED:
            return ()
        error = None if refused else type(self._run.error).__name__
        suspects = [value for value in self._raw_values if value[0].refuses]
        if len(suspects) != 1:
            return (Refused(segment=None, variable=None, got="", error=error),)
        variable, raw = suspects[0]
        return (Refused(segment=self._segment_of(variable), variable=variable, got=raw, error=error),)

    def _segment_of(self, variable: Variable) -> int | None:
        pattern = self._decision.decider and self._pattern(self._decision.decider)
        return pattern.segment_of(variable) if pattern else None

    @cached_property
    def _raw_values(self) -> tuple[tuple[Variable, str], ...]:
        decider = self._decision.decider
        pattern = self._pattern(decider) if decider is not None else None
        if pattern is None:
            return ()
        return tuple(zip(pattern.variables, raw_values(pattern, self.asked) or (), strict=False))

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """Each argument, its raw text and its value, of the winner or of the rule that refused; else ()."""
        if not self.reliable or self.outcome is Outcome.REDIRECT:
            return ()
        refused = {obstacle.variable for obstacle in self._refusal if isinstance(obstacle, Refused)}
        matched = self.outcome is Outcome.MATCHED
        taken = tuple(
            Value(
                name=variable.name,
                converter=variable.converter,
                raw=raw,
                value=self.args.get(variable.name),
                refused=variable in refused,
                converted=matched,
            )
            for variable, raw in self._raw_values
        )
        named = {value.name for value in taken}
        return taken + tuple(
            Value(name=name, converter=None, raw=None, value=value)
            for name, value in self.args.items()
            if name not in named
        )

    def _pattern(self, rule: Rule) -> Pattern | None:
        return patterns_of(self._adapter.map).of(rule)


def observe(
    adapter: MapAdapter,
    path_info: str | None = None,
    method: str | None = None,
    return_rule: bool = False,
    query_args: Mapping[str, Any] | str | None = None,
    websocket: bool | None = None,
) -> MatchExplanation:
    """Run `adapter.match` once, watched; `.replay()` then returns or raises what it returned or raised.

    Takes what MapAdapter.match takes, and leaves the adapter and its map as they were.
    """
    arguments = (path_info, method, True, query_args, websocket)
    return MatchExplanation(adapter, arguments, watch(adapter, *arguments), return_rule=return_rule)


def explain(
    map_adapter: MapAdapter,
    path_info: str | None = None,
    method: str | None = None,
    query_args: Mapping[str, Any] | str | None = None,
    websocket: bool | None = None,
) -> MatchExplanation:
    """Explain `map_adapter.match(path_info, method, query_args=..., websocket=...)`; it is run once, watched.

    Returns whatever match returned or raised as a MatchExplanation; raises nothing that match raises.
    """
    return observe(map_adapter, path_info, method, query_args=query_args, websocket=websocket)
