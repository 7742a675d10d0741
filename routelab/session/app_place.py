"""A place with an app under experiment: requests are sent there, and its router, source and cookies asked.

A lesson and play are such places, and `app_words` has what can be typed in both. It knows no lesson's tasks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from routelab.errors import AppNotFound, RoutelabError
from routelab.learner.environment import LearnerEnvironment
from routelab.learner.watch import News
from routelab.requestline.curl import from_curl
from routelab.requestline.errors import Fault, RequestLineError
from routelab.requestline.parsing import parse
from routelab.requestline.record import RequestLine
from routelab.requestline.urlfor import UrlFor, parse_url_for
from routelab.session.commands import SessionPlace
from routelab.session.course import Course
from routelab.session.lines import error_reply, neither, not_understood, offered, sentence
from routelab.session.reply import (
    CLOCK,
    BuildShown,
    GoTo,
    Message,
    MessageKind,
    Reply,
    TraceShown,
    aside,
    saying,
)
from routelab.session.sandbox import AppSandbox

if TYPE_CHECKING:
    from routelab.router import KnownRule
    from routelab.tracing.trace import Trace

NOTHING_SENT = saying("No request was sent yet. For example: GET /")
_PATH = re.compile(r"[\w.~%-][^\s'\"()]*/[^\s'\"()]*").fullmatch  # `user/alice`, and not `fetch("/")`


def read_request(text: str, folder: Path | None = None) -> RequestLine | Reply:
    """Read a request line; one that is half right comes back to be edited. Its files lie in `folder`."""
    try:
        return parse(text, folder=folder)
    except RequestLineError as error:
        if error.fault is not Fault.NOT_A_PATH or (line := _with_the_rest(error, text)) is None:
            return correction(error)
    try:
        parse(line, folder=folder)
    except RequestLineError:  # words with a method first: "delete the cart"
        return neither(text)
    return _with_its_slash(line)


def _with_the_rest(error: RequestLineError, text: str) -> str | None:
    """Put what was typed behind a path behind the corrected one; None where that was quoted in some way."""
    found = re.search(rf"(?:^|\s){re.escape(str(error.facts['word']))}(?!\S)", text)
    return None if found is None else f"{error.suggestion}{text[found.end() :]}"


def read_curl(text: str) -> RequestLine | Reply:
    """Read a curl command."""
    try:
        return from_curl(text)
    except RequestLineError as error:
        return correction(error)


def correction(error: RequestLineError) -> Reply:
    """Say what is wrong, and offer the line that may be meant."""
    if error.suggestion is None:
        return not_understood(str(error))
    if error.fault is Fault.NOT_A_PATH:
        return _with_its_slash(error.suggestion)
    said = f"{sentence(str(error))} Here is a line to begin with:"
    return saying(said, line=error.suggestion, understood=False)


def _with_its_slash(line: str) -> Reply:
    said = "A path starts with a slash. Here is the corrected line. Press Enter to send it:"
    return saying(said, line=line, understood=False)


class AppPlace(SessionPlace):
    """A place with an app in its sandbox; `folder` is where the files lie that requests send."""

    file_is: ClassVar[str] = "The file"
    folder: Path | None = None
    sandbox: AppSandbox

    def __init__(self, course: Course, learner: LearnerEnvironment, sandbox: AppSandbox) -> None:
        super().__init__(course, learner)
        self.sandbox = sandbox

    @property
    def main_file(self) -> Path | None:
        """The app's file to look into first."""
        raise NotImplementedError

    def shown(self, trace: Trace) -> TraceShown:
        """Show a trace as this place does."""
        raise NotImplementedError

    def send(self, request: RequestLine) -> Reply:
        """Send a request, and show its trace."""
        return Reply(items=(self.shown(self.sandbox.send(request)),))

    @property
    def last_finding(self) -> str | None:
        trace = self.sandbox.last
        return None if trace is None or not trace.findings else trace.findings[0].code

    def send_again(self) -> Reply:
        """Send the last request once more."""
        early = self.request_too_early()
        if early is not None:
            return early
        last = self.sandbox.last_request
        return NOTHING_SENT if last is None else self.send(last)

    def restart(self) -> Reply:
        """Start the app afresh."""
        raise NotImplementedError

    def request_too_early(self) -> Reply | None:
        """Answer a request that has to wait; None where none has to."""
        return None

    def request(self, text: str) -> Reply:
        return self._requested(text, partial(read_request, folder=self.folder))

    def curl(self, text: str) -> Reply:
        return self._requested(text, read_curl)

    def url_for(self, text: str) -> Reply:
        try:
            return self.build(parse_url_for(text))
        except RequestLineError as error:
            return correction(error)

    def build(self, wanted: UrlFor) -> Reply:
        """Build a URL, and show how."""
        self.sandbox.refresh()
        return Reply(items=(BuildShown(wanted=wanted, explanation=self.sandbox.lab.build(wanted)),))

    def take_other(self, text: str) -> Reply | None:
        """Take the number of a lesson, a path without its slash (`user/alice`), or a name of the app's."""
        word = text.partition(" ")[0]
        if self.names_a_lesson(text):
            return Reply(then=GoTo(lesson=text))
        routes = self._routes()
        if any(route.rule.lstrip("/").partition("/")[0] == word for route in routes) or _PATH(word):
            return self.request(f"GET {word}")
        if (name := word.removesuffix("()")) in {route.endpoint for route in routes}:
            return offered(
                f"{name} is a view. A request asks for the path of its rule. Enter shows that:",
                f"routes {name}",
            )
        if text in self.own_files:
            return offered("That is a file of the app. Enter opens it:", f"edit {text}")
        return None

    def names_a_lesson(self, text: str) -> bool:
        """Tell whether a line is the number of a lesson, with a page or without: `2`, `2/user`."""
        number = text.partition("/")[0]
        return number.isdecimal() and self.course.find(number) is not None

    def close(self) -> None:
        self.sandbox.close()

    def loaded_anew(self, news: News) -> Reply:
        """Load the app after a save, and say what came of it."""
        said = f"{self.learner.now():{CLOCK}}  {news}"
        try:
            failure = self.sandbox.lab.failure
        except RoutelabError as error:
            told = self.without_app(error) if isinstance(error, AppNotFound) else error_reply(error)
            return Reply(items=(aside(f"{said}."), *told.items))
        if failure is None:
            return Reply(items=(aside(f"{said}, and the app was reloaded."),))
        return Reply(items=(Message(text=f"{said}. {sentence(str(failure))}", kind=MessageKind.WRONG),))

    def has_news(self) -> bool:
        return self.sandbox.has_news()

    @property
    def own_files(self) -> Mapping[str, Path]:
        """The files of the app that can be edited, by their names."""
        return self.sandbox.files()

    def _routes(self) -> tuple[KnownRule, ...]:
        try:
            return self.sandbox.routes()
        except RoutelabError:  # there is no app yet: what was typed is what it is without one
            return ()

    def _requested(self, text: str, read: Callable[[str], RequestLine | Reply]) -> Reply:
        early = self.request_too_early()
        if early is not None:
            return early
        request = read(text)
        return request if isinstance(request, Reply) else self.send(request)
