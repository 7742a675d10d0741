"""Which rules a search took notice of: those that it asked, and those under a pattern that it tried.

It knows states and notes, and judges no rule.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from werkzeug.routing import Rule

from routelab.routing.observation import Note, Reading, Trial
from routelab.routing.order import rules_below

_PER_PATTERN = 5  # below one pattern there may be thousands; a few show what became of it


def rules_looked_at(notes: tuple[Note, ...], *, ended: bool) -> Iterator[Rule]:
    """Yield each rule once, in the order of the walk. `ended` says whether the last rule asked ended it."""
    met: set[int] = set()
    followed = _path_to(notes) if notes and ended else set()
    for number, note in enumerate(notes, start=1):
        rules: Iterable[Rule] = ()
        if isinstance(note, Reading):
            rules = note.seen
        elif isinstance(note, Trial) and number not in followed:
            rules = islice(rules_below(note.state), _PER_PATTERN)
        for rule in rules:
            if id(rule) not in met:
                met.add(id(rule))
                yield rule


def _path_to(notes: tuple[Note, ...]) -> set[int]:
    """Collect the visits that led to where the search ended."""
    visit = notes[-1].visit
    path = {visit}
    while visit:
        visit = notes[visit - 1].visit
        path.add(visit)
    return path
