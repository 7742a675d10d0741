"""What a reply is made of: things to show, the prompt that follows, and what the terminal has to do.

Facts and sentences; it must not know how anything looks, nor who shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from routelab.asking import Decision, Table
    from routelab.lab import Lab
    from routelab.lessons.grading import EditResult
    from routelab.lessons.judging import Result
    from routelab.lessons.prose import Text
    from routelab.lessons.records import Lesson, Page, Task
    from routelab.requestline import RequestLine
    from routelab.requestline.urlfor import UrlFor
    from routelab.routing.built import BuildExplanation
    from routelab.tracing.records import Trace


class Tone(Enum):
    """What kind of sentence it is."""

    PLAIN = "plain"
    RIGHT = "right"
    WRONG = "wrong"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """A sentence of routelab's own."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorSays:
    """Text of the lesson's author; `label` says what it is, as "Hint 1 of 2"."""

    text: Text
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonCard:
    """A lesson in the list: `finished` of `pages` pages, and the states in words where it was begun."""

    number: int
    title: str
    goal: str
    pages: int
    finished: int
    words: str
    minutes: int | None = None
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseShown:
    """The list of lessons: (part, its lessons), in order; `part` is "" where the author names none."""

    parts: tuple[tuple[str, tuple[LessonCard, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageShown:
    """A page of a lesson, number `number` of `total`."""

    lesson: Lesson
    page: Page
    number: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskShown:
    """What a page asks for; of an edit task also the file to edit, and when it was last checked."""

    task: Task
    file: Path | None = None
    checked: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceShown:
    """A trace: steps of the kinds in `show`, () where the screen chooses, or all of them.

    `stepwise` asks for it to be played step by step, where there is a terminal that can.
    """

    trace: Trace
    show: tuple[str, ...] = ()
    full: bool = False
    stepwise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet:
    """What a request lacks of what the task asks for: the expectations that failed."""

    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What became of an edit; `saved` names the files whose saving led to it, () where it was asked for."""

    result: EditResult
    at: datetime
    saved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceShown:
    """Lines of a file, from line `first` on."""

    file: str
    first: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffShown:
    """The lines of a unified diff."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Rows of a name and what it is: help, cookies, places that were found."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesShown:
    """The route table of an app."""

    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionShown:
    """What the router alone says to a request."""

    lab: Lab
    request: RequestLine
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildShown:
    """How a URL is built."""

    wanted: UrlFor
    explanation: BuildExplanation


Item: TypeAlias = (
    Says
    | AuthorSays
    | CourseShown
    | PageShown
    | TaskShown
    | TraceShown
    | NotYet
    | Checked
    | SourceShown
    | DiffShown
    | Listing
    | RoutesShown
    | DecisionShown
    | BuildShown
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEditor:
    """Open this file in the learner's editor."""

    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Quit:
    """Leave."""


Action: TypeAlias = OpenEditor | Quit


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What stands where the learner types, and what Enter does on an empty line.

    `place` says where one is: "the-loop, page 1 of 5"; `headers` are those set for all requests; `others`
    are a few more words to type, with what they do.
    """

    place: str = ""
    headers: tuple[str, ...] = ()
    enter: str = ""
    others: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The prompt: "the-loop, page 1 of 5 [X-Token]> "."""
        names = f" [{', '.join(self.headers)}]" if self.headers else ""
        return f"{self.place}{names}> "

    def bottom(self, width: int | None = None) -> str:
        """Return the bottom line: "Enter: next page.   h hint, skip, help, quit"; as much as has room."""
        line = f"Enter: {self.enter}."
        for number, other in enumerate(self.others):
            longer = f"{line}{', ' if number else '   '}{other}"
            if width is not None and len(longer) > width:
                break
            line = longer
        return line


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer to one line. `line` comes back into the prompt, to be edited or sent."""

    items: tuple[Item, ...] = ()
    prompt: Prompt = field(default_factory=Prompt)
    line: str = ""
    action: Action | None = None
    understood: bool = True
