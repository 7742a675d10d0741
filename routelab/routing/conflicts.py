"""Which of a map's rules never win, or win by the order of registration alone, or hide others by a refusal.

Every answer comes from the real router, asked about requests that were made up for the rules; no view runs.
"""

# How rules come to shadow each other
#
# One request has one winner, so of two rules that fit it one loses. That is as it should be where one of
# them has fixed text, or a converter that takes less: /user/me is meant to win over /user/<name>. It is a
# trap where the author cannot see it in the rules, and there are five such traps.
#
# Two rules of one shape share one state of the router's tree, and only their methods tell them apart.
# Where these overlap, the one registered later is never reached for them (RegisteredTwice). The shape
# does not have the names of variables, nor the limits of a converter: /<int:n> and /<int(min=5):n> are of
# one shape. This is read from the rules alone.
#
# Patterns that differ stand side by side in one state, sorted by weight, and the sort leaves equal
# weights as they came. So string, uuid and any, which weigh the same, are tried in the order in which
# some rule first used them at this place. Of two that fit the same text the later loses that request
# (OrderDecides), and if it fits nothing else it loses all (NeverWins).
#
# "First used by some rule" is the subtle part. Rules with equal parts share a transition, and the
# transition stands where the first of them put it. So a rule that has no part in the request can pull a
# later rule before an earlier one: with /<string:v>/x in front, /<string:v> wins over /<dummy:v> although
# it is registered after it. A map of the two rules alone then has another winner than the whole map, and
# so it is found (Reordered).
#
# Last, the search ends when a converter refuses a value that its pattern fits: /<int(min=5):n> answers /3
# with a 404, and /<name> beside it is never asked (RefusalHides).
#
# Whether a rule loses every request cannot be proven by trying, and a converter's code cannot be read. So
# for each rule up to 24 requests are made up from its own converters, and the router is asked who wins
# them. With four of them, two rules were called unreachable that were not; with 24 none was. The finding
# says what was done, "no URL of 24 tried reaches it", and shows one of them with its winner.

from collections.abc import Iterator
from functools import cached_property
from itertools import chain, combinations, islice
from typing import Any

from werkzeug.routing import Map, Rule

from routelab.routing.comparison import obstacles_of
from routelab.routing.domain import Barrier, Unreachable
from routelab.routing.examples import adapter_for, asked_by, examples, refused_examples
from routelab.routing.finding import (
    AuditFinding,
    ExampleRequest,
    NamedRule,
    NeverWins,
    OrderDecides,
    RefusalHides,
    RegisteredTwice,
    Reordered,
)
from routelab.routing.observation import compiled_root, watch, winner_of
from routelab.routing.obstacle import Obstacle
from routelab.routing.pattern import Dynamic, Pattern
from routelab.routing.patterncache import patterns_of
from routelab.routing.reaching import Reach
from routelab.routing.search import Search
from routelab.routing.verdicts import outranked, refusal_of, search_ended, shape_of
from routelab.routing.wording import endpoint_text

# Where many variables stand in one place, all pairs of them would be asked about. These keep that below
# 20,000 requests a place, some 0.3 seconds, and are far above what the map of a real app has.
_MOST_PAIRS = 100  # of rival variables in one place
_MOST_RULES = 4  # of each of two rival variables
_MOST_EXAMPLES = 6  # of each of two rival rules
# Each takes about two microseconds, so what refusals hide is looked for half a second at most.
_MOST_COMPARISONS = 200_000


class AuditedRule:
    """One rule; `registered` counts from 0, by endpoint, since that is what a map tells of it."""

    def __init__(self, rule: Rule, pattern: Pattern, registered: int) -> None:
        self.rule, self.pattern, self.registered = rule, pattern, registered

    @property
    def named(self) -> NamedRule:
        """The rule as findings name it."""
        return NamedRule(
            rule=self.pattern.rule, endpoint=endpoint_text(self.rule.endpoint), methods=self.pattern.methods
        )

    @cached_property
    def shapes(self) -> tuple[object, ...]:
        """What the router tells rules apart by, place by place: the host, then the parts of the path."""
        domain = tuple(shape_of(part) for part in self.pattern.domain)
        return (domain, *(shape_of(part) for part in self.pattern.parts))


class AuditedMap:
    """A map with its rules that can be read, in the order of decision; it is asked thousands of times."""

    def __init__(self, url_map: Map, reach: Reach | None = None) -> None:
        self.url_map = url_map
        registered = {id(rule): number for number, rule in enumerate(url_map.iter_rules())}
        self.rules = tuple(
            AuditedRule(rule, pattern, registered[id(rule)])
            for rule, pattern in patterns_of(url_map).rules_in_order(url_map)
        )
        matchable = tuple(rule for rule in self.rules if not rule.pattern.build_only)
        self.unreachable = tuple(
            (rule, why) for rule in matchable if (why := _why_unreachable(rule, reach)) is not None
        )
        lost = {id(rule) for rule, _ in self.unreachable}
        self.matchable = tuple(rule for rule in matchable if id(rule) not in lost)
        self._root = compiled_root(url_map)

    def winner(self, example: ExampleRequest) -> Rule | None:
        """Ask which rule wins; None where none does, or the router redirects."""
        return winner_of(adapter_for(example, self.url_map), _arguments(example), self._root)

    def search(self, example: ExampleRequest) -> Search:
        """Watch how the router decides."""
        adapter, arguments = adapter_for(example, self.url_map), _arguments(example)
        return Search(adapter, arguments, watch(adapter, arguments, self._root))


def _why_unreachable(rule: AuditedRule, reach: Reach | None) -> Unreachable | None:
    if reach is not None:
        return reach.unreachable(rule.rule)
    if rule.pattern.host_matching and not rule.pattern.domain_source:  # true in any app
        return Unreachable(barrier=Barrier.NO_HOST, domain="", host_matching=True)
    return None


def _arguments(example: ExampleRequest) -> tuple[Any, ...]:
    return example.path, example.method, True, None, example.websocket


def doubles(rules: tuple[AuditedRule, ...]) -> Iterator[tuple[AuditedRule, RegisteredTwice]]:
    """Find rules of which an earlier one of the same shape takes a method that was chosen for both."""
    met: dict[object, list[AuditedRule]] = {}
    for rule in rules:
        earlier = met.setdefault((rule.shapes, rule.pattern.websocket), [])
        for first in earlier:
            shared = _shared_methods(first.pattern.methods, rule.pattern.methods)
            if shared is not None:
                yield rule, RegisteredTwice(about=rule.named, first=first.named, shared=shared)
                break
        earlier.append(rule)


def _shared_methods(first: tuple[str, ...] | None, second: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Give the methods of both, () when both take any, None when they share none that was chosen."""
    if first is None or second is None:
        return first or second or ()
    chosen = (set(first) & set(second)) - {"HEAD", "OPTIONS"}
    return tuple(sorted(chosen)) or None


def losers(audited: AuditedMap) -> Iterator[tuple[AuditedRule, NeverWins]]:
    """Find the rules that win none of the requests made up for them; most win the first."""
    by_rule = {id(each.rule): each for each in audited.matchable}
    for rule in audited.matchable:
        lost: list[tuple[ExampleRequest, AuditedRule]] = []
        for example in examples(rule.pattern):
            decider = audited.winner(example) or audited.search(example).decision.decider
            if decider is rule.rule:
                lost.clear()
                break
            if id(decider) in by_rule:
                lost.append((example, by_rule[id(decider)]))
        if lost:
            example, winner = lost[0]
            yield (
                rule,
                NeverWins(
                    about=rule.named,
                    tried=len(lost),
                    example=example,
                    winner=winner.named,
                    why=_why(audited.search(example), rule, winner),
                ),
            )


def _why(search: Search, loser: AuditedRule, winner: AuditedRule) -> Obstacle:
    if search.ended is None or search.ended.ending is None:
        return outranked(loser.pattern, winner.pattern)
    return search_ended(search.ended)


def rivalries(audited: AuditedMap, hopeless: set[int]) -> Iterator[AuditFinding]:
    """Find pairs of variables in one place, of equal weight, where a request fits rules of both.

    `hopeless` has the ids of rules that lose anyway, and are told of elsewhere.
    """
    for siblings in _siblings(audited.matchable):
        for one, other in islice(combinations(siblings, 2), _MOST_PAIRS):
            found = next(_contests(audited, one[:_MOST_RULES], other[:_MOST_RULES]), None)
            if found is None:
                continue
            example, winner, loser = found
            users = one if any(rule is winner for rule in one) else other
            finding = _rivalry(audited, example, winner, loser, users)
            if id(loser.rule) not in hopeless or isinstance(finding, Reordered):
                yield finding


def _siblings(rules: tuple[AuditedRule, ...]) -> Iterator[list[list[AuditedRule]]]:
    """Group the rules by what comes before a variable, its weight, and its shape; only rivals are given."""
    places: dict[tuple[object, ...], dict[object, list[AuditedRule]]] = {}
    for rule in rules:
        for index, part in enumerate(rule.pattern.parts):
            if isinstance(part, Dynamic):
                key = (*rule.shapes[: index + 1], repr(part.weight))
                places.setdefault(key, {}).setdefault(rule.shapes[index + 1], []).append(rule)
    return (list(shapes.values()) for shapes in places.values() if len(shapes) > 1)


def _contests(
    audited: AuditedMap, ones: list[AuditedRule], others: list[AuditedRule]
) -> Iterator[tuple[ExampleRequest, AuditedRule, AuditedRule]]:
    """Yield requests that fit a rule of each, with the winner and the loser."""
    for one in ones:
        for other in others:
            for example in chain(
                islice(examples(one.pattern), _MOST_EXAMPLES),
                islice(examples(other.pattern), _MOST_EXAMPLES),
            ):
                if _fits(one, example) and _fits(other, example):
                    winner = audited.winner(example)
                    if winner is one.rule:
                        yield example, one, other
                    elif winner is other.rule:
                        yield example, other, one


def _fits(rule: AuditedRule, example: ExampleRequest) -> bool:
    fits = not obstacles_of(rule.pattern, asked_by(example))
    return fits and refusal_of(rule.rule, rule.pattern, asked_by(example)) is None


def _rivalry(
    audited: AuditedMap,
    example: ExampleRequest,
    winner: AuditedRule,
    loser: AuditedRule,
    users: list[AuditedRule],
) -> AuditFinding:
    """Tell a plain order of registration from one that a rule without part in it has turned round."""
    first = min(users, key=lambda rule: rule.registered)
    if first is not winner and first.registered < loser.registered < winner.registered:
        pair = _pair(audited.url_map, loser.rule, winner.rule)
        alone = winner_of(adapter_for(example, pair), _arguments(example), None)
        if alone is not None and alone.endpoint == loser.rule.endpoint:
            return Reordered(about=loser.named, winner=winner.named, cause=first.named, example=example)
    return OrderDecides(about=loser.named, winner=winner.named, example=example)


def _pair(url_map: Map, *rules: Rule) -> Map:
    return Map(
        [_copy(rule) for rule in rules],
        converters=url_map.converters,
        host_matching=url_map.host_matching,
        default_subdomain=url_map.default_subdomain,
    )


def _copy(rule: Rule) -> Rule:
    """Copy a rule; Rule.empty() alone loses two of its options."""
    copy = rule.empty()
    copy.websocket, copy.merge_slashes = rule.websocket, rule.merge_slashes
    return copy


def refusals(audited: AuditedMap) -> Iterator[RefusalHides]:
    """Find rules whose converter refuses values that another rule would take; as many as is cheap."""
    rules = audited.matchable
    refusing = (rule for rule in rules if any(variable.refuses for variable in rule.pattern.variables))
    for rule in islice(refusing, max(1, _MOST_COMPARISONS // max(1, len(rules)))):
        for example in refused_examples(rule.pattern):
            search = audited.search(example)
            if search.decision.decider is not rule.rule or not search.decision.refused:
                continue
            hidden = next((other for other in rules if other is not rule and _fits(other, example)), None)
            if hidden is not None:
                value = search.refusal.got if search.refusal else ""
                yield RefusalHides(about=rule.named, hidden=hidden.named, example=example, value=value)
                break
