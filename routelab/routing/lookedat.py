"""Which rules a search took notice of: those that it asked, and those under a pattern that it tried.

It knows states and notes, and judges no rule.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from werkzeug.routing import Rule

from routelab.routing.observation import Note, Reading, Trial, Visit

_PER_PATTERN = 5  # below one pattern there may be thousands; a few show what became of it


def rules_looked_at(notes: tuple[Note, ...], decider: Rule | None) -> Iterator[Rule]:
    """Yield each rule once, in the order of the walk."""
    met: set[int] = set()
    won = _path_to(notes[-1].visit, notes) if notes and decider is not None else set()
    for note in notes:
        for rule in _rules_of(note, won):
            if id(rule) not in met:
                met.add(id(rule))
                yield rule


def _rules_of(note: Note, won: set[Visit]) -> Iterator[Rule]:
    if isinstance(note, Reading):
        yield from note.seen
    elif isinstance(note, Trial) and note.child not in won:
        yield from islice(rules_below(note.child.state), _PER_PATTERN)


def _path_to(last: Visit, notes: tuple[Note, ...]) -> set[Visit]:
    """Collect the visits that led to where the search ended."""
    parents = {note.child: note.visit for note in notes if not isinstance(note, Reading) and note.child}
    path = {last}
    while last in parents:
        last = parents[last]
        path.add(last)
    return path


def rules_below(state: Any) -> Iterator[Rule]:
    """Yield the rules that end at or below a state, in the order in which they are decided."""
    waiting = [state]
    while waiting:
        state = waiting.pop()
        yield from state.rules
        waiting += [child for _, child in reversed(state.dynamic)]
        waiting += reversed(state.static.values())
