"""The session: a learner's line in, a reply out. All behaviour of the prompt, without a terminal.

It reads no key and writes no stream; paths, the clock and the engine come in with the desk, and what only a
terminal can do (open an editor, play a trace) goes out as a value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from routelab.errors import RoutelabError, UsageError
from routelab.requestline import RequestLine, RequestLineError
from routelab.requestline.errors import NotAPathError
from routelab.session.bench import Bench
from routelab.session.cards import Card
from routelab.session.classroom import Classroom
from routelab.session.commands import Where, built, command_names, find_command, nearest_command
from routelab.session.course import Course
from routelab.session.desk import Desk
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
from routelab.session.reply import Item, Prompt, Reply, Says, TraceShown
from routelab.session.requests import half_right, not_understood, read_curl, read_request, refused
from routelab.session.settings import Settings
from routelab.session.workshop import Workshop
from routelab.tracing.records import Trace

Room: TypeAlias = Lobby | Classroom | Workshop
_YES = ("y", "yes", "yes please", "ok", "sure")
_NO = ("n", "no", "no thanks", "")


class NoSuchLesson(UsageError):
    """There is no lesson of that number or name."""

    def __init__(self, name: str, total: int) -> None:
        self.name = name
        super().__init__(f"there is no lesson {name!r}; there are 1 to {total}")


class NoSuchPage(UsageError):
    """The lesson has no page of that number or id."""

    def __init__(self, lesson: int, page: str, known: tuple[str, ...]) -> None:
        self.lesson, self.page = lesson, page
        super().__init__(f"lesson {lesson} has no page {page!r}; its pages are {', '.join(known)}")


class Session:
    """One learner's way through rooms: the list of lessons, a lesson, or an app to play with."""

    def __init__(self, course: Course, desk: Desk, room: Workshop | None = None) -> None:
        self.course = course
        self._desk = desk
        self._lobby = Lobby(course, desk)
        self._room: Room = room or self._lobby
        self._yes: Callable[[], Reply] | None = None

    # What a terminal asks

    def opening(self, which: str | None = None) -> Reply:
        """Return what is shown first: the list of lessons, the lesson `which`, or the app to play with.

        Raises a RoutelabError where there is no such lesson, or where it cannot be taught.
        """
        match self._room:
            case Workshop() as workshop:
                return self._with_prompt(workshop.opening())
            case _ if which is not None:
                return self._with_prompt(self.start(which))
            case _:
                return self._with_prompt(self._lobby.shown())

    def answer(self, line: str) -> Reply:
        """Answer one line, or several that were pasted."""
        if "\n" in line.strip():
            return self._with_prompt(self._pasted(line))
        return self._with_prompt(self._answered(line))

    def has_news(self) -> bool:
        """Tell whether a file was saved that matters here; made to be asked again and again."""
        return not isinstance(self._room, Lobby) and self._room.bench.has_news()

    def look(self) -> Reply:
        """Take note of files that were saved, and say what follows."""
        if isinstance(self._room, Lobby) or not self._room.bench.has_news():
            return self._with_prompt(Reply())
        try:
            return self._with_prompt(self._room.saved())
        except RoutelabError as error:
            return self._with_prompt(refused(error))

    @property
    def history_name(self) -> str:
        """The name under which typed lines are remembered: one for each lesson."""
        return self._room.card.key if isinstance(self._room, Classroom) else self.here.name.lower()

    # What commands ask

    @property
    def here(self) -> Where:
        """Where the learner is."""
        match self._room:
            case Lobby():
                return Where.LIST
            case Classroom():
                return Where.LESSON
            case Workshop():
                return Where.PLAY

    @property
    def settings(self) -> Settings:
        """What was chosen once and for all."""
        return self._desk.settings

    @property
    def lesson(self) -> Classroom:
        """The lesson; asked only by commands that belong in one."""
        assert isinstance(self._room, Classroom)
        return self._room

    @property
    def bench(self) -> Bench:
        """The app under experiment; asked only where there is one."""
        assert not isinstance(self._room, Lobby)
        return self._room.bench

    @property
    def main_file(self) -> Path | None:
        """The app's first file."""
        if isinstance(self._room, Classroom):
            return self._room.app_file
        assert isinstance(self._room, Workshop)
        return self._room.main_file

    def shown(self, trace: Trace) -> TraceShown:
        """Show a trace as this room does."""
        assert not isinstance(self._room, Lobby)
        return self._room.shown(trace)

    def edit(self) -> Reply:
        """Open the app's file."""
        assert not isinstance(self._room, Lobby)
        return self._room.edit()

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
        self._room = lesson
        return lesson.go_to(number) if number is not None else lesson.resume()

    def leave_lesson(self) -> Reply:
        """Go back to the list."""
        self._room = self._lobby
        return self._lobby.shown()

    def on_enter(self) -> Reply:
        """Do what the bottom line says."""
        match self._room:
            case Lobby():
                return self.start(str(self.course.suggested(self._desk.progress.progress).number))
            case Classroom(finished=True) as lesson:
                following = lesson.card.number + 1
                return (
                    self.start(str(following)) if following <= len(self.course.cards) else self.leave_lesson()
                )
            case Classroom() as lesson:
                return lesson.on_enter()
            case Workshop() as workshop:
                last = workshop.bench.last_request
                return self._command("routes", "") if last is None else self._send(last)

    # Lines

    def _answered(self, line: str) -> Reply:
        try:
            return self._answer_to_question(line) or self._reply_to(line)
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
        if isinstance(self._room, Classroom) and (guessed := self._room.guess(line)) is not None:
            return guessed
        match sort_line(line, command_names()):
            case Blank():
                return self.on_enter()
            case Comment():
                return Reply()
            case RequestTyped(text=text):
                # The files that a lesson's requests send lie beside the lesson.
                folder = self._room.lesson.folder if isinstance(self._room, Classroom) else None
                return self._requested(text, partial(read_request, folder=folder))
            case CurlTyped(text=text):
                return self._requested(text, read_curl)
            case BuildTyped(text=text):
                return self._url_for(text)
            case CommandTyped(name=name, rest=rest):
                return self._command(name, rest)
            case OtherTyped(text=text):
                return self._other(text)

    def _pasted(self, text: str) -> Reply:
        """Answer the lines of a paste one by one, up to the first that is not understood."""
        lines = [line for line in lines_of(text) if line.strip()]
        items: list[Item] = []
        reply = Reply()
        for number, line in enumerate(lines, start=1):
            reply = self._answered(line)
            items += [
                replace(item, stepwise=False) if isinstance(item, TraceShown) else item
                for item in reply.items
            ]
            if reply.action is not None or not reply.understood:
                left = len(lines) - number
                if left:
                    items.append(Says(text=f"The other {left} of {len(lines)} pasted lines were not run."))
                break
        return replace(reply, items=tuple(items))

    def _requested(self, text: str, read: Callable[[str], RequestLine | Reply]) -> Reply:
        if isinstance(self._room, Lobby):
            begun = self.on_enter()
            return replace(
                begun, items=(*begun.items, Says(text="Your request waits in the prompt:")), line=text
            )
        if isinstance(self._room, Classroom) and self._room.has_open_guess:
            return self._room.guess_first()
        request = read(text)
        return request if isinstance(request, Reply) else self._send(request)

    def _send(self, request: RequestLine) -> Reply:
        match self._room:
            case Classroom() as lesson:
                return lesson.send(lesson.bench.send(request, all_candidates=lesson.needs_all_candidates))
            case Workshop() as workshop:
                return Reply(items=(workshop.shown(workshop.bench.send(request)),))
            case Lobby():
                raise AssertionError("the list of lessons has no app")

    def _url_for(self, text: str) -> Reply:
        from routelab.requestline.urlfor import parse_url_for

        if self.here is Where.LIST:
            return not_understood("start a lesson first: Enter does")
        try:
            return built(self, parse_url_for(text))
        except RequestLineError as error:
            return half_right(error)

    def _command(self, name: str, rest: str) -> Reply:
        command = find_command(name)
        assert command is not None
        if self.here not in command.where:
            places = " or ".join(sorted(where.value for where in command.where))
            return not_understood(f"{name} means something {places}; help shows what can be typed here")
        return command.run(self, rest)

    def _other(self, text: str) -> Reply:
        if self.here is Where.LIST and self.course.find(text.partition("/")[0]) is not None:
            return self.start(text)
        if isinstance(self._room, Classroom) and self._room.has_open_guess:
            return replace(self._room.guess_first(), understood=False)
        first, _, rest = text.partition(" ")
        near = nearest_command(first, self.here)
        if self._is_path(first):
            return half_right(NotAPathError(first))
        if near is not None:
            line = f"{near} {rest}".strip()
            return Reply(
                items=(Says(text=f"There is no command {first!r}. This is the nearest:"),),
                line=line,
                understood=False,
            )
        return not_understood(
            f"{_cut(text)!r} is neither a request nor a command; GET / is one, help shows all"
        )

    def _is_path(self, word: str) -> bool:
        """Tell whether a word is a path without its slash: `user/alice`, or the beginning of some rule."""
        if "/" in word or self.here is Where.LIST:
            return "/" in word
        return any(route.rule.lstrip("/").partition("/")[0] == word for route in self.bench.routes())

    def _classroom(self, card: Card) -> Classroom:
        engine = "routelab" if self.course.bundled and self._desk.engine == "auto" else self._desk.engine
        first = self.course.bundled and card.number == 1
        return Classroom(card, self._desk, engine=engine, stepwise=first)

    def _with_prompt(self, reply: Reply) -> Reply:
        prompt = (
            Prompt(place=self._room.prompt.place, enter="no", others=("y yes",))
            if self._yes
            else self._room.prompt
        )
        return replace(reply, prompt=prompt)


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
