"""The patterns of a map's rules, read once and kept as long as the map lives.

It holds facts and weak references only: a Rule or a converter kept here would keep its map alive for ever.
"""

from weakref import ReferenceType, WeakKeyDictionary, ref

from werkzeug.routing import Map, Rule

from routelab.routing.order import decision_order
from routelab.routing.pattern import Pattern, pattern_of


class PatternBook:
    """Patterns by rule, and the rules in order, for one map."""

    def __init__(self) -> None:
        self._patterns: dict[int, Pattern | None] = {}
        self._order: tuple[ReferenceType[Rule], ...] = ()

    def of(self, rule: Rule) -> Pattern | None:
        """Read a rule of this map, the first time; None when its converters cannot be made once more."""
        try:
            return self._patterns[id(rule)]
        except KeyError:
            pattern = self._patterns[id(rule)] = _read(rule)
            return pattern

    def rules_in_order(self, url_map: Map) -> tuple[Rule, ...]:
        """All rules of the map in the order of decision, which is worked out anew when there are more."""
        kept = tuple(rule for rule in (reference() for reference in self._order) if rule is not None)
        if len(kept) == len(list(url_map.iter_rules())):
            return kept
        rules = decision_order(url_map).rules
        self._order = tuple(ref(rule) for rule in rules)
        return rules


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
