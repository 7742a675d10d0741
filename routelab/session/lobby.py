"""The list of lessons, and what can be done in front of it.

It must not know what a lesson's pages say.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.learner.environment import LearnerEnvironment
from routelab.session.course import Course
from routelab.session.reply import Item, Prompt, Reply, Says, aside

# The lessons of a single class: how a request finds a function, and nothing beyond.
_ONE_CLASS = ("the-loop", "dynamic-segments", "methods")


class Lobby:
    """The place before a lesson is chosen."""

    def __init__(self, course: Course, learner: LearnerEnvironment) -> None:
        self._course = course
        self._learner = learner

    @property
    def prompt(self) -> Prompt:
        """What Enter does: the lesson to go on with."""
        progress = self._learner.progress.progress
        card = self._course.suggested(progress)
        verb = "go on with" if progress.of(card.key).at is not None else "start"
        others = ("or a number", "find WORD", "help", "quit")
        return Prompt(enter=f"{verb} lesson {card.number}, {card.title}", others=others)

    def shown(self) -> Reply:
        """Show the list."""
        progress = self._learner.progress.progress
        opening: tuple[Item, ...] = (
            Says(text="routelab: watch a web request find its Python function."),
            self._course.shown(progress),
            *self._short_course(),
        )
        return Reply(items=opening)

    def _short_course(self) -> Iterator[Item]:
        cards = [self._course.find(name) for name in _ONE_CLASS] if self._course.bundled else []
        found = [card for card in cards if card is not None]
        if found:
            *first, last = (str(card.number) for card in found)
            minutes = sum(card.minutes or 0 for card in found)
            said = f"Short on time? {', '.join(first)} and {last} take {minutes} minutes together."
            yield aside(said)
