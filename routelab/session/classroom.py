"""A lesson with a learner in it: where they are, what Enter does, what each of their words leads to.

It must not know the prompt that reads them, nor words that have nothing to do with lessons.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from routelab.errors import RoutelabError
from routelab.lessons.progress import NotSaved, Saved, Saving, State
from routelab.lessons.reading import load_lesson
from routelab.lessons.records import APP_FILE, EditTask, Page, PredictTask, Task, TryTask
from routelab.session import tasks
from routelab.session.bench import Bench
from routelab.session.cards import Card
from routelab.session.desk import Desk
from routelab.session.ending import ending
from routelab.session.lessonfiles import LessonFiles
from routelab.session.reloading import loaded_anew
from routelab.session.reply import (
    AuthorSays,
    DiffShown,
    Item,
    PageShown,
    Prompt,
    Reply,
    Says,
    TaskShown,
    Tone,
    TraceShown,
)
from routelab.session.watch import News
from routelab.tracing.records import Trace

_NO_NEWS = News()


class Classroom:
    """One lesson; `stepwise` plays every trace step by step, as the first lesson does.

    `following` says what Enter does when the lesson is finished.
    """

    def __init__(self, card: Card, desk: Desk, *, engine: str, stepwise: bool, following: str) -> None:
        self.lesson = load_lesson(card.folder)
        self.card = card
        self.finished = False
        self._desk = desk
        self._stepwise = stepwise
        self._following = following
        self._files = LessonFiles(self.lesson, card.key, engine, desk)
        self.bench = Bench(lambda: self._files.own_labs(), self._files.watched)
        self._number = 1
        self._hints = 0
        self._checked: datetime | None = None
        self._done = False
        self._said_not_saved = False

    # Where one is

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self.lesson.pages[self._number - 1]

    @property
    def task(self) -> Task | None:
        """The page's task."""
        return self.page.task

    @property
    def open_task(self) -> Task | None:
        """The page's task, unless it is done."""
        return None if self._done else self.page.task

    @property
    def has_open_guess(self) -> bool:
        """Whether something is to be guessed before it runs."""
        return isinstance(self.open_task, PredictTask)

    @property
    def prompt(self) -> Prompt:
        """Where one is and what Enter does."""
        place = f"{self.card.key}, page {self._number} of {len(self.lesson.pages)}"
        task = self.open_task
        hints = ("h hint",) if task is not None and task.brief.hints else ()
        helps = (*hints, "skip") if task is not None else ()
        others = (*helps, "back", "help", "quit") if self._number > 1 else (*helps, "help", "quit")
        return Prompt(place=place, headers=self.bench.header_names, enter=self._enter, others=others)

    @property
    def _enter(self) -> str:
        if self.finished:
            return self._following
        match self.open_task:
            case None:
                last = self._number == len(self.lesson.pages)
                return "finish the lesson" if last else "next page"
            case EditTask():
                return "check it now"
            case PredictTask():
                return "show the question again"
            case TryTask():
                return "show the task again"

    @property
    def is_kept(self) -> bool:
        """Whether what is done here will be known next time."""
        return self._desk.progress.is_kept and not self._said_not_saved

    # Moving

    def resume(self) -> Reply:
        """Begin where the learner was, or at the first page of a lesson that is finished."""
        progress = self._desk.progress.progress.of(self.card.key)
        ids = [page.id for page in self.lesson.pages]
        if progress.at in ids and not all(page in progress.pages for page in ids):
            return self.go_to(ids.index(progress.at) + 1)
        return self.go_to(1)

    def find_page(self, typed: str) -> int | None:
        """Find a page by its number or id."""
        if typed.isdecimal() and 0 < int(typed) <= len(self.lesson.pages):
            return int(typed)
        ids = [page.id for page in self.lesson.pages]
        return ids.index(typed) + 1 if typed in ids else None

    def go_to(self, number: int) -> Reply:
        """Turn to a page."""
        self._number = number
        self.finished = False
        self._hints = 0
        self._checked = None
        self.bench.clear_headers()
        state = self._desk.progress.progress.of(self.card.key).pages.get(self.page.id)
        self._done = state in (State.DONE, State.SEEN)
        saving = self._desk.progress.visit(self.card.key, self.page.id)
        self.bench.open()
        shown = PageShown(lesson=self.lesson, page=self.page, number=number, total=len(self.lesson.pages))
        return Reply(items=(shown, *self._begun_task(), *self._saving(saving)))

    def again(self) -> Reply:
        """Show the task once more, or the page where it has none."""
        if self.task is None:
            return self.go_to(self._number)
        return Reply(items=self._task_shown(self.task))

    def on_enter(self) -> Reply:
        """Do what the bottom line says."""
        match self.open_task:
            case EditTask():
                return self.check()
            case None:
                return self.next_page()
            case _:
                return self.again()

    def next_page(self) -> Reply:
        """Turn to the next page; an open task has to be skipped first."""
        task = self.open_task
        if task is not None and not task.brief.optional:
            hint = "; h gives a hint" if task.brief.hints else ""
            text = f"The task of this page is still open. skip leaves it for later{hint}."
            return Reply(items=(Says(text=text),))
        saving = Saved() if task is not None else self._record(State.DONE if self.task is None else None)
        if self._number == len(self.lesson.pages):
            self.finished = True
            states = self._desk.progress.progress.of(self.card.key).pages
            return Reply(items=(*self._saving(saving), *ending(self.lesson, states)))
        reply = self.go_to(self._number + 1)
        return Reply(items=(*self._saving(saving), *reply.items))

    def back(self) -> Reply:
        """Turn one page back."""
        if self._number == 1:
            return Reply(items=(Says(text="This is the first page; lessons shows the list."),))
        return self.go_to(self._number - 1)

    def skip(self) -> Reply:
        """Leave the task for later."""
        saving = self._record(State.SKIPPED) if self.open_task is not None else Saved()
        self._done = True
        reply = self.next_page()
        return Reply(items=(*self._saving(saving), *reply.items))

    # The task

    def send(self, trace: Trace) -> Reply:
        """Take a request that was sent: show it, and see what it is worth."""
        items: tuple[Item, ...] = (*self._trouble(), self.shown(trace))
        match self.open_task:
            case TryTask() as task:
                return self._judged(tasks.judge_request(task, trace), items)
            case _:
                return Reply(items=items)

    def shown(self, trace: Trace) -> TraceShown:
        """Show a trace as this lesson does."""
        return TraceShown(trace=trace, show=self.lesson.show, stepwise=self._stepwise)

    def guess(self, typed: str) -> Reply | None:
        """Take a line as a guess, also once more; None where it is none, or nothing is to be guessed."""
        task = self.task
        if not isinstance(task, PredictTask) or not typed.strip():
            return None
        choice = tasks.read_choice(task, typed)
        if choice is None and not tasks.is_unsure(task, typed):
            return None
        return self._predicted(task, typed)

    def guess_first(self) -> Reply:
        """Answer a request that comes before the guess."""
        assert isinstance(self.task, PredictTask)
        last = tasks.unsure_letter(self.task)
        text = f"Guess first, then it runs: a letter from a to {last}, or the value itself."
        return Reply(items=(Says(text=text), *self._task_shown(self.task)))

    def hint(self) -> Reply:
        """Give the next hint, or all of them once more."""
        if self.task is None:
            return Reply(items=(Says(text="This page has no task, so there is nothing to hint at."),))
        hints = self.task.brief.hints
        if not hints:
            return Reply(items=(Says(text="There is no hint here; solution shows the answer."),))
        self._hints = min(self._hints + 1, len(hints))
        given = AuthorSays(text=hints[self._hints - 1], label=f"Hint {self._hints} of {len(hints)}")
        more = (
            ()
            if self._hints < len(hints)
            else (_aside("That was the last hint; solution shows the answer."),)
        )
        return Reply(items=(given, *more))

    def solution(self) -> Reply:
        """Show what does it; the page then counts as seen, not as done."""
        if self.task is None:
            return Reply(items=(Says(text="This page has no task."),))
        self._done = True
        saved = tuple(self._saving(self._record(State.SEEN)))
        match self.task:
            case TryTask() as task:
                *before, last = tasks.example_lines(task)
                first = tuple(Says(text=f"First: {line}") for line in before)
                return Reply(items=(*saved, *first, Says(text="This request does it:")), line=last)
            case PredictTask() as task:
                return self._predicted(task, "")
            case EditTask() as task:
                lines = tuple(self._files.towards_solution(task))
                said = (
                    "This is what to change in your files:"
                    if lines
                    else "There is nothing to change: your files do what is asked."
                )
                return Reply(items=(*saved, Says(text=said), DiffShown(lines=lines)))

    def check(self, news: News = _NO_NEWS) -> Reply:
        """Run the checks of an edit task; `news` is what was just saved."""
        task = self.task
        if not isinstance(task, EditTask):
            return self.restart()
        self.bench.refresh()
        self._checked = self._desk.now()
        outcome = tasks.judge_edit(task, self._files.own_labs, self._checked, news)
        if outcome.loaded:
            self.bench.open()  # so that the paths of the new app can be completed
        return self._judged(outcome, self._trouble())

    def without_app(self, error: RoutelabError) -> Reply:
        """Say that there is no app; what the error suggests is for those who chose one themselves."""
        problem = str(error).partition("; ")[0]
        said = Says(text=f"{problem}. reset puts the lesson's files back.", tone=Tone.WRONG)
        return Reply(items=(said,), understood=False)

    def restart(self) -> Reply:
        """Start the app afresh, with the requests that the task wants sent first."""
        self.bench.prepare(self.task.brief.before if isinstance(self.task, TryTask) else ())
        return Reply(items=(_aside("The app was started afresh; its cookies are gone."),))

    def saved(self) -> Reply:
        """Take note of files that were saved."""
        news = self.bench.refresh()
        if not news:
            return Reply()
        if isinstance(self.task, EditTask):
            return self.check(news)
        return Reply(items=(loaded_anew(self.bench, news, self._desk.now()),))

    # The learner's files

    @property
    def main_file(self) -> Path:
        """The file to edit."""
        file = self.task.file if isinstance(self.task, EditTask) else APP_FILE
        return self._files.copy.folder / file

    def diff(self) -> Reply:
        """Show what the learner changed."""
        lines = tuple(self._files.copy.diff())
        return Reply(
            items=(DiffShown(lines=lines),) if lines else (Says(text="You have changed nothing yet."),)
        )

    def reset(self) -> Reply:
        """Put the lesson's files back, and keep the learner's as a backup."""
        from routelab.lessons.copies import CopyError, reset

        try:
            backup = reset(self._files.copy, self._desk.now())
        except CopyError as error:
            return Reply(items=(Says(text=f"{error}.", tone=Tone.WRONG),))
        self.bench.refresh()
        return Reply(items=(Says(text=f"The files are as in the beginning; yours are kept in {backup}"),))

    def _begun_task(self) -> Iterator[Item]:
        if self.task is None:
            return
        if isinstance(self.task, TryTask) and self.task.brief.before:
            self.bench.prepare(self.task.brief.before)
            sent = ", ".join(request.typed for request in self.task.brief.before)
            yield _aside(f"The app was started afresh, and this was sent: {sent}")
        yield from self._task_shown(self.task)

    def _task_shown(self, task: Task) -> tuple[Item, ...]:
        if not isinstance(task, EditTask):
            return (TaskShown(task=task),)
        return (TaskShown(task=task, file=self.main_file, checked=self._checked), *self._trouble())

    def _predicted(self, task: PredictTask, typed: str) -> Reply:
        labs = self._files.page_labs(self.page.files)
        choice = tasks.read_choice(task, typed)
        outcome = tasks.judge_guess(task, choice, labs, self.lesson.show)
        self.bench.last = next(item.trace for item in outcome.items if isinstance(item, TraceShown))
        self.bench.last_request = task.request.line
        return self._judged(outcome, (), State.SEEN if choice is None else State.DONE)

    def _judged(self, outcome: tasks.Outcome, before: tuple[Item, ...], state: State = State.DONE) -> Reply:
        saving: Saving = Saved()
        if outcome.done:
            self._done = True
            saving = self._record(state)
        return Reply(items=(*before, *outcome.items, *self._saving(saving)))

    def _record(self, state: State | None) -> Saving:
        return Saved() if state is None else self._desk.progress.record(self.card.key, self.page.id, state)

    def _saving(self, saving: Saving) -> Iterator[Item]:
        """Say once that nothing can be saved, and each time that a file was put aside."""
        from routelab.lessons.words import saving as saving_words

        said = None if isinstance(saving, Saved) else saving_words(saving)
        if said is None or (isinstance(saving, NotSaved) and self._said_not_saved):
            return
        self._said_not_saved = self._said_not_saved or isinstance(saving, NotSaved)
        yield _aside(f"{said}.")

    def _trouble(self) -> tuple[Item, ...]:
        trouble, self._files.trouble = self._files.trouble, None
        return () if trouble is None else (_aside(f"{trouble}. Until then they are only kept for now."),)


def _aside(text: str) -> Says:
    return Says(text=text, tone=Tone.ASIDE)
