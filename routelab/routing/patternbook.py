"""The patterns of a map's rules, read once and kept as long as the map lives.

It holds facts and weak references only: a Rule or a converter kept here would keep its map alive for ever.
"""

from collections.abc import Iterable
from typing import Any
from weakref import ReferenceType, WeakKeyDictionary, ref

from werkzeug.routing import Map, Rule

from routelab.routing.order import decision_order
from routelab.routing.pattern import Pattern, pattern_of

_SMALL = 500  # rules; counting them takes some 30 microseconds


class PatternBook:
    """Patterns by rule, and the rules in order, for one map."""

    def __init__(self) -> None:
        self._patterns: dict[int, Pattern | None] = {}
        self._order: list[tuple[ReferenceType[Rule], Pattern]] = []
        self._count = 0
        self._total = 0
        self._sizes: dict[int, int] = {}

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

    def total(self, url_map: Map, states: Iterable[Any]) -> int:
        """Count the rules of the map; `states` are those that a search has just visited.

        Counting takes longer the more rules there are, and a traced request must not. A large map is counted
        again when one of its visited states has grown, which every rule added under it makes it do; a rule
        added far from all that was asked since is counted late.
        """
        sizes = {id(state): len(state.static) + len(state.dynamic) + len(state.rules) for state in states}
        known = self._sizes
        if self._total <= _SMALL or any(known.get(key, size) != size for key, size in sizes.items()):
            self._total = len(list(url_map.iter_rules()))
        known.update(sizes)
        return self._total

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


_books: WeakKeyDictionary[Map, PatternBook] = WeakKeyDictionary()


def patterns_of(url_map: Map) -> PatternBook:
    """Open the book of a map."""
    book = _books.get(url_map)
    if book is None:
        book = _books[url_map] = PatternBook()
    return book
