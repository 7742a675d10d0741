"""What a lesson writes down of the learner as it goes, and what it says where that is not saved.

It knows no page, only its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from routelab.learner.progress import NotSaved, ProgressFile, Saved, Saving, State, saving_words
from routelab.session.reply import Item, aside


class ProgressRecorder:
    """The progress of the lesson with this key; every change returns what there is to say about saving it."""

    def __init__(self, progress: ProgressFile, key: str, now: Callable[[], datetime]) -> None:
        self._progress = progress
        self._key = key
        self._now = now
        self._said_not_saved = False

    @property
    def states(self) -> Mapping[str, State]:
        """The states of the pages that were finished, by id."""
        return self._progress.progress.of(self._key).pages

    @property
    def at(self) -> str | None:
        """The id of the page where the learner last was."""
        return self._progress.progress.of(self._key).at

    @property
    def is_kept(self) -> bool:
        """Whether what is done here will be known next time."""
        return self._progress.is_kept and not self._said_not_saved

    def record(self, page: str, state: State) -> tuple[Item, ...]:
        """Note a page's state, unless it had a higher one."""
        return self._said(self._progress.record(self._key, page, state))

    def visit(self, page: str) -> tuple[Item, ...]:
        """Note where the learner is, to go on from there."""
        return self._said(self._progress.visit(self._key, page, self._now().date()))

    def _said(self, saving: Saving) -> tuple[Item, ...]:
        """Say once that nothing can be saved, and each time that a file was put aside."""
        if isinstance(saving, Saved) or (isinstance(saving, NotSaved) and self._said_not_saved):
            return ()
        self._said_not_saved = self._said_not_saved or isinstance(saving, NotSaved)
        return (aside(f"{saving_words(saving)}."),)
