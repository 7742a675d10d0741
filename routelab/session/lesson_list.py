"""The list of lessons, and what can be done in front of it.

It must not know what a lesson's pages say.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.session.commands import (
    EXPLAIN,
    FIND,
    HELP,
    LANGUAGE,
    LESSONS,
    MINE,
    QUIT,
    SWITCH,
    Command,
    SessionPlace,
)
from routelab.session.lines import not_understood
from routelab.session.reply import GoTo, Item, Message, Mode, Prompt, Reply, aside

# The lessons of a single class: how a request finds a function, and nothing beyond.
_ONE_CLASS = ("the-loop", "dynamic-segments", "methods")


class LessonList(SessionPlace):
    """The place before a lesson is chosen."""

    mode = Mode.LIST
    words = (
        HELP,
        Command(
            usage="next",
            summary="start the lesson that comes next, or go on with it; so does Enter",
            run=lambda here, _: here.on_enter(),
            aliases=("start", "begin", "continue", "go"),
        ),
        FIND,
        EXPLAIN,
        LESSONS,
        MINE,
        LANGUAGE,
        SWITCH,
        QUIT,
    )

    @property
    def prompt(self) -> Prompt:
        progress = self.learner.progress.progress
        lesson = self.course.suggested(progress)
        verb = "go on with" if progress.of(lesson.key).at is not None else "start"
        others = ("or a number", "find WORD", "help", "quit")
        return Prompt(enter=f"{verb} lesson {lesson.number}, {lesson.title}", others=others)

    def shown(self) -> Reply:
        """Show the list."""
        opening: tuple[Item, ...] = (
            Message(text="routelab: watch a web request find its Python function."),
            self.course.shown(self.learner.progress.progress),
            *self._short_course(),
        )
        return Reply(items=opening)

    def on_enter(self) -> Reply:
        number = self.course.suggested(self.learner.progress.progress).number
        return Reply(then=GoTo(lesson=str(number)))

    def request(self, text: str) -> Reply:
        """Begin a lesson, where the request waits in the prompt: here is no app."""
        begun = self.on_enter()
        return begun.replace(items=(Message(text="Your request waits in the prompt:"),), line=text)

    def curl(self, text: str) -> Reply:
        return self.request(text)

    def url_for(self, text: str) -> Reply:  # noqa: ARG002 - there is no app to ask
        return not_understood("start a lesson first: Enter does")

    def take_other(self, text: str) -> Reply | None:
        """Take the number or name of a lesson, and paths without their method."""
        name = text.partition("/")[0]
        if name.isdecimal() or self.course.find(name) is not None:
            return Reply(then=GoTo(lesson=text))
        first = text.partition(" ")[0]
        return self.request(f"GET {first}") if "/" in first else None

    def _short_course(self) -> Iterator[Item]:
        lessons = [self.course.find(name) for name in _ONE_CLASS] if self.course.bundled else []
        found = [lesson for lesson in lessons if lesson is not None]
        if found:
            *first, last = (str(lesson.number) for lesson in found)
            minutes = sum(lesson.minutes or 0 for lesson in found)
            said = f"Short on time? {', '.join(first)} and {last} take {minutes} minutes together."
            yield aside(said)
