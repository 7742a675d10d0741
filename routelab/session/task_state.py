"""A page's task in a learner's hands, for as long as the page is open: what was tried, hinted at and checked.

It must not know which kinds of tasks there are, other pages, nor what is saved: what an answer counts for
goes out with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, assert_never

from routelab.errors import RoutelabError
from routelab.language import say
from routelab.learner.progress import State
from routelab.learner.watch import News
from routelab.lessons.tasks.answer import (
    AuthorText,
    Changes,
    Checked,
    NotYet,
    Part,
    Sent,
    Sentence,
    Settled,
    Surveyed,
    TaskReply,
)
from routelab.session import reply
from routelab.session.reply import Item, Message, MessageKind, Reply, TaskDone, TaskShown, aside, saying
from routelab.session.sandbox import AppSandbox, reset_app

if TYPE_CHECKING:
    from routelab.lessons.records import Page
    from routelab.lessons.tasks.base import Apps
    from routelab.lessons.tasks.kinds import AnyTask
    from routelab.session.lessonfiles import TaskFiles

_STATES = {Settled.BY_LEARNER: State.DONE, Settled.BY_SOLUTION: State.SEEN}
_NO_NEWS = News()


class TaskOutcome(NamedTuple):
    """Things to show, what the page counts as now, None where as before, and a line for the prompt."""

    items: tuple[Item, ...]
    state: State | None = None
    line: str = ""


class TaskState:
    """One page's task, or none; `done` is whether the page asks for nothing more.

    `state` is how far the learner came with it, None where it is open. `show` are the kinds of steps that the
    lesson shows of a trace.
    """

    def __init__(
        self,
        page: Page,
        show: tuple[str, ...],
        files: TaskFiles,
        apps: Apps,
        sandbox: AppSandbox,
        now: Callable[[], datetime],
        *,
        state: State | None,
    ) -> None:
        self.task = None if page.task is None else page.task.on(now().date())
        self.state = state
        self._show = show
        self._files = files
        self._apps = apps
        self._sandbox = sandbox
        self._now = now
        self._hints = 0
        self._after_told = False  # the author's last words, which a line of the solution leads to as well
        self._checked: datetime | None = None
        self._saves = 0

    @property
    def done(self) -> bool:
        """Whether the page counts already, as done or with its solution seen."""
        return self.state is not None

    @property
    def open_task(self) -> AnyTask | None:
        """The task, unless it is done."""
        return None if self.done else self.task

    @property
    def main_file(self) -> Path:
        """The file to edit."""
        return self._files.main_file(self.task)

    def begin(self) -> Iterator[Item]:
        """Load the app, send what the task wants sent first, and show the task."""
        if self.task is not None and self.task.sent_first:
            yield self.restart()
        else:
            self._sandbox.open()
        self._saves = self._sandbox.saves
        yield from self.shown()

    def restart(self) -> Message:
        """Start the app afresh, with the requests that the task wants sent first."""
        return reset_app(self._sandbox, () if self.task is None else self.task.sent_first)

    def shown(self) -> tuple[Item, ...]:
        """Show the task; nothing where the page has none."""
        task = self.task
        if task is None:
            return ()
        if self.done:
            seen = self.state is State.SEEN
            return (TaskDone(task=task, answer=self._answer(task), seen=seen), *self._after(task))
        if not task.checks_files:
            return (TaskShown(task=task),)
        return (TaskShown(task=task, file=self.main_file, checked=self._checked), *self._files.trouble())

    def _answer(self, task: AnyTask) -> str:
        try:
            return task.answer(self._apps)
        except RoutelabError:  # an app that is not there is told when something needs it
            return ""

    def take_line(self, typed: str) -> TaskOutcome | None:
        """Take a line that means something to the task alone, also once more; None for any other."""
        answer = None if self.task is None else self.task.take_line(typed, self._apps)
        return None if answer is None else self._outcome(answer)

    def request_too_early(self) -> Reply | None:
        """Answer a request that has to wait for the task; None where none has to."""
        said = None if self.open_task is None else self.open_task.instead_of_requests
        return None if said is None else Reply(items=(Message(text=said), *self.shown()))

    def take_request(self, shown: reply.TraceShown) -> TaskOutcome:
        """Take a request that was sent: show it, and say what it is worth."""
        items = (*self._files.trouble(), shown)
        answer = None if self.task is None else self.task.take_request(shown.trace)
        if self.task is None or answer is None:
            return TaskOutcome(items=items)
        if self.done:
            does_it = answer.settled is not None and not self._after_told
            return TaskOutcome(items=(*items, *self._after(self.task)) if does_it else items)
        outcome = self._outcome(answer)
        self._after_told = outcome.state is not None
        return outcome._replace(items=(*items, *outcome.items))

    def check(self, task: AnyTask, news: News | None) -> TaskOutcome:
        """Check the learner's files; `news` is what was just saved, None where nobody looked yet."""
        if news is None:
            self._sandbox.refresh()
        unsaved = self._unsaved() if news is None else ()
        self._saves = self._sandbox.saves
        self._checked = self._now()
        outcome = self._outcome(self._checked_whole(task), news or _NO_NEWS)
        first = (*self._files.trouble(), *(unsaved if outcome.state is None else ()))
        return outcome._replace(items=(*first, *outcome.items))

    def _checked_whole(self, task: AnyTask) -> TaskReply:
        """Check; once more where a file was saved meanwhile, since then not all requests had the same app."""
        answer = task.check(self._apps)
        if answer.settled is not None and self._sandbox.has_news():
            self._sandbox.refresh()
            answer = task.check(self._apps)
        return answer

    def _unsaved(self) -> tuple[Item, ...]:
        """Say that no file was saved since the page was opened or checked, which editors do not tell."""
        if self._saves != self._sandbox.saves or not self._sandbox.watches:
            return ()
        if self._checked is None:
            return (
                aside(say("No file was saved since this page was opened. Did you save it in your editor?")),
            )
        return (aside(say("No file was saved since the last check. Did you save it in your editor?")),)

    def hint(self) -> Reply:
        """Give the next hint; once all were given, the last one again."""
        if self.task is None:
            return saying(say("This page has no task, so there is nothing to hint at."))
        hints = self.task.brief.hints
        if not hints:
            return saying(say("There is no hint here; solution shows the answer."))
        self._hints = min(self._hints + 1, len(hints))
        label = say("Hint {number} of {total}", number=self._hints, total=len(hints))
        given = AuthorText(text=hints[self._hints - 1], label=label)
        if self._hints < len(hints):
            return Reply(items=(given,))
        return Reply(items=(given, aside(say("That was the last hint; solution shows the answer."))))

    def solution(self, task: AnyTask, *, edited: bool = True) -> TaskOutcome:
        """Show what does it, on what the learner edited or not; the page then counts as seen, not as done."""
        return self._outcome(task.solution(self._apps if edited else self._apps._replace(edited=None)))

    def _after(self, task: AnyTask) -> tuple[Item, ...]:
        self._after_told = True
        return tuple(self._item(part, _NO_NEWS) for part in task.after())

    def _outcome(self, answer: TaskReply, news: News = _NO_NEWS) -> TaskOutcome:
        items = tuple(self._item(part, news) for part in answer.parts)
        if answer.then is not None:
            self.task = answer.then
            items = (*items, *self.shown())
        state = None if answer.settled is None else _STATES[answer.settled]
        return TaskOutcome(items=items, state=state, line=answer.line)

    def _item(self, part: Part, news: News) -> Item:
        match part:
            case Sentence(text=text, aside=True):
                return aside(text)
            case Sentence(text=text, right=right):
                return Message(text=text, kind=MessageKind.RIGHT if right else MessageKind.PLAIN)
            case Sent(request=request, trace=trace, guess=guess):
                self._sandbox.last, self._sandbox.last_request = trace, request
                return reply.TraceShown(trace=trace, show=self._show, stepwise=True, guess=guess)
            case Checked(result=result):
                at = self._checked or self._now()
                helps = self._files.reset_helps
                return reply.CheckReport(result=result, at=at, news=news, reset_helps=helps)
            case Surveyed(result=surveyed):
                at = self._checked or self._now()
                file, ways_on = self.main_file, self._files.ways_on
                return reply.SurveyShown(result=surveyed, at=at, news=news, file=file, ways_on=ways_on)
            case AuthorText() | NotYet() | Changes():
                return part
        assert_never(part)
