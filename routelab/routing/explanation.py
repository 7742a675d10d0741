"""Explain one match: run it once, watched, and answer questions about it when they are asked.

It is the face of this folder; it knows no terminal and writes no sentence.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from routelab.routing.candidate import Candidate, closeness, is_close
from routelab.routing.closest import closest_rules
from routelab.routing.comparison import Asked
from routelab.routing.counterfactual import redirect_of, suggestions_for
from routelab.routing.events import walk_of
from routelab.routing.observation import Run, Trial, visited_states, watch
from routelab.routing.once import once
from routelab.routing.outcome import Outcome, RedirectCause
from routelab.routing.pattern import Pattern, allowing_rule
from routelab.routing.redirect import AllowingRule, Redirect
from routelab.routing.search import Search
from routelab.routing.suggestion import Suggestion
from routelab.routing.table import candidates_for
from routelab.routing.values import Value, matched_values, refused_values
from routelab.routing.walk import Walk

_MOST_LOOKED_AT = 20
_MOST_CLOSEST = 3


class MatchExplanation:
    """What `MapAdapter.match` did with one request, and why.

    The result is Werkzeug's own; the story is read from the notes of the same run, and what costs more is
    made when it is asked for. Where the two do not agree, `reliable` is False and only the result is told.
    """

    def __init__(
        self, adapter: MapAdapter, arguments: tuple[Any, ...], run: Run, return_rule: bool = False
    ) -> None:
        self._adapter = adapter
        self._arguments = arguments
        self._run = run
        self._return_rule = return_rule
        # What receives the arguments may change them in place, so what they were is kept.
        self.args: Mapping[str, Any] = dict(run[1]) if run[1] else {}

    @once
    def _search(self) -> Search:
        return Search(self._adapter, self._arguments, self._run)

    def replay(self) -> tuple[Any, Mapping[str, Any]]:
        """Return or raise exactly what Werkzeug's match returned or raised."""
        rule, args, error, _ = self._run
        if error is not None:
            raise error
        assert rule is not None
        return (rule if self._return_rule else rule.endpoint), args

    @property
    def reliable(self) -> bool:
        """Whether the story agrees with Werkzeug's result: the winner, Allow, where a redirect leads."""
        return self._search.reliable

    # What Werkzeug said

    @property
    def outcome(self) -> Outcome:
        """How the match ended."""
        return self._search.outcome

    @property
    def rule(self) -> str | None:
        """The rule that won, or that caused the redirect, else None."""
        winner = self._search.winner
        return winner.rule if winner else None

    @property
    def endpoint(self) -> Any:
        """The endpoint of `rule`, else None."""
        winner = self._search.winner
        return winner.endpoint if winner else None

    @property
    def allowed_methods(self) -> tuple[str, ...]:
        """Sorted: what Allow says on a 405, the winner's methods on a match (() if it takes any), else ()."""
        if isinstance(self.error, MethodNotAllowed):
            return tuple(sorted(self.error.valid_methods or ()))
        rule = self._run.rule
        return tuple(sorted(rule.methods or ())) if rule else ()

    @property
    def redirect_to(self) -> str | None:
        """The URL that the router redirects to, else None."""
        return self.error.new_url if isinstance(self.error, RequestRedirect) else None

    @property
    def error(self) -> Exception | None:
        """What match raised, the very object, else None."""
        return self._run.error

    # What was seen

    @property
    def asked(self) -> Asked:
        """What the matcher was asked."""
        return self._search.asked

    @once
    def walk(self) -> Walk:
        """Tell the search step by step; without steps when the explanation is not reliable."""
        search = self._search
        return (
            walk_of(search.notes, search.decision.asked_rules, self.asked)
            if self.reliable
            else Walk(steps=())
        )

    @property
    def rules_looked_at(self) -> int:
        """How many rules the router itself took up."""
        return len({id(rule) for rule, _ in self._search.decision.asked_rules}) if self.reliable else 0

    @property
    def patterns_tried(self) -> int:
        """How many patterns the router held against text."""
        return sum(isinstance(note, Trial) for note in self._search.notes) if self.reliable else 0

    @property
    def rules_total(self) -> int:
        """How many rules the map has."""
        search = self._search
        if not self.reliable:
            return len(list(search.adapter.map.iter_rules()))
        return search.book.total(search.adapter.map, visited_states(search.notes).values())

    # Why

    @once
    def values(self) -> tuple[Value, ...]:
        """Pair the winner's arguments, or those of the rule that refused one, with their texts; else ()."""
        if not self.reliable or self.outcome is Outcome.REDIRECT:
            return ()
        if self.outcome is Outcome.MATCHED:
            return matched_values(self._search.taken, self.args)
        return refused_values(self._search.taken, self._search.refusal)

    @once
    def looked_at(self) -> tuple[Candidate, ...]:
        """Judge the rules whose pattern was tried or that were reached, in their order, at most 20."""
        if not self.reliable:
            return ()
        search = self._search
        rules = tuple(islice(search.rules_looked_at(), _MOST_LOOKED_AT))
        decider = search.decision.decider
        if decider is not None and not any(rule is decider for rule in rules):
            rules = (*rules[:-1], decider)
        return self._judged(search.book.read(rules), {id(rule) for rule in rules})

    @once
    def candidates(self) -> tuple[Candidate, ...]:
        """Judge every rule of the map, in the order in which they are decided; () when not reliable.

        Converters of rules that fit by their text are asked, so those of the app run once more.
        """
        if not self.reliable:
            return ()
        search = self._search
        looked_at = {id(rule) for rule in search.rules_looked_at()}
        return self._judged(search.book.rules_in_order(search.adapter.map), looked_at)

    @once
    def closest(self) -> tuple[Candidate, ...]:
        """Judge the up to three rules that came nearest on a 404, looked at or not; else ().

        They are found below the states that the path leads to, so that the cost does not grow with the map.
        """
        if self.outcome is not Outcome.NOT_FOUND or not self.reliable:
            return ()
        search = self._search
        looked_at = tuple(search.rules_looked_at())
        rules = closest_rules(search.notes, search.near_paths, looked_at)
        judged = self._judged(search.book.read(rules), {id(rule) for rule in looked_at})
        return tuple(sorted(filter(is_close, judged), key=closeness)[:_MOST_CLOSEST])

    @once
    def authors(self) -> tuple[AllowingRule, ...]:
        """List the rules whose methods make up Allow on a 405, in the order asked; else ()."""
        if self.outcome is not Outcome.METHOD_NOT_ALLOWED or not self.reliable:
            return ()
        return tuple(allowing_rule(rule) for rule in self._search.decision.rules_for_allow(self.asked.method))

    @property
    def redirect_cause(self) -> RedirectCause | None:
        """Why the router redirects, else None."""
        return self._search.decision.redirect_cause if self.reliable else None

    @once
    def redirect(self) -> Redirect | None:
        """Describe the redirect that the router makes, and for which methods it makes none; else None."""
        return redirect_of(self._search) if self.reliable else None

    @once
    def suggestions(self) -> tuple[Suggestion, ...]:
        """Find up to three requests near this one that match, as the router itself said; () after a match."""
        return suggestions_for(self._search) if self.reliable else ()

    def _judged(self, rules: list[tuple[Rule, Pattern]], looked_at: set[int]) -> tuple[Candidate, ...]:
        return candidates_for(rules, self.asked, self._search.ended, looked_at)


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
    return MatchExplanation(adapter, arguments, watch(adapter, arguments), return_rule)


def explain(
    map_adapter: MapAdapter,
    path_info: str | None = None,
    method: str | None = None,
    query_args: Mapping[str, Any] | str | None = None,
    websocket: bool | None = None,
) -> MatchExplanation:
    """Explain `map_adapter.match(path_info, method, query_args=..., websocket=...)`; it is run once, watched.

    Whatever match returned or raised comes back as a MatchExplanation: nothing that match raises is raised.
    """
    return observe(map_adapter, path_info, method, query_args=query_args, websocket=websocket)
