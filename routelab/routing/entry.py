"""A rule of a map that is audited, with its pattern and its place in the order of decision."""

from dataclasses import dataclass
from functools import cached_property

from werkzeug.routing import Map, Rule

from routelab.routing.finding import NamedRule
from routelab.routing.pattern import Pattern
from routelab.routing.patternbook import patterns_of
from routelab.routing.ranking import shape_of


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One rule; `registered` counts from 0, by endpoint, since that is what a map tells of it."""

    rule: Rule
    pattern: Pattern
    registered: int

    @property
    def named(self) -> NamedRule:
        """The rule as findings name it."""
        return NamedRule(
            rule=self.pattern.rule, endpoint=str(self.rule.endpoint), methods=self.pattern.methods
        )

    @cached_property
    def shapes(self) -> tuple[object, ...]:
        """What the router tells rules apart by, place by place: the host, then the parts of the path."""
        domain = tuple(shape_of(part) for part in self.pattern.domain)
        return (domain, *(shape_of(part) for part in self.pattern.parts))


def entries_of(url_map: Map) -> tuple[Entry, ...]:
    """List the rules of a map that can be read, in the order of decision."""
    registered = {id(rule): number for number, rule in enumerate(url_map.iter_rules())}
    return tuple(
        Entry(rule=rule, pattern=pattern, registered=registered[id(rule)])
        for rule, pattern in patterns_of(url_map).rules_in_order(url_map)
    )
