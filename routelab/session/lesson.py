"""A lesson with a learner in it: which page is open, what Enter does, and how one gets from page to page.

It must not know the prompt that reads lines, nor words that have nothing to do with lessons; what becomes of
a page's task is the business of `task_state`. It is one class, since a place owns its words and what they do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from routelab.errors import RoutelabError, SeveralApps
from routelab.language import say
from routelab.learner.environment import LearnerEnvironment
from routelab.learner.progress import State
from routelab.learner.watch import News
from routelab.lessons.tasks.answer import Changes
from routelab.session.app_place import AppPlace
from routelab.session.app_words import APP_WORDS, LEFT, REQUEST_WORDS
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
)
from routelab.session.course import Course, LessonSummary
from routelab.session.lines import sentence
from routelab.session.progress_recorder import ProgressRecorder
from routelab.session.reply import (
    KEEP_ONE,
    Ask,
    GoTo,
    Item,
    Message,
    MessageKind,
    Mode,
    PageShown,
    Prompt,
    Reply,
    SourceShown,
    TraceShown,
    aside,
    saying,
)
from routelab.session.sandbox import AppSandbox
from routelab.session.task_state import TaskOutcome, TaskState
from routelab.wholenumber import whole_number

if TYPE_CHECKING:
    # What lessons are made of is loaded with the first of them: the list of lessons is there sooner.
    from routelab.lessons.files import Files
    from routelab.lessons.records import Lesson, Page
    from routelab.lessons.tasks.kinds import AnyTask
    from routelab.lessons.tasks.running import AppFactory
    from routelab.requestline.record import RequestLine
    from routelab.session.lessonfiles import LessonFiles
    from routelab.session.minefiles import MineFiles
    from routelab.tracing.trace import Trace

_LINKS = 3  # to the documentation, at the end: more are not followed


class LessonSession(AppPlace):
    """One lesson; `stepwise` plays every trace step by step, as the first lesson does."""

    mode = Mode.LESSON
    file_is = "Your file"

    def __init__(
        self,
        lesson: Lesson,
        summary: LessonSummary,
        files: LessonFiles,
        mine: MineFiles,
        course: Course,
        learner: LearnerEnvironment,
        *,
        stepwise: bool,
    ) -> None:
        copy = AppSandbox(lambda: files.own_app(), lambda _: files.files())
        super().__init__(course, learner, copy)
        self.lesson = lesson
        self.summary = summary
        self.folder = lesson.folder
        self.finished = False
        self._stepwise = stepwise
        self._recorder = ProgressRecorder(learner.progress, summary.key, learner.now)
        self._files = files
        self._mine = mine
        self._sandboxes = (copy, AppSandbox(mine.load, lambda _: mine.files()))
        self._number = 1
        self._task_state = self._begun()
        self._told: str | None = None  # the code of a finding that was just told, which Enter explains

    # Where one is

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self.lesson.pages[self._number - 1]

    @property
    def task(self) -> AnyTask | None:
        """The page's task, as far as it has come."""
        return self._task_state.task

    @property
    def prompt(self) -> Prompt:
        lesson, total = self.lesson.title, len(self.lesson.pages)
        place = say("{lesson}, {number} of {total}", lesson=lesson, number=self._number, total=total)
        task = self._task_state.open_task
        hints = ("h hint",) if task is not None and task.brief.hints else ()
        helps = (*hints, "skip") if task is not None else ()
        others = (*helps, "back", "help", "quit") if self._number > 1 else (*helps, "help", "quit")
        return Prompt(place=place, headers=self.sandbox.header_names, enter=self._enter, others=others)

    @property
    def _enter(self) -> str:
        if self.finished:
            after = self.course.after(self.summary)
            if after is None:
                return say("back to the list")
            return say("start lesson {number}, {title}", number=after.number, title=after.title)
        if self._told is not None:
            return say("explain {code}", code=self._told)
        task = self._task_state.open_task
        if task is not None:
            return task.enter
        return say("finish the lesson") if self._number == len(self.lesson.pages) else say("next page")

    @property
    def history_name(self) -> str:
        """The name under which typed lines are remembered: one for each lesson."""
        return self.summary.key

    @property
    def lesson_page(self) -> str | None:
        return f"{self.summary.number}/{self.page.id}"

    @property
    def _on_own_app(self) -> bool:
        """Whether the page is about the app that the learner builds beside the lessons."""
        return self.page.task is not None and self.page.task.about_own_app

    def close(self) -> None:
        """Let both apps go: the lesson's, and the learner's own."""
        for sandbox in self._sandboxes:
            sandbox.close()

    def _theme_to_choose(self) -> tuple[Item, ...]:
        question = self._mine.theme_question if self._on_own_app else None
        return () if question is None else (aside(question),)

    # Moving

    def resume(self) -> Reply:
        """Begin where the learner was, or at the first page of a lesson that is finished."""
        return self.go_to(self.resumed)

    @property
    def resumed(self) -> int:
        """The number of the page where one goes on."""
        ids = [page.id for page in self.lesson.pages]
        at, finished = self._recorder.at, self._recorder.states
        return ids.index(at) + 1 if at in ids and not all(page in finished for page in ids) else 1

    def beside(self, page: Page) -> TaskState:
        """Return the task of a page that is none of the lesson's, to be done with the lesson's apps."""
        apps = self._files.apps(page.files, self.sandbox.note_routes)
        return TaskState(page, (), self._files, apps, self.sandbox, self.learner.now, state=None)

    def find_page(self, typed: str) -> int | None:
        """Find a page by its number or id; return its number, counted from 1."""
        number = whole_number(typed)
        if number is not None and 0 < number <= len(self.lesson.pages):
            return number
        ids = [page.id for page in self.lesson.pages]
        return ids.index(typed) + 1 if typed in ids else None

    def go_to(self, number: int) -> Reply:
        """Turn to a page."""
        self._number = number
        self.finished = False
        self.sandbox = self._sandboxes[self._on_own_app]
        self._told = None
        self._task_state = self._begun()
        self.sandbox.clear_headers()
        saved = self._recorder.visit(self.page.id)
        shown = PageShown(lesson=self.lesson, page=self.page, number=number, total=len(self.lesson.pages))
        return Reply(items=(shown, *self._task_state.begin(), *self._theme_to_choose(), *saved))

    def on_enter(self) -> Reply:
        if self.finished:
            after = self.course.after(self.summary)
            return Reply(then=GoTo(lesson=None if after is None else str(after.number)))
        if self._told is not None:
            code, self._told = self._told, None
            return EXPLAIN.run(self, code)
        task = self._task_state.open_task
        if task is None:
            return self.next_page()
        return self._check(None) or Reply(items=self._task_state.shown())

    def next_page(self) -> Reply:
        """Turn to the next page; an open task has to be skipped first."""
        task = self._task_state.open_task
        if task is not None and not task.brief.optional:
            if task.brief.hints:
                return saying(
                    say("The task of this page is still open. skip leaves it for later; h gives a hint.")
                )
            return saying(say("The task of this page is still open. skip leaves it for later."))
        saved = self._count_as(State.DONE) if self.task is None else ()
        if self._number == len(self.lesson.pages):
            self.finished = True
            return Reply(items=(*saved, *self._ending()))
        reply = self.go_to(self._number + 1)
        return Reply(items=(*saved, *reply.items))

    def back(self) -> Reply:
        """Turn one page back."""
        if self._number == 1:
            return saying(say("This is the first page; lessons shows the list."))
        return self.go_to(self._number - 1)

    def page_named(self, typed: str) -> Reply:
        """Turn to the page of that number or id."""
        number = self.find_page(typed)
        if number is not None:
            return self.go_to(number)
        last = len(self.lesson.pages)
        return saying(f"Which page? For example: page {last}, the last one.", understood=not typed)

    def skip(self) -> Reply:
        """Leave the task for later."""
        if self._task_state.open_task is None:
            return self.next_page()
        saved = self._count_as(State.SKIPPED)
        left = say(
            "Page {number}, {title}, is left for later; back returns to it.",
            number=self._number,
            title=self.page.title,
        )
        reply = self.next_page()
        said = () if self.finished else (aside(left),)  # the end of a lesson says it of all its pages
        return Reply(items=(*said, *saved, *reply.items))

    # The task

    def send(self, request: RequestLine) -> Reply:
        return self._settled(self._task_state.take_request(self.shown(self.sandbox.send(request))))

    def shown(self, trace: Trace) -> TraceShown:
        return TraceShown(
            trace=trace,
            show=self.lesson.show,
            stepwise=self._stepwise,
            riddle=self._task_state.open_task is not None,
        )

    def take_line(self, typed: str) -> Reply | None:
        """Take a line that means something to the task alone, also once more; None for any other."""
        outcome = self._task_state.take_line(typed)
        return None if outcome is None else self._settled(outcome)

    def request_too_early(self) -> Reply | None:
        return self._task_state.request_too_early()

    def take_other(self, text: str) -> Reply | None:
        """Take what is typed while a guess is open as a guess that was not understood."""
        early = self.request_too_early()
        if early is not None and not ("/" in text and self.names_a_lesson(text)):  # a number alone is a guess
            return early.replace(understood=False)
        if text == str(self.summary.number):
            said = f"This is lesson {text}, {self.lesson.title}; lessons shows the list."
            return saying(said, understood=False)
        if text.isdecimal():
            return Reply(then=GoTo(lesson=text))  # which says what there is where there is none
        return super().take_other(text)

    def hint(self) -> Reply:
        """Give the next hint."""
        return self._task_state.hint()

    def solution(self, *, edited: bool = True) -> Reply:
        """Show what does it; the page then counts as seen, not as done.

        `edited` is False for who reads without a prompt, and made nothing of the app.
        """
        if self.task is None:
            return saying(say("This page has no task."))
        return self._settled(self._task_state.solution(self.task, edited=edited))

    def restart(self) -> Reply:
        """Check the learner's files, where the task is about them; else start the app afresh."""
        return self._check(None) or Reply(items=(self._task_state.restart(),))

    def _check(self, news: News | None) -> Reply | None:
        """Check the learner's files; `news` is what was saved, if that is why. None for any other task."""
        if self.task is None or not self.task.checks_files:
            return None
        return self._settled(self._task_state.check(self.task, news))

    def _settled(self, outcome: TaskOutcome) -> Reply:
        saved = () if outcome.state is None else self._count_as(outcome.state)
        told = (it.findings_of(it.trace) for it in outcome.items if isinstance(it, TraceShown))
        self._told = next((findings[0].code for findings in told if findings), None)
        return Reply(items=(*map(self._placed, outcome.items), *saved), line=outcome.line)

    def _placed(self, item: Item) -> Item:
        """Say of a trace on which page it was made."""
        if not isinstance(item, TraceShown):
            return item
        return item.replace(page=f"Lesson {self.summary.number}, page {self._number}   {self.page.title}")

    def _count_as(self, state: State) -> tuple[Item, ...]:
        """Let the page count as done, seen or skipped; say what there is to say about saving that."""
        self._task_state.state = state
        return self._recorder.record(self.page.id, state)

    def _begun(self) -> TaskState:
        state = self._recorder.states.get(self.page.id)
        state = None if state is State.SKIPPED else state
        lesson = self._files.apps(self.page.files, self.sandbox.note_routes)
        files, apps = (self._mine, self._mine.apps(lesson)) if self._on_own_app else (self._files, lesson)
        now = self.learner.now
        return TaskState(self.page, self.lesson.show, files, apps, self.sandbox, now, state=state)

    # The learner's files

    @property
    def main_file(self) -> Path:
        return self._task_state.main_file

    @property
    def own_files(self) -> Mapping[str, Path]:
        """The learner's files by their names, also where they are no app yet."""
        return (self._mine if self._on_own_app else self._files).files()

    def lesson_app(self, files: Files) -> AppFactory:
        """Return what loads the app as the lesson has it, whatever the learner made of theirs."""
        return self._files.page_app(files)

    def look(self) -> Reply:
        """Take note of files that were saved: check them, or load the app anew."""
        news = self.sandbox.refresh()
        if not news:
            return Reply()
        return self._check(news) or self.loaded_anew(news)

    def without_app(self, error: RoutelabError) -> Reply:
        """Say that there is no app; what the error suggests is for those who chose one themselves."""
        problem = str(error).partition("; ")[0]
        if self._on_own_app and isinstance(error, SeveralApps):
            said = Message(text=sentence(problem), kind=MessageKind.WRONG)
            return Reply(items=(said, aside(KEEP_ONE)), understood=False)
        if self._on_own_app:
            least = SourceShown(file=self.main_file.name, first=1, lines=self._mine.least)
            text = f"{sentence(problem)} The least that is needed, in {self.main_file}:"
            said = Message(text=text, kind=MessageKind.WRONG)
            return Reply(items=(said, least, aside(self._mine.ways_on)), understood=False)
        # A lesson that begins with an empty file has nothing to put back.
        way_out = " reset puts the lesson's files back." if self.lesson.loads else ""
        said = Message(text=f"{sentence(problem)}{way_out}", kind=MessageKind.WRONG)
        return Reply(items=(said,), understood=False)

    def diff(self) -> Reply:
        """Show what the learner changed."""
        if self._on_own_app:
            return saying("This app is your own: there is nothing to compare it with.")
        lines = tuple(self._files.copy.diff())
        return Reply(
            items=(Changes(lines=lines) if lines else Message(text="You have changed nothing yet."),)
        )

    def reset(self) -> Reply:
        """Put the lesson's files back, and keep the learner's as a backup."""
        try:
            backup = self._files.reset(self.learner.now())
        except RoutelabError as error:
            return saying(sentence(str(error)), MessageKind.WRONG)
        self.sandbox.refresh()
        return saying(f"The lesson's files are back; yours are kept in {backup}")

    # The end

    def goodbye(self) -> tuple[Item, ...]:
        """Say that the lesson goes on from here, where that is so."""
        return (Message(text=say("Saved. routelab learn continues here.")),) if self._recorder.is_kept else ()

    def _ending(self) -> Iterator[Item]:
        """Say what can be done now, what is still open, and where the documentation says more."""
        lesson, states = self.lesson, self._recorder.states
        yield Message(text=say("You have finished: {title}.", title=lesson.title), kind=MessageKind.RIGHT)
        yield Message(text=say("What you can do now: {goal}", goal=lesson.goal_words))
        still_open = [
            str(number)
            for number, page in enumerate(lesson.pages, start=1)
            if states.get(page.id, State.SKIPPED) is State.SKIPPED and page.task is not None
        ]
        if still_open:
            pages = ", ".join(still_open)
            if len(still_open) == 1:
                yield Message(text=say("Left for later: page {pages}.", pages=pages))
            else:
                yield Message(text=say("Left for later: pages {pages}.", pages=pages))
        shown = lesson.pages[-1].links  # they stand just above
        links = dict.fromkeys(link for page in lesson.pages for link in page.links)
        for name, url in [link for link in links if link not in shown][:_LINKS]:
            yield Message(text=say("The documentation says more: {name}, {url}", name=name, url=url))

    # Its words

    def _ask_for_solution(self) -> Reply:
        if self.task is None or self._recorder.states.get(self.page.id) is State.DONE:
            return self.solution()
        question = say("Show the solution? The page then counts as seen, not as done. (y/n)")
        return saying(question, then=Ask(yes=self.solution, no=LEFT))

    def _ask_for_reset(self) -> Reply:
        if self._on_own_app:
            said = f"This app is your own, and no lesson puts anything in its place: {self._mine.folder}"
            return saying(said)
        question = "Put the lesson's files back? Yours are kept as a backup. (y/n)"
        return saying(question, then=Ask(yes=self.reset, no=LEFT))

    words = (
        HELP,
        Command(usage="hint", summary="give the next hint", run=lambda here, _: here.hint(), aliases=("h",)),
        Command(
            usage="solution",
            summary="show the answer, after a question",
            run=lambda here, _: here._ask_for_solution(),
            aliases=("answer",),
        ),
        Command(
            usage="next",
            summary="go to the next page",
            run=lambda here, _: here.on_enter() if here.finished else here.next_page(),
            aliases=("n", "continue", "go"),
        ),
        Command(usage="back", summary="go to the page before", run=lambda here, _: here.back()),
        Command(
            usage="page N",
            summary="go to a page of this lesson",
            run=lambda here, rest: here.page_named(rest),
            rare=True,
        ),
        Command(usage="skip", summary="leave the task for later", run=lambda here, _: here.skip()),
        *APP_WORDS,
        Command(
            usage="diff",
            summary="show what you changed in the app",
            run=lambda here, _: here.diff(),
            rare=True,
        ),
        Command(
            usage="reset",
            summary="put the lesson's files back; yours are kept",
            run=lambda here, _: here._ask_for_reset(),
        ),
        *REQUEST_WORDS,
        EXPLAIN,
        FIND,
        LESSONS,
        MINE,
        LANGUAGE,
        SWITCH,
        QUIT,
    )
