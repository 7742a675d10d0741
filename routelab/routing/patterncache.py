"""A map's rules: their patterns, their order and their kinds, each found once and kept as long as the map is.

It knows maps and patterns, and holds no rule against a request.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from weakref import ReferenceType, WeakKeyDictionary, ref

from werkzeug.routing import Map, Rule

from routelab.routing.observation import decision_order
from routelab.routing.pattern import Pattern, domain_of, pattern_of

_SMALL = 500  # rules; counting them takes some 30 microseconds


class RuleKind(NamedTuple):
    """What a rule is for, beside its path and its methods."""

    domain: str
    websocket: bool
    build_only: bool


def _kind_of(rule: Rule) -> RuleKind:
    return RuleKind(domain_of(rule), rule.websocket, rule.build_only)


class PatternCache:
    """Patterns by rule, and the rules in order, for one map.

    It holds facts and weak references only: a Rule or a converter kept here would keep its map for ever.
    """

    def __init__(self) -> None:
        self._patterns: dict[int, Pattern | None] = {}
        self._order: list[tuple[ReferenceType[Rule], Pattern]] = []
        self._count = 0
        self._total = 0
        self._sizes: dict[int, int] = {}
        self._kinds: tuple[int, dict[RuleKind, int]] = (-1, {})
        self._build_only: tuple[int, list[ReferenceType[Rule]]] = (-1, [])

    def of(self, rule: Rule) -> Pattern | None:
        """Read a rule of this map, the first time; None when its converters cannot be made once more."""
        try:
            return self._patterns[id(rule)]
        except KeyError:
            pattern = self._patterns[id(rule)] = _read(rule)
            return pattern

    def read(self, rules: Iterable[Rule]) -> list[tuple[Rule, Pattern]]:
        """Pair rules with their patterns, without those that cannot be read."""
        read = ((rule, self.of(rule)) for rule in rules)
        return [(rule, pattern) for rule, pattern in read if pattern is not None]

    def total(self, url_map: Map, states: Callable[[], Iterable[Any]]) -> int:
        """Count the rules of the map; `states` gives those that a search has just visited.

        Counting takes longer the more rules there are, and a traced request must not. A large map is counted
        again when one of its visited states has grown, which every rule added under it makes it do; a rule
        added far from all that was asked since is counted late.
        """
        if self._total <= _SMALL:
            self._total = len(list(url_map.iter_rules()))
            if self._total <= _SMALL:
                return self._total
        sizes = {id(state): len(state.static) + len(state.dynamic) + len(state.rules) for state in states()}
        known = self._sizes
        if any(known.get(key, size) != size for key, size in sizes.items()):
            self._total = len(list(url_map.iter_rules()))
        known.update(sizes)
        return self._total

    def kinds(self, url_map: Map, total: int) -> dict[RuleKind, int]:
        """Count the rules of each kind; once for a map of `total` rules."""
        if self._kinds[0] != total:
            self._kinds = (total, Counter(map(_kind_of, url_map.iter_rules())))
        return self._kinds[1]

    def build_only(self, url_map: Map, total: int) -> Iterator[Rule]:
        """Yield the rules that are there for building only; they are looked for once for `total` rules."""
        if self._build_only[0] != total:
            self._build_only = (total, [ref(rule) for rule in url_map.iter_rules() if rule.build_only])
        return (rule for reference in self._build_only[1] if (rule := reference()) is not None)

    def rules_in_order(self, url_map: Map) -> list[tuple[Rule, Pattern]]:
        """List all rules that can be read, in the order of decision, which is renewed when there are more."""
        count = len(list(url_map.iter_rules()))
        if count != self._count:
            self._count = count
            rules = self.read(decision_order(url_map).rules)
            self._order = [(ref(rule), pattern) for rule, pattern in rules]
        return [(rule, pattern) for reference, pattern in self._order if (rule := reference()) is not None]


def _read(rule: Rule) -> Pattern | None:
    try:
        return pattern_of(rule)
    except Exception:  # a converter of the app's may do anything in its constructor
        return None


_caches: WeakKeyDictionary[Map, PatternCache] = WeakKeyDictionary()


def patterns_of(url_map: Map) -> PatternCache:
    """Return the cache of a map, which lives as long as the map does."""
    cache_ = _caches.get(url_map)
    if cache_ is None:
        cache_ = _caches[url_map] = PatternCache()
    return cache_
