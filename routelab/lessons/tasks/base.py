"""What every kind of task has, and what it must be able to do: be read, answered, given away and proven.

It must not know any one kind. A kind that leaves out what is abstract here cannot be made, and the type
checker says what it lacks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol, Self

from routelab.language import say
from routelab.lessons.files import APP_FILE, Files, Project
from routelab.lessons.prose import Text, plain
from routelab.lessons.tasks.answer import AuthorText, Part, Sentence, Settled, TaskReply
from routelab.lessons.tasks.asking import Asked, Demonstrated, Told, YourTurn
from routelab.record import Record
from routelab.requestline.record import RequestLine

if TYPE_CHECKING:
    from routelab.lessons.findings import CheckRule
    from routelab.lessons.mine.judging import Looks
    from routelab.lessons.tasks.reading import TaskReader
    from routelab.lessons.tasks.running import AppFactory, ProvenApp
    from routelab.lessons.tomlblock import TomlTable
    from routelab.tracing.trace import Trace


class TypedRequest(Record):
    """A request line as the author typed it, and as it was read."""

    typed: str
    line: RequestLine


class Brief(Record):
    """What every kind of task has: what is asked, in what state of the app, and what is said after.

    `line` is that of the block in lesson.md; `before` are requests that are sent first, in the same lab.
    """

    line: int
    ask: Text
    hints: tuple[Text, ...] = ()
    after: Text = ()
    before: tuple[TypedRequest, ...] = ()
    optional: bool = False


class Apps(NamedTuple):
    """The apps that an answer can be about: what loads each of them, anew whenever it is called.

    `own` is the learner's, and `page` the one that the page tells of, whatever the learner made of theirs.
    `edited` is a copy of the learner's own, where the page tells of the app after an edit. `earlier` gives
    the one that a page of another lesson, in this folder, tells of. `changes_needed` says what to change in
    the learner's files until an app passes, as lines of a unified diff.
    """

    own: AppFactory
    page: AppFactory
    edited: AppFactory | None
    earlier: Callable[[Path, Files], AppFactory]
    changes_needed: Callable[[Callable[[AppFactory], bool]], Iterator[str]]


class Prover(Protocol):
    """What a proof has: the apps of the lesson, copies of the starter, and a place for findings."""

    @property
    def started(self) -> ProvenApp:
        """The app as it came, whether it loads or not."""

    @property
    def solution(self) -> ProvenApp | None:
        """The app with solution/ in place; None where there is none, and a finding says so."""

    @property
    def empty(self) -> ProvenApp:
        """An app without any route, among the files of the starter."""

    def problem_in(
        self,
        name: str,
        edited: Mapping[PurePosixPath, str],
        look: Callable[[AppFactory], str | None],
    ) -> str | None:
        """Look for a problem in the app as it came, in a copy of this name, some files with another text."""

    def sample(self, files: Project) -> Looks:
        """Give looks at a sample of the app that learners build; they may have looked for other proofs."""

    def text_of(self, file: PurePosixPath) -> str | None:
        """Read a file of the starter; None where there is none."""

    def add(self, promise: CheckRule, line: int, text: str, file: PurePosixPath | None = None) -> None:
        """Note that a promise is broken, in lesson.md where no `file` is named."""


class Task(Record, ABC):
    """A task of any kind. What a learner does is tried in the order: line, request, files.

    `kind` is its name in TOML. The answer to a task
    that `edits_app` is the learner's files: they are checked on Enter and at each save, there is a solution/,
    and the pages that follow are about the app as the edit should leave it. The answer to one `about_own_app`
    is the app that the learner builds beside the lessons.
    """

    kind: ClassVar[str]
    edits_app: ClassVar[bool] = False
    about_own_app: ClassVar[bool] = False

    brief: Brief

    @property
    def enter(self) -> str:
        """What an empty line does while the task is open."""
        return say("show the task again")

    @classmethod
    @abstractmethod
    def read(cls, table: TomlTable, brief: Brief, reader: TaskReader) -> Self | None:
        """Read what this kind has beside the brief; None, and findings, where it cannot be read."""

    def on(self, day: date) -> Self:  # noqa: ARG002 - kinds override it
        """Return the task as it is asked on a day, the same for most."""
        return self

    @abstractmethod
    def prove(self, prover: Prover, app: ProvenApp | None) -> None:
        """Prove that it can be done and says what is true.

        `app` is the one that the page tells of; None where it does not load, which is a finding already.
        """

    def asked(self) -> Iterator[Asked]:
        """Give what the learner is shown while it is open."""
        yield YourTurn(ask=self.brief.ask)

    @property
    def covers(self) -> tuple[str, ...]:
        """What it is about beside what its page names, for a course's own list."""
        return ()

    @property
    def other_lessons(self) -> tuple[Path, ...]:
        """The folders of other lessons whose apps it runs."""
        return ()

    @property
    def about(self) -> str | None:
        """The request that the task is about, as it was typed; None where it is about no single one."""
        return None

    @abstractmethod
    def told(self) -> Iterator[Told]:
        """Give what a reader is told of it who has no prompt."""

    @abstractmethod
    def demonstrated(self) -> Iterator[Demonstrated]:
        """Give the requests that show what it is about, in front of a class."""

    @abstractmethod
    def solution(self, apps: Apps) -> TaskReply:
        """Show what does it."""

    def answer(self, apps: Apps) -> str:  # noqa: ARG002 - kinds override it
        """Return the answer in a line, for a page that is done; "" where the learner's files are it."""
        return ""

    @property
    def checks_files(self) -> bool:
        """Whether files of the learner's are its answer."""
        return self.edits_app or self.about_own_app

    @property
    def main_file(self) -> PurePosixPath:
        """The file to edit."""
        return APP_FILE

    @property
    def sent_first(self) -> tuple[TypedRequest, ...]:
        """The requests that are sent to the learner's own app when the task is shown."""
        return ()

    @property
    def instead_of_requests(self) -> str | None:
        """What is said to a request while the task is open, where it has to wait; else None."""
        return None

    def take_line(self, typed: str, apps: Apps) -> TaskReply | None:  # noqa: ARG002 - kinds override it
        """Take a line that means something to this task alone; None for any other."""
        return None

    def take_request(self, trace: Trace) -> TaskReply | None:  # noqa: ARG002
        """Take a request that the learner sent; None where requests are no answer."""
        return None

    def check(self, apps: Apps) -> TaskReply:
        """Check the learner's files; asked of a task that edits the app."""
        raise NotImplementedError

    def right(self, said: str, *shown: Part) -> TaskReply:
        """Let the learner have settled it: say so below what is shown, and then the author's last words."""
        parts = (*shown, Sentence(text=said, right=True), *self.after())
        return TaskReply(parts=parts, settled=Settled.BY_LEARNER)

    def after(self) -> Iterator[Part]:
        """Give the author's last words, where there are any."""
        if plain(self.brief.after):
            yield AuthorText(text=self.brief.after)
