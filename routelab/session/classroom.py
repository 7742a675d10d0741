"""A lesson with a learner in it: which page is open, what Enter does, and how one gets from page to page.

It must not know the prompt that reads lines, nor words that have nothing to do with lessons; what becomes of
a page's task is the business of `task_state`.
"""

from __future__ import annotations

from pathlib import Path

from routelab.errors import RoutelabError
from routelab.learner.environment import LearnerEnvironment
from routelab.learner.progress import State
from routelab.learner.watch import News
from routelab.lessons.reading import load_lesson
from routelab.lessons.records import Page
from routelab.lessons.tasks.kinds import AnyTask
from routelab.session.bench import Bench
from routelab.session.cards import Card
from routelab.session.ending import ending
from routelab.session.lessonfiles import LessonFiles
from routelab.session.notebook import Notebook
from routelab.session.reloading import loaded_anew
from routelab.session.reply import DiffShown, Item, PageShown, Prompt, Reply, Says, Tone, TraceShown
from routelab.session.task_state import Outcome, TaskState
from routelab.tracing.records import Trace

_NO_NEWS = News()


class Classroom:
    """One lesson; `stepwise` plays every trace step by step, as the first lesson does.

    `following` says what Enter does when the lesson is finished.
    """

    def __init__(
        self, card: Card, learner: LearnerEnvironment, *, engine: str, stepwise: bool, following: str
    ) -> None:
        self.lesson = load_lesson(card.folder)
        self.card = card
        self.finished = False
        self._learner = learner
        self._stepwise = stepwise
        self._following = following
        self._notebook = Notebook(learner.progress, card.key)
        self._files = LessonFiles(self.lesson, card.key, engine, learner)
        self.bench = Bench(lambda: self._files.own_app(), self._files.watched)
        self._number = 1
        self._task_state = self._state_of(self.page)

    # Where one is

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self.lesson.pages[self._number - 1]

    @property
    def task(self) -> AnyTask | None:
        """The page's task."""
        return self.page.task

    @property
    def is_kept(self) -> bool:
        """Whether what is done here will be known next time."""
        return self._notebook.is_kept

    @property
    def prompt(self) -> Prompt:
        """Where one is and what Enter does."""
        place = f"{self.card.key}, page {self._number} of {len(self.lesson.pages)}"
        task = self._task_state.open_task
        hints = ("h hint",) if task is not None and task.brief.hints else ()
        helps = (*hints, "skip") if task is not None else ()
        others = (*helps, "back", "help", "quit") if self._number > 1 else (*helps, "help", "quit")
        return Prompt(place=place, headers=self.bench.header_names, enter=self._enter, others=others)

    @property
    def _enter(self) -> str:
        if self.finished:
            return self._following
        task = self._task_state.open_task
        if task is not None:
            return task.enter
        return "finish the lesson" if self._number == len(self.lesson.pages) else "next page"

    # Moving

    def resume(self) -> Reply:
        """Begin where the learner was, or at the first page of a lesson that is finished."""
        ids = [page.id for page in self.lesson.pages]
        at, finished = self._notebook.at, self._notebook.states
        if at in ids and not all(page in finished for page in ids):
            return self.go_to(ids.index(at) + 1)
        return self.go_to(1)

    def find_page(self, typed: str) -> int | None:
        """Find a page by its number or id; return its number, counted from 1."""
        if typed.isdecimal() and 0 < int(typed) <= len(self.lesson.pages):
            return int(typed)
        ids = [page.id for page in self.lesson.pages]
        return ids.index(typed) + 1 if typed in ids else None

    def go_to(self, number: int) -> Reply:
        """Turn to a page."""
        self._number = number
        self.finished = False
        self._task_state = self._state_of(self.page)
        self.bench.clear_headers()
        saved = self._notebook.visit(self.page.id)
        self.bench.open()
        shown = PageShown(lesson=self.lesson, page=self.page, number=number, total=len(self.lesson.pages))
        return Reply(items=(shown, *self._task_state.begin(), *saved))

    def on_enter(self) -> Reply:
        """Do what the bottom line says."""
        task = self._task_state.open_task
        if task is None:
            return self.next_page()
        return self.check() if task.edits_app else Reply(items=self._task_state.shown())

    def next_page(self) -> Reply:
        """Turn to the next page; an open task has to be skipped first."""
        task = self._task_state.open_task
        if task is not None and not task.brief.optional:
            hint = "; h gives a hint" if task.brief.hints else ""
            text = f"The task of this page is still open. skip leaves it for later{hint}."
            return Reply(items=(Says(text=text),))
        saved = self._count_as(State.DONE) if self.task is None else ()
        if self._number == len(self.lesson.pages):
            self.finished = True
            return Reply(items=(*saved, *ending(self.lesson, self._notebook.states)))
        reply = self.go_to(self._number + 1)
        return Reply(items=(*saved, *reply.items))

    def back(self) -> Reply:
        """Turn one page back."""
        if self._number == 1:
            return Reply(items=(Says(text="This is the first page; lessons shows the list."),))
        return self.go_to(self._number - 1)

    def skip(self) -> Reply:
        """Leave the task for later."""
        saved = self._count_as(State.SKIPPED) if self._task_state.open_task is not None else ()
        reply = self.next_page()
        return Reply(items=(*saved, *reply.items))

    # The task

    def send(self, trace: Trace) -> Reply:
        """Take a request that was sent: show it, and see what it is worth."""
        return self._settled(self._task_state.take_request(self.shown(trace)))

    def shown(self, trace: Trace) -> TraceShown:
        """Show a trace as this lesson does."""
        return TraceShown(trace=trace, show=self.lesson.show, stepwise=self._stepwise)

    def take_line(self, typed: str) -> Reply | None:
        """Take a line that means something to the task alone, also once more; None for any other."""
        outcome = self._task_state.take_line(typed)
        return None if outcome is None else self._settled(outcome)

    def request_too_early(self) -> Reply | None:
        """Answer a request that has to wait for the task; None where none has to."""
        return self._task_state.request_too_early()

    def hint(self) -> Reply:
        """Give the next hint."""
        return self._task_state.hint()

    def solution(self) -> Reply:
        """Show what does it; the page then counts as seen, not as done."""
        if self.task is None:
            return Reply(items=(Says(text="This page has no task."),))
        return self._settled(self._task_state.solution(self.task))

    def check(self, news: News = _NO_NEWS) -> Reply:
        """Run the checks of an edit task, or start the app afresh; `news` is what was just saved."""
        if self.task is not None and self.task.edits_app:
            return self._settled(self._task_state.check(self.task, news))
        return Reply(items=(self._task_state.restart(),))

    def _settled(self, outcome: Outcome) -> Reply:
        saved = () if outcome.state is None else self._count_as(outcome.state)
        return Reply(items=(*outcome.items, *saved), line=outcome.line)

    def _count_as(self, state: State) -> tuple[Item, ...]:
        """Let the page count as done, seen or skipped; say what there is to say about saving that."""
        self._task_state.done = True
        return self._notebook.record(self.page.id, state)

    def _state_of(self, page: Page) -> TaskState:
        done = self._notebook.states.get(page.id) in (State.DONE, State.SEEN)
        return TaskState(page, self.lesson.show, self._files, self.bench, self._learner.now, done=done)

    # The learner's files

    @property
    def main_file(self) -> Path:
        """The file to edit."""
        return self._task_state.main_file

    def saved(self) -> Reply:
        """Take note of files that were saved."""
        news = self.bench.refresh()
        if not news:
            return Reply()
        if self.task is not None and self.task.edits_app:
            return self.check(news)
        return Reply(items=(loaded_anew(self.bench, news, self._learner.now()),))

    def without_app(self, error: RoutelabError) -> Reply:
        """Say that there is no app; what the error suggests is for those who chose one themselves."""
        problem = str(error).partition("; ")[0]
        said = Says(text=f"{problem}. reset puts the lesson's files back.", tone=Tone.WRONG)
        return Reply(items=(said,), understood=False)

    def diff(self) -> Reply:
        """Show what the learner changed."""
        lines = tuple(self._files.copy.diff())
        return Reply(items=(DiffShown(lines=lines) if lines else Says(text="You have changed nothing yet."),))

    def reset(self) -> Reply:
        """Put the lesson's files back, and keep the learner's as a backup."""
        from routelab.learner.copies import CopyError, reset

        try:
            backup = reset(self._files.copy, self._learner.now())
        except CopyError as error:
            return Reply(items=(Says(text=f"{error}.", tone=Tone.WRONG),))
        self.bench.refresh()
        return Reply(items=(Says(text=f"The files are as in the beginning; yours are kept in {backup}"),))
