"""The session: a learner's line in, a reply out. All behaviour of the prompt, without a terminal.

It reads no key and writes no stream; paths, the clock and the engine come in with the learner's environment,
and what only a terminal can do (open an editor, play a trace) goes out as a value.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from routelab.errors import RoutelabError
from routelab.learner.environment import LearnerEnvironment
from routelab.learner.settings import Settings
from routelab.session.app_commands import url_for
from routelab.session.bench import Bench
from routelab.session.cards import Card
from routelab.session.commands import command_names, find_command
from routelab.session.course import Course
from routelab.session.errors import NoSuchLesson, NoSuchPage
from routelab.session.lines import (
    Blank,
    BuildTyped,
    CommandTyped,
    Comment,
    CurlTyped,
    OtherTyped,
    RequestTyped,
    lines_of,
    sort_line,
)
from routelab.session.lobby import Lobby
from routelab.session.reply import Item, OpenEditor, Prompt, Reply, Says, TraceShown
from routelab.session.requests import not_understood, read_curl, read_request, refused
from routelab.session.where import Where
from routelab.session.workshop import Workshop

if TYPE_CHECKING:
    # Loaded when the first lesson is begun: the list of lessons is there sooner.
    from routelab.requestline import RequestLine
    from routelab.session.classroom import Classroom
    from routelab.tracing.records import Trace

_YES = ("y", "yes", "yes please", "ok", "sure")
_NO = ("n", "no", "no thanks", "")


class Session:
    """One learner's way through rooms: the list of lessons, a lesson, or an app to play with."""

    def __init__(self, course: Course, learner: LearnerEnvironment, workshop: Workshop | None = None) -> None:
        self.course = course
        self._learner = learner
        self._lobby = Lobby(course, learner)
        self._workshop = workshop
        self._lesson: Classroom | None = None
        self._yes: Callable[[], Reply] | None = None

    # What a terminal asks

    def opening(self, which: str | None = None) -> Reply:
        """Return what is shown first: the list of lessons, the lesson `which`, or the app to play with.

        Raises a RoutelabError where there is no such lesson, or where it cannot be taught.
        """
        if self._workshop is not None:
            return self._with_prompt(self._workshop.opening())
        return self._with_prompt(self._lobby.shown() if which is None else self.start(which))

    def answer(self, line: str) -> Reply:
        """Answer one line, or several that were pasted."""
        if "\n" in line.strip():
            return self._with_prompt(self._pasted(line))
        return self._with_prompt(self._answered(line))

    def has_news(self) -> bool:
        """Tell whether a file was saved that matters here; made to be asked again and again."""
        return self._room is not None and self._room.bench.has_news()

    def look(self) -> Reply:
        """Take note of files that were saved, and say what follows."""
        if self._room is None or not self._room.bench.has_news():
            return self._with_prompt(Reply())
        try:
            return self._with_prompt(self._room.saved())
        except RoutelabError as error:
            return self._with_prompt(refused(error))

    def interrupted(self) -> Reply:
        """Give up what was typed, and any question that waits for an answer."""
        self._yes = None
        return self._with_prompt(Reply())

    def leaving(self) -> Reply:
        """Say what is said when the learner leaves without a word."""
        return self._with_prompt(self._command("quit", ""))

    @property
    def history_name(self) -> str:
        """The name under which typed lines are remembered: one for each lesson."""
        return self._lesson.card.key if self._lesson is not None else self.here.name.lower()

    # What commands ask

    @property
    def here(self) -> Where:
        """Where the learner is."""
        if self._lesson is not None:
            return Where.LESSON
        return Where.LIST if self._workshop is None else Where.PLAY

    @property
    def settings(self) -> Settings:
        """What was chosen once and for all."""
        return self._learner.settings

    @property
    def lesson(self) -> Classroom:
        """The lesson; asked only by commands that belong in one."""
        assert self._lesson is not None
        return self._lesson

    @property
    def bench(self) -> Bench:
        """The app under experiment; asked only where there is one."""
        assert self._room is not None
        return self._room.bench

    @property
    def main_file(self) -> Path | None:
        """The app's first file."""
        assert self._room is not None
        return self._room.main_file

    def shown(self, trace: Trace) -> TraceShown:
        """Show a trace as this room does."""
        assert self._room is not None
        return self._room.shown(trace)

    def edit(self, file: Path | None) -> Reply:
        """Open a file of the app; None where it has none."""
        assert self._room is not None
        if file is None:
            return Reply(items=(Says(text="This app has no file of its own to edit."),))
        said = Says(text=f"{'The file' if self._lesson is None else 'Your file'}: {file}")
        return Reply(items=(said,), action=OpenEditor(file=file))

    def ask(self, question: str, yes: Callable[[], Reply]) -> Reply:
        """Ask before something is done; the next line answers."""
        self._yes = yes
        return Reply(items=(Says(text=question),))

    def start(self, which: str) -> Reply:
        """Begin a lesson by number or name, at a page by number or id where one is named: "2/user"."""
        name, _, page = which.strip().strip("/").partition("/")
        card = self.course.find(name)
        if card is None:
            raise NoSuchLesson(name, len(self.course.cards))
        lesson = self._classroom(card)
        number = lesson.find_page(page) if page else None
        if page and number is None:
            raise NoSuchPage(card.number, page, tuple(each.id for each in lesson.lesson.pages))
        self._lesson = lesson
        return lesson.go_to(number) if number is not None else lesson.resume()

    def request(self, text: str) -> Reply:
        """Send a request that was typed, whole or half right, where there is an app."""
        # The files that a lesson's requests send lie beside the lesson.
        folder = None if self._lesson is None else self._lesson.lesson.folder
        return self._requested(text, partial(read_request, folder=folder))

    def leave_lesson(self) -> Reply:
        """Go back to the list."""
        self._lesson = None
        return self._lobby.shown()

    def on_enter(self) -> Reply:
        """Do what the bottom line says."""
        if self._workshop is not None:
            last = self._workshop.bench.last_request
            return self._command("routes", "") if last is None else self._send(last)
        if self._lesson is None:
            return self.start(str(self.course.suggested(self._learner.progress.progress).number))
        if not self._lesson.finished:
            return self._lesson.on_enter()
        after = self.course.after(self._lesson.card)
        return self.leave_lesson() if after is None else self.start(str(after.number))

    @property
    def _room(self) -> Classroom | Workshop | None:
        """The room with an app in it; None in front of the list."""
        return self._lesson or self._workshop

    # Lines

    def _answered(self, line: str) -> Reply:
        from routelab.loading.errors import AppNotFoundError

        try:
            return self._answer_to_question(line) or self._reply_to(line)
        except AppNotFoundError as error:
            return refused(error) if self._lesson is None else self._lesson.without_app(error)
        except RoutelabError as error:
            return refused(error)

    def _answer_to_question(self, line: str) -> Reply | None:
        yes, self._yes = self._yes, None
        if yes is None:
            return None
        said = line.strip().casefold().strip(".!")
        if said in _YES:
            return yes()
        return Reply(items=(Says(text="Left as it is."),)) if said in _NO else None

    def _reply_to(self, line: str) -> Reply:
        if self._lesson is not None and (taken := self._lesson.take_line(line)) is not None:
            return taken
        match sort_line(line, command_names()):
            case Blank():
                return self.on_enter()
            case Comment():
                return Reply()
            case RequestTyped(text=text):
                return self.request(text)
            case CurlTyped(text=text):
                return self._requested(text, read_curl)
            case BuildTyped(text=text):
                return url_for(self, text)
            case CommandTyped(name=name, rest=rest):
                return self._command(name, rest)
            case OtherTyped(text=text):
                from routelab.session.leading_on import lead_on  # the first prompt is there sooner

                return lead_on(self, text)

    def _pasted(self, text: str) -> Reply:
        """Answer the lines of a paste one by one, up to the first that is not understood."""
        lines = [line for line in lines_of(text) if line.strip()]
        items: list[Item] = []
        reply = Reply()
        for number, line in enumerate(lines, start=1):
            reply = self._answered(line)
            items += [
                item._replace(stepwise=False) if isinstance(item, TraceShown) else item
                for item in reply.items
            ]
            if reply.action is not None or not reply.understood:
                left = len(lines) - number
                if left:
                    items.append(Says(text=f"The other {left} of {len(lines)} pasted lines were not run."))
                break
        return reply._replace(items=tuple(items))

    def _requested(self, text: str, read: Callable[[str], RequestLine | Reply]) -> Reply:
        if self._room is None:
            begun = self.on_enter()
            waits = Says(text="Your request waits in the prompt:")
            return begun._replace(items=(*begun.items, waits), line=text)
        if self._lesson is not None and (early := self._lesson.request_too_early()) is not None:
            return early
        request = read(text)
        return request if isinstance(request, Reply) else self._send(request)

    def _send(self, request: RequestLine) -> Reply:
        if self._lesson is not None:
            return self._lesson.send(self._lesson.bench.send(request))
        return Reply(items=(self.shown(self.bench.send(request)),))

    def _command(self, name: str, rest: str) -> Reply:
        command = find_command(name)
        assert command is not None
        if self.here not in command.where:
            places = " or ".join(sorted(where.value for where in command.where))
            return not_understood(f"{name!r} means something {places}; help shows what can be typed here")
        return command.run(self, rest)

    def _classroom(self, card: Card) -> Classroom:
        engine = (
            "routelab" if self.course.bundled and self._learner.engine == "auto" else self._learner.engine
        )
        first = self.course.bundled and card.number == 1
        from routelab.session.classroom import Classroom

        after = self.course.after(card)
        following = f"start lesson {after.number}, {after.title}" if after else "back to the list"
        return Classroom(card, self._learner, engine=engine, stepwise=first, following=following)

    def _with_prompt(self, reply: Reply) -> Reply:
        prompt = self._lobby.prompt if self._room is None else self._room.prompt
        if self._yes is not None:
            prompt = Prompt(place=prompt.place, enter="no", others=("y yes",))
        return reply._replace(prompt=prompt)
