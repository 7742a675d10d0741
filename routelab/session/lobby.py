"""The list of lessons, and what can be done in front of it.

It must not know what a lesson's pages say.
"""

from __future__ import annotations

from routelab.session.course import Course
from routelab.session.desk import Desk
from routelab.session.reply import Item, Prompt, Reply, Says


class Lobby:
    """The place before a lesson is chosen."""

    def __init__(self, course: Course, desk: Desk) -> None:
        self._course = course
        self._desk = desk

    @property
    def prompt(self) -> Prompt:
        """What Enter does: the lesson to go on with."""
        progress = self._desk.progress.progress
        card = self._course.suggested(progress)
        verb = "go on with" if progress.of(card.key).at is not None else "start"
        others = ("or a number", "find WORD", "help", "quit")
        return Prompt(enter=f"{verb} lesson {card.number}, {card.title}", others=others)

    def shown(self) -> Reply:
        """Show the list."""
        progress = self._desk.progress.progress
        opening: tuple[Item, ...] = (
            Says(text="routelab: watch a web request find its Python function."),
            self._course.shown(progress),
        )
        return Reply(items=opening)
