"""What a reply is made of: things to show, the prompt that follows, and what has to be done.

Facts and sentences; it must not know how anything looks, nor who shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from routelab.courselist import CourseList
from routelab.language import say
from routelab.lessons.tasks.answer import AuthorText, Changes, NotYet, ToCopy
from routelab.oneof import OneOf
from routelab.record import Record

if TYPE_CHECKING:
    from routelab.lab import Lab
    from routelab.learner.watch import News
    from routelab.lessons.explaining import Explained
    from routelab.lessons.mine.judging import AppResult
    from routelab.lessons.records import Lesson, Page
    from routelab.lessons.tasks.answer import Guess
    from routelab.lessons.tasks.checks import EditResult
    from routelab.lessons.tasks.kinds import AnyTask
    from routelab.requestline.record import RequestLine
    from routelab.requestline.urlfor import UrlFor
    from routelab.router import RouterDecision, RouteTable
    from routelab.routing.built import BuildExplanation
    from routelab.tracing.findings.finding import TraceFinding
    from routelab.tracing.trace import Trace

CLOCK = "%H:%M:%S"
SKIP = "skip leaves this page for later."
BEGIN = "mine seed writes what earlier lessons would have built"
SEED = f"{BEGIN}; {SKIP}"
# Of several apps in the file of one's own.
KEEP_ONE = (
    "Each Flask(...) is an app with its own rules. Keep one of them, call it app, and give it all rules; "
    + SKIP
)


class Mode(OneOf):
    """Where a learner can be, in the words that say where a command belongs: "in a lesson"."""

    LIST = "in the list of lessons"
    LESSON = "in a lesson"
    PLAY = "in play"
    WARM_UP = "in a warm-up"


class MessageKind(OneOf):
    """What kind of sentence it is."""

    PLAIN = "plain"
    RIGHT = "right"
    WRONG = "wrong"
    ASIDE = "aside"


class Message(Record):
    """A sentence of routelab's own."""

    text: str
    kind: MessageKind = MessageKind.PLAIN


def aside(text: str) -> Message:
    """Say something beside the matter."""
    return Message(text=text, kind=MessageKind.ASIDE)


class PageShown(Record):
    """A page of a lesson, number `number` of `total`."""

    lesson: Lesson
    page: Page
    number: int
    total: int

    @property
    def optional(self) -> bool:
        """Whether the page is an extra."""
        return self.page.task is not None and self.page.task.brief.optional


class TaskShown(Record):
    """What a page asks for; of an edit task also the file to edit, and when it was last checked."""

    task: AnyTask
    file: Path | None = None
    checked: datetime | None = None

    @property
    def last_check(self) -> str:
        """When it was last checked: "12:30:05", or "none yet"."""
        return say("none yet") if self.checked is None else f"{self.checked:{CLOCK}}"


class TaskDone(Record):
    """A task that was done before, with its answer in a line; "" where there is none to say.

    `seen`: its solution was shown instead.
    """

    task: AnyTask
    answer: str
    seen: bool


class TraceShown(Record):
    """A trace: steps of the kinds in `show`, () where the screen chooses, or all of them.

    `stepwise` asks for it to be played step by step, where there is a terminal that can. `riddle`: the page
    still asks something, and what is noted about the app's files might give it away. `guess` is what the
    learner said before, and `page` where in a lesson that was.
    """

    trace: Trace
    show: tuple[str, ...] = ()
    full: bool = False
    stepwise: bool = False
    riddle: bool = False
    guess: Guess | None = None
    page: str = ""

    def findings_of(self, trace: Trace) -> tuple[TraceFinding, ...]:
        """Return the mistakes that are told now of a trace: this one, or one of its redirects."""
        hidden = self.riddle and not self.full
        return tuple(it for it in trace.findings if not (hidden and "file" in it.facts))


class FilesChecked(Record):
    """The learner's files were looked at; `news` of them led to it, none where it was asked for."""

    at: datetime
    news: News

    @property
    def heading(self) -> str:
        """When and why: "12:30:05  app.py was saved"."""
        return f"{self.at:{CLOCK}}  {str(self.news) or 'checked'}"


class CheckReport(FilesChecked):
    """What became of an edit; `reset_helps`: with the files as they came there would be an app to check."""

    result: EditResult
    reset_helps: bool


class SurveyShown(FilesChecked):
    """What was found in an app of one's own; without one, `ways_on` helps on from `file`."""

    result: AppResult
    file: Path
    ways_on: str


class SourceShown(Record):
    """Lines of a file, from line `first` on."""

    file: str
    first: int
    lines: tuple[str, ...]


class Listing(Record):
    """Rows of a name and what it is: help, cookies, places that were found."""

    title: str
    rows: tuple[tuple[str, str], ...]


class RoutesShown(Record):
    """The route table of an app."""

    table: RouteTable


class DecisionShown(Record):
    """What the router alone says to a request; `everything` tells of rules far from fitting, too."""

    lab: Lab
    request: RequestLine
    decision: RouterDecision
    everything: bool


class BuildShown(Record):
    """How a URL is built."""

    wanted: UrlFor
    explanation: BuildExplanation


class ExplanationShown(Record):
    """A page of explain, run just now; `titles` are (code, title) of all pages."""

    explained: Explained
    titles: tuple[tuple[str, str], ...]


class CodesShown(Record):
    """All codes of findings, each with the title of its page."""

    titles: tuple[tuple[str, str], ...]


Item: TypeAlias = (
    Message
    | AuthorText
    | CourseList
    | PageShown
    | TaskShown
    | TaskDone
    | TraceShown
    | NotYet
    | CheckReport
    | SurveyShown
    | SourceShown
    | Changes
    | ToCopy
    | Listing
    | RoutesShown
    | DecisionShown
    | BuildShown
    | ExplanationShown
    | CodesShown
)


class OpenEditor(Record):
    """Open this file in the learner's editor."""

    file: Path


class Quit(Record):
    """Leave."""


class SaveTrace(Record):
    """Write a trace to this file, without secrets, in the form that the end of its name says."""

    trace: Trace
    file: Path


SAVED_AS = (".html", ".svg", ".json")
"""The ends of the names of files that a trace can be saved in."""

Action: TypeAlias = OpenEditor | SaveTrace | Quit


class Prompt(Record):
    """What stands where the learner types, and what Enter does on an empty line.

    `place` says where one is: "The loop, 1 of 5"; `headers` are those set for all requests; `others` are a
    few more words to type, with what they do.
    """

    place: str = ""
    headers: tuple[str, ...] = ()
    enter: str = ""
    others: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The prompt itself."""
        return "> "

    @property
    def where(self) -> str:
        """Where one is, and the headers that go along: "The loop, 1 of 5 [X-Token]"."""
        names = f"[{', '.join(self.headers)}]" if self.headers else ""
        return " ".join(filter(None, (self.place, names)))

    def bottom(self, width: int | None = None) -> str:
        """Return the bottom line, as much as has room: "Enter: next page.   h hint, skip   The loop, 1 of 5".

        What Enter does comes first, then where one is, at the right edge of `width`.
        """
        line, where = f"Enter: {self.enter}.", self.where
        if width is None:
            return "   ".join(filter(None, (line, ", ".join(self.others), where)))
        if where and len(line) + 3 + len(where) > width:
            where = ""
        room = width - (len(where) + 3 if where else 0)
        for number, other in enumerate(self.others):
            longer = f"{line}{', ' if number else '   '}{other}"
            if len(longer) > room:
                break
            line = longer
        return f"{line:<{width - len(where)}}{where}" if where else line


class Ask(Record):
    """A question was asked; if the next line says yes, this is done. `no` answers one that says no."""

    yes: Callable[[], Reply]
    no: Reply


class GoTo(Record):
    """Go to a lesson, as one types it ("2/user"), or to the list; what the reply shows comes after that.

    `typed` is a line that is answered there, "" for none.
    """

    lesson: str | None
    typed: str = ""


class Reply(Record):
    """An answer to one line. `line` comes back into the prompt, to be edited or sent.

    `action` is what the terminal has to do, `then` what the session has to do before the reply goes out.
    """

    items: tuple[Item, ...] = ()
    prompt: Prompt = Prompt()
    line: str = ""
    action: Action | None = None
    understood: bool = True
    then: Ask | GoTo | None = None


def saying(
    text: str,
    kind: MessageKind = MessageKind.PLAIN,
    *,
    line: str = "",
    understood: bool = True,
    then: Ask | GoTo | None = None,
) -> Reply:
    """Reply with a sentence alone."""
    items = (Message(text=text, kind=kind),)
    return Reply(items=items, line=line, understood=understood, then=then)
