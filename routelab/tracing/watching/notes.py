"""What was seen beside the steps of one request, each note once; and what of ours failed.

It knows notes and guards, and nothing of what is noted.
"""

from __future__ import annotations

from routelab.tracing.facts import Note
from routelab.tracing.watching.guard import Guard


class NotesTaken:
    """The notes of one request, in the order in which they were taken."""

    def __init__(self) -> None:
        self._notes: dict[Note, None] = {}

    def add(self, *notes: Note) -> None:
        """Take notes, but those that were taken before."""
        self._notes.update(dict.fromkeys(notes))

    def missed(self, what: str) -> None:
        """Note that something could not be recorded."""
        text = f"not recorded: {what}; the response is the app's own, and complete without it"
        self.add(Note(code="not_recorded", text=text))

    def guard(self, what: str) -> Guard:
        """Make a block of notes: where it fails, `what` is not recorded, and the answer stays."""
        return Guard(self.missed, what)

    def all(self) -> tuple[Note, ...]:
        """Return the notes."""
        return tuple(self._notes)
