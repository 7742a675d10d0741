"""The order in which a map's rules are decided: fixed text first, then by weight, path last.

It is read from the states of Werkzeug's matcher, and is the same for every request.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from werkzeug.routing import Map, Rule

from routelab.routing.observation import root_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOrder:
    """All rules of a map; of two that fit the same request, the first one here wins.

    Rules that are only for building come last. When `reliable` is False the order is that of Map.iter_rules.
    """

    rules: tuple[Rule, ...]
    reliable: bool


def decision_order(url_map: Map) -> DecisionOrder:
    """Put the rules of a map in the order in which the router decides among them."""
    every = {id(rule): rule for rule in url_map.iter_rules()}
    try:
        decided = tuple(rules_below(root_of(url_map)))
    except AttributeError:  # another Werkzeug, with other states
        decided = ()
    matchable = {number for number, rule in every.items() if not rule.build_only}
    if {id(rule) for rule in decided} != matchable:
        return DecisionOrder(rules=tuple(every.values()), reliable=False)
    others = (rule for number, rule in every.items() if number not in matchable)
    return DecisionOrder(rules=(*decided, *others), reliable=True)


def rules_below(state: Any) -> Iterator[Rule]:
    """Yield the rules that end at or below a state, in the order in which they are decided."""
    waiting: list[Iterator[Any]] = [iter((state,))]
    while waiting:
        for state in waiting[-1]:
            yield from state.rules
            waiting.append(chain(state.static.values(), (child for _, child in state.dynamic)))
            break
        else:
            waiting.pop()
