"""What an answer to a task leads to: things to say and show, and whether the task is settled.

Facts alone: it must not know how they are shown, what is saved, nor which page comes next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from routelab.oneof import OneOf
from routelab.record import Record

if TYPE_CHECKING:
    from routelab.lessons.judging import Result
    from routelab.lessons.mine.judging import AppResult
    from routelab.lessons.prose import Text
    from routelab.lessons.tasks.checks import EditResult
    from routelab.lessons.tasks.kinds import AnyTask
    from routelab.requestline.record import RequestLine
    from routelab.tracing.trace import Trace


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
    as a sentence. `told_at` is the kind of
    the step that answers it.
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
