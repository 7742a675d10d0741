"""What a task shows while it is open, what an answer to it leads to, and what a reader and a class are shown.

Kinds of tasks are put together from these parts, so that a new kind needs no screen of its own. Facts alone:
it must not know any kind, how anything is shown, what is saved, nor which page comes next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from routelab.oneof import OneOf
from routelab.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from routelab.lessons.files import Files
    from routelab.lessons.judging import Result
    from routelab.lessons.mine.judging import AppResult
    from routelab.lessons.prose import Code, Text
    from routelab.lessons.tasks.base import TypedRequest
    from routelab.lessons.tasks.checks import EditResult
    from routelab.lessons.tasks.kinds import AnyTask
    from routelab.requestline.record import RequestLine
    from routelab.tracing.trace import Trace


# While it is open


class YourTurn(Record):
    """What the learner is asked to do."""

    ask: Text


class Choosing(Record):
    """A question about a request, with letters and labels to choose from; `after` is what is sent before."""

    request: str
    after: str
    ask: Text
    choices: tuple[tuple[str, str], ...]


class SentToCheck(Record):
    """The requests that the learner's app will be asked, each with what is sent before."""

    rows: tuple[tuple[str, str], ...]


class Recalled(Record):
    """Where a question comes from, a lesson and its page by their titles, with the code that it is about.

    It is question `number` of `total`.
    """

    lesson: str
    page: str
    code: tuple[Code, ...]
    number: int
    total: int


class LookedFor(Record):
    """What is looked for in the learner's own app."""

    rows: tuple[Text, ...]


Asked: TypeAlias = YourTurn | Choosing | SentToCheck | Recalled | LookedFor


# What an answer leads to


class Settled(OneOf):
    """Who settled a task."""

    BY_LEARNER = "the learner did it"
    BY_SOLUTION = "the solution was shown"


class Sentence(Record):
    """A sentence of routelab's own, on an answer that was right, or an aside for who sits at a prompt."""

    text: str
    right: bool = False
    aside: bool = False


class AuthorText(Record):
    """Text of the lesson's author; `label` says what it is, as "Hint 1 of 2"."""

    text: Text
    label: str = ""


class ToCopy(Record):
    """A line to be typed or pasted elsewhere, whole: a screen must not fold it."""

    typed: str


class Guess(Record):
    """A question about a request, what the learner chose, and what it is.

    `chosen` is a letter of the choices, "" for none; `own` and `answer` are labels, and `said` is what it is,
    as a sentence. `told_at` is the kind of the step that answers it.
    """

    ask: str
    choices: tuple[tuple[str, str], ...]
    chosen: str
    own: str
    answer: str
    said: str
    told_at: str

    @property
    def right(self) -> bool:
        """Whether the learner chose what it is."""
        return bool(self.chosen) and self.own == self.answer


class Sent(Record):
    """A request that the task sent itself, and the guess that went before it."""

    request: RequestLine
    trace: Trace
    guess: Guess | None = None


class NotYet(Record):
    """What a request lacks of what the task asks for: the expectations that failed."""

    trace: Trace
    results: tuple[Result, ...]


class Checked(Record):
    """What an edited app is worth."""

    result: EditResult


class Surveyed(Record):
    """What was found in an app of the learner's own."""

    result: AppResult


class Changes(Record):
    """The lines of a unified diff."""

    lines: tuple[str, ...]


Part: TypeAlias = Sentence | AuthorText | Sent | NotYet | Checked | Surveyed | Changes


class TaskReply(Record):
    """What an answer leads to; `settled` is None where the task stays open.

    `line` is offered in the prompt, `then` is what the task goes on with.
    """

    parts: tuple[Part, ...]
    settled: Settled | None = None
    line: str = ""
    then: AnyTask | None = None


# For a reader, and for a class


class GivenAway(Record):
    """All that the learner is shown who asks for the solution."""


class TriedOut(Record):
    """A request and what comes of it, in an app of these files; None for the one that the page tells of."""

    before: tuple[TypedRequest, ...]
    request: TypedRequest
    files: Files | None = None


class Demonstrated(Record):
    """A request that is shown to a class, with what is sent before.

    Where it is a question first: letters and labels to choose from, and what tells the letter that a trace
    makes right, "" for none.
    """

    request: TypedRequest
    before: tuple[TypedRequest, ...]
    choices: tuple[tuple[str, str], ...] = ()
    answered: Callable[[Trace], str] | None = None


Told: TypeAlias = GivenAway | Sentence | ToCopy | TriedOut | AuthorText
