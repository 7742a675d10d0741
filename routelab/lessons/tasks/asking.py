"""What a task shows while it is open, what a reader is told of it, and what a class is shown.

Kinds of tasks are put together from these parts, so that a new kind needs no screen of its own. Facts alone:
it must not know any kind, nor how anything is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from routelab.lessons.tasks.answer import AuthorText, Sentence, ToCopy
from routelab.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from routelab.lessons.files import Files
    from routelab.lessons.prose import Code, Text
    from routelab.lessons.tasks.base import TypedRequest
    from routelab.tracing.trace import Trace


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


Asked: TypeAlias = YourTurn | Choosing | SentToCheck | Recalled | LookedFor
Told: TypeAlias = GivenAway | Sentence | ToCopy | TriedOut | AuthorText
