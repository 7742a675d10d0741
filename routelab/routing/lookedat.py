"""Which rules a search took notice of: those that it asked, and those under a pattern that it tried.

It knows states and notes, and judges no rule.
"""

from collections.abc import Iterator
from itertools import islice

from werkzeug.routing import Rule

from routelab.routing.observation import Note, Reading, Trial, Visit
from routelab.routing.order import rules_below

_PER_PATTERN = 5  # below one pattern there may be thousands; a few show what became of it


def rules_looked_at(notes: tuple[Note, ...], *, ended: bool) -> Iterator[Rule]:
    """Yield each rule once, in the order of the walk. `ended` says whether the last rule asked ended it."""
    met: set[int] = set()
    followed = _path_to(notes[-1].visit, notes) if notes and ended else set()
    for note in notes:
        for rule in _rules_of(note, followed):
            if id(rule) not in met:
                met.add(id(rule))
                yield rule


def _rules_of(note: Note, followed: set[Visit]) -> Iterator[Rule]:
    if isinstance(note, Reading):
        yield from note.seen
    elif isinstance(note, Trial) and note.child not in followed:
        yield from islice(rules_below(note.child.state), _PER_PATTERN)


def _path_to(last: Visit, notes: tuple[Note, ...]) -> set[Visit]:
    """Collect the visits that led to where the search ended."""
    parents = {note.child: note.visit for note in notes if not isinstance(note, Reading) and note.child}
    path = {last}
    while last in parents:
        last = parents[last]
        path.add(last)
    return path
