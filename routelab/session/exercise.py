"""A page's task in a learner's hands, for as long as the page is open: what was tried, hinted at and checked.

It must not know other pages, nor what is saved: what an answer counts for goes out with its outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from routelab.learner.progress import State
from routelab.learner.watch import News
from routelab.lessons.records import APP_FILE, Choice, EditTask, Page, PredictTask, Task, TryTask
from routelab.session import tasks
from routelab.session.bench import Bench
from routelab.session.lessonfiles import LessonFiles
from routelab.session.reloading import started_afresh
from routelab.session.reply import AuthorSays, DiffShown, Item, Reply, Says, TaskShown, TraceShown, aside
from routelab.session.tasks import Outcome


class Exercise:
    """One page's task, or none; `done` is whether the page asks for nothing more.

    `show` are the kinds of steps that the lesson shows of a trace.
    """

    def __init__(
        self,
        page: Page,
        show: tuple[str, ...],
        files: LessonFiles,
        bench: Bench,
        now: Callable[[], datetime],
        *,
        done: bool,
    ) -> None:
        self.task = page.task
        self.done = done
        self._page = page
        self._show = show
        self._files = files
        self._bench = bench
        self._now = now
        self._hints = 0
        self._checked: datetime | None = None

    @property
    def open_task(self) -> Task | None:
        """The task, unless it is done."""
        return None if self.done else self.task

    @property
    def main_file(self) -> Path:
        """The file to edit."""
        file = self.task.file if isinstance(self.task, EditTask) else APP_FILE
        return self._files.copy.folder / file

    def begin(self) -> Iterator[Item]:
        """Send what the task wants sent first, and show the task."""
        if isinstance(self.task, TryTask) and self.task.brief.before:
            yield self.restart()
        yield from self.shown()

    def restart(self) -> Says:
        """Start the app afresh, with the requests that the task wants sent first."""
        return started_afresh(self._bench, self.task.brief.before if isinstance(self.task, TryTask) else ())

    def shown(self) -> tuple[Item, ...]:
        """Show the task; nothing where the page has none."""
        match self.task:
            case None:
                return ()
            case EditTask() as task:
                shown = TaskShown(task=task, file=self.main_file, checked=self._checked)
                return (shown, *self._trouble())
            case task:
                return (TaskShown(task=task),)

    def send(self, shown: TraceShown) -> Outcome:
        """Take a request that was sent: show it, and say what it is worth."""
        items = (*self._trouble(), shown)
        match self.open_task:
            case TryTask() as task:
                return tasks.judge_request(task, shown.trace).preceded_by(*items)
            case _:
                return Outcome(items=items)

    def guess(self, typed: str) -> Outcome | None:
        """Take a line as a guess, also once more; None where it is none, or nothing is to be guessed."""
        task = self.task
        if not isinstance(task, PredictTask) or not typed.strip():
            return None
        choice = tasks.read_choice(task, typed)
        if choice is None and not tasks.is_unsure(task, typed):
            return None
        return self._predict(task, choice)

    def guess_first(self) -> Reply:
        """Answer a request that comes before the guess."""
        assert isinstance(self.task, PredictTask)
        last = tasks.unsure_letter(self.task)
        text = f"Guess first, then it runs: a letter from a to {last}, or the value itself."
        return Reply(items=(Says(text=text), *self.shown()))

    def check(self, task: EditTask, news: News) -> Outcome:
        """Run the checks of an edit task; `news` is what was just saved."""
        self._bench.refresh()
        self._checked = self._now()
        outcome = tasks.judge_edit(task, self._files.own_labs, self._checked, news)
        if outcome.loaded:
            self._bench.open()  # so that the paths of the new app can be completed
        return outcome.preceded_by(*self._trouble())

    def hint(self) -> Reply:
        """Give the next hint; once all were given, the last one again."""
        if self.task is None:
            return Reply(items=(Says(text="This page has no task, so there is nothing to hint at."),))
        hints = self.task.brief.hints
        if not hints:
            return Reply(items=(Says(text="There is no hint here; solution shows the answer."),))
        self._hints = min(self._hints + 1, len(hints))
        given = AuthorSays(text=hints[self._hints - 1], label=f"Hint {self._hints} of {len(hints)}")
        if self._hints < len(hints):
            return Reply(items=(given,))
        return Reply(items=(given, aside("That was the last hint; solution shows the answer.")))

    def solution(self, task: Task) -> Outcome:
        """Show what does it; the page then counts as seen, not as done."""
        match task:
            case TryTask():
                return tasks.show_example(task)
            case PredictTask():
                return self._predict(task, None)
            case EditTask():
                lines = tuple(self._files.towards_solution(task))
                said = "This is what to change in your files:"
                if not lines:
                    said = "There is nothing to change: your files do what is asked."
                return Outcome(items=(Says(text=said), DiffShown(lines=lines)), state=State.SEEN)

    def _predict(self, task: PredictTask, choice: Choice | None) -> Outcome:
        labs = self._files.page_labs(self._page.files)
        outcome = tasks.judge_guess(task, choice, labs, self._show)
        self._bench.last = next(item.trace for item in outcome.items if isinstance(item, TraceShown))
        self._bench.last_request = task.request.line
        return outcome

    def _trouble(self) -> tuple[Item, ...]:
        trouble = self._files.new_trouble()
        return () if trouble is None else (aside(f"{trouble}. Until then they are only kept for now."),)
