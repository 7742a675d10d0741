"""Which rules came nearest to a path that none of them took.

It looks at what near paths lead to and below the states reached last; it judges no rule itself.
"""

from itertools import islice
from typing import Any

from werkzeug.routing import Rule

from routelab.routing.nearby import Near
from routelab.routing.observation import Note, begins, visited_states
from routelab.routing.order import rules_below

_NEAR_PATHS = 8
_PER_STATE = 5
_DEEPEST = 3
_FEW = 20


def closest_rules(
    notes: tuple[Note, ...], nears: list[Near], looked_at: tuple[Rule, ...]
) -> tuple[Rule, ...]:
    """Gather a few rules worth judging: looked at, reached by a near path, below where the search gave up."""
    rules = [*looked_at[:20]]
    for near in nears[:_NEAR_PATHS]:
        rules += near.rules[:_PER_STATE]
    for state in _deepest_states(notes):
        if len(state.static) <= _FEW:  # else the first five would be any five
            rules += islice(rules_below(state), _PER_STATE)
    return tuple({id(rule): rule for rule in rules}.values())


def _deepest_states(notes: tuple[Note, ...]) -> list[Any]:
    """List the states visited last before the search first gave up, without those that every path passes."""
    again = (place for place, note in enumerate(notes) if place and begins(note))
    return list(visited_states(notes[: next(again, None)]).values())[1:][-_DEEPEST:]
