"""A lesson as it was read: frozen values, checked where they were made.

Records know no Markdown and no TOML, and nothing of a learner's progress.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from routelab.lessons.expectation import Expectation, Question
from routelab.lessons.prose import Block, Text
from routelab.requestline import RequestLine
from routelab.tracing.records import Json

APP_FILE = PurePosixPath("app.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRequest:
    """A request line as the author typed it, and as it was read."""

    typed: str
    line: RequestLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What every kind of task has: what is asked, in what state of the app, and what is said after.

    `line` is that of the block in lesson.md; `before` are requests that are sent first, in the same lab.
    """

    line: int
    ask: Text
    hints: tuple[Text, ...] = ()
    after: Text = ()
    before: tuple[TypedRequest, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TryTask:
    """Send any request that fulfils `expect`; `example` does, its last request being the one that counts."""

    brief: Brief
    expect: tuple[Expectation, ...]
    example: tuple[TypedRequest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One possible answer, and what is said to those who take it.

    `nothing` is the answer that there is no such thing; `label` is how the choice is shown.
    """

    label: str
    value: Json = None
    nothing: bool = False
    say: Text = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictTask:
    """Say what a request will give, before it is run; which choice is right comes from running it."""

    brief: Brief
    request: TypedRequest
    question: Question
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A request that the edited app must answer as expected; `because` says why it is asked."""

    line: int
    request: TypedRequest
    expect: tuple[Expectation, ...]
    because: Text = ()
    before: tuple[TypedRequest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """An edit of the starter: in `file`, the one place that reads `old` becomes `new`."""

    file: PurePosixPath
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A wrong edit foreseen: recognised by what the app then answers, and proven by `replace`."""

    line: int
    request: TypedRequest
    expect: tuple[Expectation, ...]
    say: Text
    replace: tuple[Replacement, ...]
    before: tuple[TypedRequest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTask:
    """Change the app until all checks pass; `file` is the one to begin with."""

    brief: Brief
    checks: tuple[Check, ...]
    mistakes: tuple[Mistake, ...] = ()
    file: PurePosixPath = APP_FILE


Task: TypeAlias = TryTask | PredictTask | EditTask


class Files(Enum):
    """Which files of a lesson an app is made of."""

    STARTER = "starter"  # as the learner first gets them
    SOLUTION = "solution"  # with those of solution/ in their place


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page, with one task at most; `files` tells which app its try or predict task is about."""

    id: str
    title: str
    line: int
    blocks: tuple[Block, ...]
    task: Task | None = None
    covers: tuple[str, ...] = ()
    files: Files = Files.STARTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A lesson; `show` are the kinds of steps shown by default, () where the screen chooses."""

    folder: Path
    title: str
    goal: Text
    pages: tuple[Page, ...]
    part: str | None = None
    minutes: int | None = None
    show: tuple[str, ...] = ()
    loads: bool = True

    @property
    def name(self) -> str:
        """The folder's name: "02-dynamic-segments"."""
        return self.folder.name
