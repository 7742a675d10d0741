"""The session: a learner's line in, a reply out. All behaviour of the prompt, without a terminal.

It reads no key and writes no stream; paths, the clock and the engine come in with the learner's environment,
and what only a terminal can do (open an editor, play a trace) goes out as a value. It must not know what any
word does: that is the place's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.errors import AppNotFound, RoutelabError
from routelab.learner.environment import LearnerEnvironment
from routelab.session.commands import SessionPlace
from routelab.session.course import Course, NoSuchLesson, NoSuchPage
from routelab.session.lesson_list import LessonList
from routelab.session.lines import (
    Blank,
    BuildTyped,
    CommandTyped,
    CommentTyped,
    CurlTyped,
    OtherTyped,
    RequestTyped,
    classify_line,
    error_reply,
    lines_of,
    not_understood,
    says_yes,
    suggest,
)
from routelab.session.reply import Ask, GoTo, Item, Message, Prompt, Reply, TraceShown
from routelab.session.slips import belongs_elsewhere, nearly_a_request, part_of_something
from routelab.tracing.phrases import count
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.waiting import WAITING

if TYPE_CHECKING:
    from routelab.session.play import PlaySession


def command_names() -> tuple[str, ...]:
    """Return all words that are commands, wherever they mean something."""
    from routelab.session.places import NAMES  # the list of lessons is there sooner

    return NAMES


def _was_stopped(reply: Reply) -> bool:
    """Tell whether Ctrl-C ended a request: it was meant for all that was pasted."""
    last = reply.items[-1] if reply.items else None
    step = last.trace.first(StoppedStep) if isinstance(last, TraceShown) else None
    return step is not None and step.reason is Stop.INTERRUPT


class Session:
    """One learner's way through places: the list of lessons, a lesson, or an app to play with.

    `warms_up`: who comes back after a day is asked first. A script cannot know such a question, nor on which
    day it comes.
    """

    def __init__(
        self,
        course: Course,
        learner: LearnerEnvironment,
        play: PlaySession | None = None,
        *,
        warms_up: bool = True,
    ) -> None:
        self._course = course
        self.learner = learner
        self._list = LessonList(course, learner)
        self._play = play
        self._warms_up = warms_up
        self._asked: Ask | None = None
        self.place: SessionPlace = self._list if play is None else play

    # What a terminal asks

    def opening(self, which: str | None = None) -> Reply:
        """Return what is shown first: the list of lessons, the lesson `which`, or the app to play with.

        Raises a RoutelabError where there is no such lesson, or where it cannot be taught.
        """
        if self._play is not None:
            return self._with_prompt(self._play.opening())
        return self._with_prompt(self._go(which))

    def answer(self, line: str) -> Reply:
        """Answer one line, or several that were pasted."""
        if "\n" in line.strip():
            return self._with_prompt(self._pasted(line))
        return self._with_prompt(self._answered(line))

    def has_news(self) -> bool:
        """Tell whether a file was saved that matters here; made to be asked again and again."""
        return self.place.has_news()

    def look(self) -> Reply:
        """Take note of files that were saved, and say what follows."""
        try:
            return self._with_prompt(self.place.look())
        except RoutelabError as error:
            return self._with_prompt(error_reply(error))

    def interrupted(self) -> Reply:
        """Give up what was typed, and any question that waits for an answer."""
        self._asked = None
        return self._with_prompt(Reply())

    def leaving(self) -> Reply:
        """Say what is said when the learner leaves without a word."""
        return self._with_prompt(self._command("quit", ""))

    def close(self) -> None:
        """Let go what runs in this place: nothing more is asked of it."""
        self.place.close()

    # Lines

    def _pasted(self, text: str) -> Reply:
        """Answer the lines of a paste one by one, up to the first that is not understood."""
        lines = [line for line in lines_of(text) if line.strip()]
        items: list[Item] = []
        reply = Reply()
        with WAITING.told(f"the {count(len(lines), 'pasted line')}", None):
            for number, line in enumerate(lines, start=1):
                reply = self._answered_or_stopped(line)
                items += [
                    item.replace(stepwise=False) if isinstance(item, TraceShown) else item
                    for item in reply.items
                ]
                if reply.action is not None or not reply.understood or _was_stopped(reply):
                    if left := len(lines) - number:
                        text = f"The other {left} of {len(lines)} pasted lines were not run."
                        items.append(Message(text=text))
                    break
        return reply.replace(items=tuple(items))

    def _answered_or_stopped(self, line: str) -> Reply:
        try:
            return self._answered(line)
        except KeyboardInterrupt:  # between two requests; what the lines before gave is still shown
            return not_understood("stopped by Ctrl-C")

    def _answered(self, line: str) -> Reply:
        try:
            return self._followed(self._answer_to_question(line) or self._reply_to(line))
        except AppNotFound as error:
            return self.place.without_app(error)
        except RoutelabError as error:
            return error_reply(error)

    def _answer_to_question(self, line: str) -> Reply | None:
        asked, self._asked = self._asked, None
        if asked is None:
            return None
        said = says_yes(line)
        if said is None:
            return None
        return asked.yes() if said else asked.no

    def _reply_to(self, line: str) -> Reply:
        place = self.place
        if (taken := place.take_line(line)) is not None:
            return taken
        match classify_line(line, command_names()):
            case Blank():
                return place.on_enter()
            case CommentTyped():
                return Reply()
            case RequestTyped(text=text):
                return nearly_a_request(text) or place.request(text)
            case CurlTyped(text=text):
                return place.curl(text)
            case BuildTyped(text=text):
                return nearly_a_request(text) or place.url_for(text)
            case CommandTyped(name=name, rest=rest):
                return self._command(name, rest)
            case OtherTyped(text=text):
                if (elsewhere := belongs_elsewhere(text)) is not None:
                    return not_understood(elsewhere)
                taken = nearly_a_request(text) or place.take_other(text) or part_of_something(text)
                return taken or suggest(text, place.names())

    def _command(self, name: str, rest: str) -> Reply:
        command = self.place.command(name)
        if command is not None:
            return command.run(self.place, rest)
        from routelab.session.places import known_in  # as above

        return not_understood(f"{name!r} means something {known_in(name)}; help shows what can be typed here")

    # What follows a reply

    def _followed(self, reply: Reply) -> Reply:
        """Do what a reply asks of the session before it goes out."""
        match reply.then:
            case Ask() as asked:
                self._asked = asked
                return reply.replace(then=None)
            case GoTo(lesson=which, typed=typed):
                begun = self._go(which)
                if typed:
                    answered = self._answered(typed)
                    return answered.replace(items=(*begun.items, *answered.items))
                return begun.replace(items=(*begun.items, *reply.items), line=reply.line or begun.line)
            case None:
                return reply

    def _go(self, which: str | None) -> Reply:
        """Go to the list, or to a lesson, at a page by number or id where one is named: "2/user"."""
        if which is None:
            self.place = self._list
            return self._list.shown()
        name, _, page = which.strip().strip("/").partition("/")
        summary = self._course.find(name)
        if summary is None:
            raise NoSuchLesson(name, self._course)
        from routelab.session.opening import open_lesson, warm_up  # what reads one is loaded with the first

        lesson = open_lesson(summary, self._course, self.learner)
        number = lesson.find_page(page) if page else None
        if page and number is None:
            raise NoSuchPage(summary.number, page, tuple(each.id for each in lesson.lesson.pages))
        self.place = lesson
        if number is not None:
            return lesson.go_to(number)
        if self._warms_up and (warm := warm_up(lesson)) is not None:
            self.place = warm
            return warm.begin()
        return lesson.resume()

    def _with_prompt(self, reply: Reply) -> Reply:
        prompt = self.place.prompt
        if self._asked is not None:
            prompt = Prompt(place=prompt.place, enter="no", others=("y yes",))
        return reply.replace(prompt=prompt)
