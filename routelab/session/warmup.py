"""The warm-up: who comes back after a day is asked about earlier pages first, with other values than there.

It stops nobody: a request, or a word of the lesson's, goes on with the lesson. It must not know how the pages
of a lesson follow each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.session.commands import EXPLAIN, FIND, HELP, LESSONS, QUIT, SWITCH, Command, SessionPlace
from routelab.session.lines import command_word
from routelab.session.reply import GoTo, Message, Mode, Prompt, Reply
from routelab.tracing.phrases import count

if TYPE_CHECKING:
    from routelab.lessons.records import Page
    from routelab.session.lesson import LessonSession
    from routelab.session.task_state import TaskOutcome, TaskState


class WarmUp(SessionPlace):
    """Questions on earlier pages, before a lesson."""

    mode = Mode.WARM_UP
    words = (
        HELP,
        Command(usage="hint", summary="give a hint", run=lambda here, _: here.hint(), aliases=("h",)),
        Command(usage="solution", summary="show the answer", run=lambda here, _: here.solution()),
        Command(usage="skip", summary="go on with the lesson", run=lambda here, _: here.on_enter()),
        EXPLAIN,
        FIND,
        LESSONS,
        SWITCH,
        QUIT,
    )

    def __init__(self, lesson: LessonSession, page: Page, questions: int) -> None:
        """Ask what is the task of a page: as many `questions`."""
        super().__init__(lesson.course, lesson.learner)
        self._lesson = lesson
        self._questions = questions
        self._state: TaskState = lesson.beside(page)

    def begin(self) -> Reply:
        """Say what this is, and ask the first question."""
        asked = count(self._questions, "question")
        said = Message(text=f"Welcome back. Before you go on: {asked} on what you know. Enter skips this.")
        return Reply(items=(said, *self._state.shown()))

    @property
    def prompt(self) -> Prompt:
        summary = self._lesson.summary
        place = f"before lesson {summary.number}"
        return Prompt(place=place, enter=f"go on with {summary.title}", others=("help", "quit"))

    def on_enter(self) -> Reply:
        return self._go_on()

    def take_line(self, typed: str) -> Reply | None:
        """Take a guess; a word that only the lesson has is for the lesson."""
        first, *_ = typed.split(maxsplit=1) or [""]
        if not first or first.startswith("#"):
            return None
        outcome = None if self._state.done else self._state.take_line(typed)
        if outcome is not None:
            return self._told(outcome)
        word = command_word(first)
        is_the_lessons = self.command(word) is None and self._lesson.command(word) is not None
        return self._go_on(typed) if is_the_lessons else None

    def take_other(self, text: str) -> Reply | None:
        """Take anything else as a guess that was not understood, for as long as a question is open."""
        return self._state.request_too_early() or self._go_on(text)

    def hint(self) -> Reply:
        """Give a hint, where there is one."""
        return self._go_on("hint") if self._state.done else self._state.hint()

    def solution(self) -> Reply:
        """Show the answer to the open question."""
        task = self._state.open_task
        return self._go_on() if task is None else self._told(self._state.solution(task))

    def request(self, text: str) -> Reply:
        return self._go_on(text)

    def curl(self, text: str) -> Reply:
        return self._go_on(text)

    def url_for(self, text: str) -> Reply:
        return self._go_on(text)

    def close(self) -> None:
        self._lesson.close()

    def _told(self, outcome: TaskOutcome) -> Reply:
        if outcome.state is None:
            return Reply(items=outcome.items)
        self._state.state = outcome.state
        return Reply(items=(*outcome.items, Message(text="That was the warm-up.")))

    def _go_on(self, typed: str = "") -> Reply:
        page = self._lesson.lesson.pages[self._lesson.resumed - 1]
        return Reply(then=GoTo(lesson=f"{self._lesson.summary.number}/{page.id}", typed=typed))
