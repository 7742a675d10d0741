"""The warm-up: who comes back after a day is asked about earlier pages first, with other values than there.

It stops nobody: whatever is no answer is for the lesson. It must not know how a lesson's pages follow each
other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from routelab.errors import RoutelabError
from routelab.learner.progress import State
from routelab.session.commands import EXPLAIN, FIND, HELP, LESSONS, QUIT, SWITCH, Command, SessionPlace
from routelab.session.reply import GoTo, Message, Mode, Prompt, Reply
from routelab.tracing.phrases import count

if TYPE_CHECKING:
    from datetime import date

    from routelab.lessons.tasks.review import Earlier
    from routelab.session.lesson import LessonSession
    from routelab.session.task_state import TaskOutcome, TaskState

_QUESTIONS = 3  # as many as a page of review has: a minute or two
_KNOWN = (State.DONE, State.SEEN)


def warm_up(lesson: LessonSession) -> WarmUp | None:
    """Return what is asked before a lesson is gone on with; None on the same day, or where nothing can be."""
    last, today = lesson.learner.progress.progress.day, lesson.learner.now().date()
    if last is None or last >= today:
        return None
    questions = tuple(_questions(lesson, today))
    return WarmUp(lesson, questions) if questions else None


def _questions(lesson: LessonSession, today: date) -> Iterator[Earlier]:
    """Choose pages that the learner has finished, of several lessons, others on each day."""
    from routelab.lessons.reading import load_lesson
    from routelab.lessons.tasks.review import Earlier

    progress = lesson.learner.progress.progress
    begun = [each for each in lesson.course.summaries if progress.of(each.key).pages]
    turn = today.toordinal() % len(begun) if begun else 0
    found = 0
    for summary in (*begun[turn:], *begun[:turn]):
        states = progress.of(summary.key).pages
        try:
            read = load_lesson(summary.folder)
        except RoutelabError:  # it is said where that lesson is opened
            continue
        known = [page for page in read.pages if page.again and states.get(page.id) in _KNOWN]
        if known:
            yield Earlier.of(read.folder, read.title, known[today.toordinal() % len(known)])
            found += 1
        if found == _QUESTIONS:
            return


class WarmUp(SessionPlace):
    """Questions on earlier pages, before a lesson."""

    mode = Mode.WARM_UP
    words = (
        HELP,
        Command(usage="solution", summary="show the answer", run=lambda here, _: here.solution(), aliases=()),
        Command(usage="skip", summary="go on with the lesson", run=lambda here, _: here.on_enter()),
        EXPLAIN,
        FIND,
        LESSONS,
        SWITCH,
        QUIT,
    )

    def __init__(self, lesson: LessonSession, questions: tuple[Earlier, ...]) -> None:
        from routelab.lessons.records import Page
        from routelab.lessons.tasks.kinds import asked_again

        super().__init__(lesson.course, lesson.learner)
        self._lesson = lesson
        self._questions = questions
        page = Page(id="", title="", line=0, blocks=(), task=asked_again(questions))
        self._state: TaskState = lesson.beside(page)

    def begin(self) -> Reply:
        """Say what this is, and ask the first question."""
        asked = count(len(self._questions), "question")
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
        """Take a guess; what is neither that nor a word of this place is for the lesson."""
        first, *_ = typed.split(maxsplit=1) or [""]
        if not first or first.startswith("#"):
            return None
        outcome = None if self._state.done else self._state.take_line(typed)
        if outcome is not None:
            return self._told(outcome)
        return None if self.command(first) else self._go_on(typed)

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
        self._state.done = True
        return Reply(items=(*outcome.items, Message(text="That was the warm-up.")))

    def _go_on(self, typed: str = "") -> Reply:
        page = self._lesson.lesson.pages[self._lesson.resumed - 1]
        return Reply(then=GoTo(lesson=f"{self._lesson.summary.number}/{page.id}", typed=typed))
