"""Explain one match: run it once, watched, and answer questions about it when they are asked.

It is the face of this folder; it knows no terminal and writes no sentence. What is asked only where nothing
matched is loaded then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from types import NoneType
from typing import Any

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from routelab.routing.candidate import Candidate, closeness, is_close, verdict_on
from routelab.routing.comparison import has_form
from routelab.routing.domain import RulesInScope
from routelab.routing.events import walk_of
from routelab.routing.keeping import KeptMap
from routelab.routing.observation import MatchRun, PatternTrial, root_of, unwatched, visited_states, watch
from routelab.routing.obstacle import HostDiffers, NoRequestReaches, SubdomainDiffers
from routelab.routing.outcome import Outcome
from routelab.routing.pattern import Pattern, allowing_rule
from routelab.routing.redirect import AllowingRule, Redirect
from routelab.routing.search import RuleArgument, Search, matched_values, once, refused_values
from routelab.routing.suggestion import Suggestion
from routelab.routing.verdicts import candidates_for
from routelab.routing.walk import Walk

_MOST_LOOKED_AT = 20
_MOST_CLOSEST = 3
_MOST_SUGGESTIONS = 3
_USUAL_HOST = "localhost"  # of a request that names none, in an app without SERVER_NAME
_MOST_BUILD_ONLY = 200  # an app has a handful; each is a microsecond


class MatchExplanation(Search):
    """What `MapAdapter.match` did with one request, and why.

    The result is Werkzeug's own; the story is read from the notes of the same run, and what costs more is
    made when it is asked for. Where the two do not agree, `reliable` is False and only the result is told.
    """

    def __init__(
        self, adapter: MapAdapter, arguments: tuple[Any, ...], run: MatchRun, return_rule: bool = False
    ) -> None:
        super().__init__(adapter, arguments, run)
        self._return_rule = return_rule
        self.host: str | None = None  # of the request, where it is known
        # What receives the arguments may change them in place, so what they were is kept.
        self.args: Mapping[str, Any] = dict(run[1]) if run[1] else {}

    def kept(self, copy: KeptMap) -> MatchExplanation | None:
        """Return the same match on a copy of the map, to be explained later; None where it cannot be kept."""
        if self.outcome is Outcome.RAISED or not isinstance(self._arguments[3], (str, NoneType)):
            return None
        kept = copy.kept(self.adapter, self.run)
        return None if kept is None else MatchExplanation(kept[0], self._arguments, kept[1])

    def replay(self) -> tuple[Any, Mapping[str, Any]]:
        """Return or raise exactly what Werkzeug's match returned or raised."""
        rule, args, error, _ = self.run
        if error is not None:
            raise error
        assert rule is not None
        return (rule if self._return_rule else rule.endpoint), args

    # What Werkzeug said

    @property
    def rule(self) -> str | None:
        """The rule that won, or that caused the redirect, else None."""
        winner = self.winner
        return winner.rule if winner else None

    @property
    def endpoint(self) -> Any:
        """The endpoint of `rule`, else None."""
        winner = self.winner
        return winner.endpoint if winner else None

    @property
    def allowed_methods(self) -> tuple[str, ...]:
        """Sorted: what Allow says on a 405, the winner's methods on a match (() if it takes any), else ()."""
        if isinstance(self.error, MethodNotAllowed):
            return tuple(sorted(self.error.valid_methods or ()))
        rule = self.run.rule
        return tuple(sorted(rule.methods or ())) if rule else ()

    @property
    def redirect_to(self) -> str | None:
        """The URL that the router redirects to, else None."""
        return self.error.new_url if isinstance(self.error, RequestRedirect) else None

    # What was seen

    @once
    def walk(self) -> Walk:
        """Tell the search step by step; without steps when the explanation is not reliable."""
        return (
            walk_of(self.events, self.decision.asked_rules, self.asked) if self.reliable else Walk(steps=())
        )

    @property
    def rules_looked_at(self) -> int:
        """How many rules the router itself took up."""
        return len({id(rule) for rule, _ in self.decision.asked_rules}) if self.reliable else 0

    @property
    def patterns_tried(self) -> int:
        """How many patterns the router held against text."""
        return sum(isinstance(event, PatternTrial) for event in self.events) if self.reliable else 0

    @once
    def rules_total(self) -> int:
        """How many rules the map has."""
        if not self.reliable:
            return len(list(self.adapter.map.iter_rules()))
        return self.patterns.total(self.adapter.map, lambda: visited_states(self.events).values())

    # Why

    @once
    def values(self) -> tuple[RuleArgument, ...]:
        """Pair the winner's arguments, or those of the rule that refused one, with their texts; else ()."""
        if not self.reliable or self.outcome is Outcome.REDIRECT:
            return ()
        if self.outcome is Outcome.MATCHED:
            return matched_values(self.taken, self.args)
        return refused_values(self.taken, self.refusal)

    @once
    def looked_at(self) -> tuple[Candidate, ...]:
        """Judge the rules whose pattern was tried or that were reached, in their order, at most 20."""
        if not self.reliable:
            return ()
        rules = tuple(islice(self.noticed_rules(), _MOST_LOOKED_AT))
        decider = self.decision.decider
        if decider is not None and not any(rule is decider for rule in rules):
            rules = (*rules[:-1], decider)
        return self._judged(self.patterns.read(rules), {id(rule) for rule in rules})

    @once
    def candidates(self) -> tuple[Candidate, ...]:
        """Judge every rule of the map, in the order in which they are decided; () when not reliable.

        Converters of rules that fit by their text are asked, so those of the app run once more.
        """
        if not self.reliable:
            return ()
        looked_at = {id(rule) for rule in self.noticed_rules()}
        return self._judged(self.patterns.rules_in_order(self.adapter.map), looked_at)

    @once
    def closest(self) -> tuple[Candidate, ...]:
        """Judge the up to three rules that came nearest on a 404, looked at or not; else ().

        They are found below the states that the path leads to, so that the cost does not grow with the map.
        """
        if self.outcome is not Outcome.NOT_FOUND or not self.reliable:
            return ()
        from routelab.routing.nearby import closest_rules

        looked_at = tuple(self.noticed_rules())
        rules = (
            *self._rules_elsewhere,
            *self._built_only(),
            *closest_rules(self.events, self.near_paths, looked_at),
        )
        judged = self._judged(self.patterns.read(rules), {id(rule) for rule in looked_at})
        return tuple(sorted(filter(is_close, judged), key=closeness)[:_MOST_CLOSEST])

    def _built_only(self) -> Iterator[Rule]:
        """Yield the rules for building only that have the path's form: the matcher does not know them."""
        for rule in islice(self.patterns.build_only(self.adapter.map, self.rules_total), _MOST_BUILD_ONLY):
            pattern = self.patterns.of(rule)
            if pattern is not None and has_form(pattern, self.asked):
                yield rule

    @once
    def authors(self) -> tuple[AllowingRule, ...]:
        """List the rules whose methods make up Allow on a 405, in the order asked; else ()."""
        if self.outcome is not Outcome.METHOD_NOT_ALLOWED or not self.reliable:
            return ()
        return tuple(allowing_rule(rule) for rule in self.decision.rules_for_allow(self.asked.method))

    @once
    def redirect(self) -> Redirect | None:
        """Describe the redirect that the router makes, and for which methods it makes none; else None."""
        if not self.reliable:
            return None
        from routelab.routing.suggesting import redirect_of

        return redirect_of(self)

    @once
    def suggestions(self) -> tuple[Suggestion, ...]:
        """Find up to three requests near this one that match, as the router itself said; () after a match."""
        if not self.reliable:
            return ()
        from routelab.routing.suggesting import on_other_hosts, suggestions_for

        elsewhere = on_other_hosts(self, self._elsewhere, self.scope.host if self.scope else "")
        here = (it.replace(base=self._base) for it in suggestions_for(self))
        return (*islice(elsewhere, _MOST_SUGGESTIONS), *here)[:_MOST_SUGGESTIONS]

    @property
    def _base(self) -> str:
        """What a request needs before its path to come to this host, where another would answer otherwise."""
        binding = None if self.reach is None else self.reach.binding
        if self.host is None or binding is None or not (self.has_domains or binding.trusted):
            return ""
        usual = self.host == (binding.server_name or _USUAL_HOST)
        return "" if usual else f"{self.adapter.url_scheme}://{self.host}"

    @once
    def scope(self) -> RulesInScope | None:
        """Count the rules that could match by host and scheme; None when not reliable."""
        if not self.reliable:
            return None
        from routelab.routing.scope import scope_of

        return scope_of(self, self.rules_total, self.host)

    @property
    def has_domains(self) -> bool:
        """Whether some rule is for a host or a subdomain."""
        try:
            root = root_of(self.adapter.map)
        except AttributeError:  # another Werkzeug, with other states
            return False
        return bool(root.dynamic) or any(root.static)

    @property
    def tried_the_rest(self) -> bool:
        """Whether a pattern was held against all the rest of the path."""
        return any(isinstance(event, PatternTrial) and event.part.final for event in self.events)

    @once
    def _elsewhere(self) -> tuple[Search, ...]:
        """On a 404: the same asked on the other hosts and subdomains that rules are for."""
        if self.outcome is not Outcome.NOT_FOUND:
            return ()
        from routelab.routing.scope import searches_elsewhere

        return tuple(searches_elsewhere(self))

    @property
    def _rules_elsewhere(self) -> tuple[Rule, ...]:
        """The rules that take or refuse the path there."""
        deciders = (search.decision.decider for search in self._elsewhere)
        return tuple(rule for rule in deciders if rule is not None)[:_MOST_CLOSEST]

    def _judged(self, rules: list[tuple[Rule, Pattern]], looked_at: set[int]) -> tuple[Candidate, ...]:
        judged = candidates_for(rules, self.asked, self.ended, looked_at)
        if self.reach is None or not any(map(_is_elsewhere, judged)):
            return judged
        return tuple(
            self._unless_reached(rule, candidate) for (rule, _), candidate in zip(rules, judged, strict=True)
        )

    def _unless_reached(self, rule: Rule, candidate: Candidate) -> Candidate:
        """Say of a rule for another host whether any request reaches it at all."""
        why = self.reach.unreachable(rule) if self.reach is not None and _is_elsewhere(candidate) else None
        if why is None:
            return candidate
        obstacles = (NoRequestReaches(why=why), *candidate.obstacles[1:])
        return candidate.replace(obstacles=obstacles, verdict=verdict_on(obstacles))


def _is_elsewhere(candidate: Candidate) -> bool:
    return bool(candidate.obstacles) and isinstance(candidate.obstacles[0], (HostDiffers, SubdomainDiffers))


def observe(
    adapter: MapAdapter,
    path_info: str | None = None,
    method: str | None = None,
    return_rule: bool = False,
    query_args: Mapping[str, Any] | str | None = None,
    websocket: bool | None = None,
    *,
    watched: bool = True,
) -> MatchExplanation:
    """Run `adapter.match` once, watched; `.replay()` then returns or raises what it returned or raised.

    Takes what MapAdapter.match takes, raises nothing that it raises, and leaves the adapter and its map as
    they were. Where it is not `watched`, no more is known than what came of it.
    """
    arguments = (path_info, method, True, query_args, websocket)
    run = watch(adapter, arguments) if watched else unwatched(adapter, arguments)
    return MatchExplanation(adapter, arguments, run, return_rule)
