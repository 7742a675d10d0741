"""Tasks that ask again: questions about pages of earlier lessons, with other values than there.

The questions stand with the earlier pages, in `toml again` blocks, and are proven there. Which of several
is asked depends on the day. It must not know how a page is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from routelab.language import say
from routelab.lessons.files import Files
from routelab.lessons.prose import Code
from routelab.lessons.tasks.answer import Settled, TaskReply
from routelab.lessons.tasks.asking import Asked, Demonstrated, GivenAway, Recalled, Told
from routelab.lessons.tasks.base import Apps, Brief, Prover, Task
from routelab.lessons.tasks.predict import PredictTask
from routelab.lessons.tasks.reading import TaskReader
from routelab.lessons.tasks.running import ProvenApp
from routelab.lessons.tomlblock import TomlTable
from routelab.record import Record

if TYPE_CHECKING:
    from routelab.lessons.records import Page


class Earlier(Record):
    """A page of an earlier lesson, and the questions that are asked about it later; there is one at least.

    `folder` and `files` are its app, `code` what the page shows of it.
    """

    folder: Path
    lesson: str
    page: str
    files: Files
    variants: tuple[PredictTask, ...]
    code: tuple[Code, ...] = ()
    covers: tuple[str, ...] = ()

    @classmethod
    def of(cls, folder: Path, lesson: str, page: Page) -> Self:
        """Take what a page has for later; `lesson` is the title of its lesson."""
        return cls(
            folder=folder,
            lesson=lesson,
            page=page.title,
            files=page.files,
            code=tuple(block for block in page.blocks if isinstance(block, Code)),
            covers=page.covers,
            variants=page.again,
        )

    def on(self, day: date) -> Self:
        """Keep the question of a day: who comes back on the next one is asked another, where there is."""
        return self.replace(variants=(self.variants[day.toordinal() % len(self.variants)],))


class ReviewTask(Task):
    """Answer questions about earlier pages, one after the other; `questions` are all of them.

    The first `answered` are behind the learner; `given_up` is whether one of those was shown.
    """

    kind = "review"

    questions: tuple[Earlier, ...]
    answered: int = 0
    given_up: bool = False

    @property
    def enter(self) -> str:
        return say("show the question again")

    @classmethod
    def read(cls, table: TomlTable, brief: Brief, reader: TaskReader) -> Self | None:
        questions = reader.earlier(table)
        return cls(brief=brief, questions=questions) if questions else None

    def on(self, day: date) -> Self:
        """Choose the question of the day about each page."""
        return self.replace(questions=tuple(earlier.on(day) for earlier in self.questions))

    @property
    def question(self) -> PredictTask:
        """The question that is open."""
        return self._open.variants[0]

    @property
    def covers(self) -> tuple[str, ...]:
        """What the earlier pages are about."""
        return tuple(row for earlier in self.questions for row in earlier.covers)

    @property
    def other_lessons(self) -> tuple[Path, ...]:
        return tuple(earlier.folder for earlier in self.questions)

    @property
    def instead_of_requests(self) -> str:
        return self.question.instead_of_requests

    def asked(self) -> Iterator[Asked]:
        earlier = self._open
        number, total = self.answered + 1, len(self.questions)
        yield Recalled(
            lesson=earlier.lesson, page=earlier.page, code=earlier.code, number=number, total=total
        )
        yield from self.question.asked()

    def take_line(self, typed: str, apps: Apps) -> TaskReply | None:
        reply = self.question.take_line(typed, self._apps(apps))
        return None if reply is None else self._on_with(reply)

    def solution(self, apps: Apps) -> TaskReply:
        return self._on_with(self.question.solution(self._apps(apps)))

    def told(self) -> Iterator[Told]:
        yield from (GivenAway() for _ in self.questions[self.answered :])

    def demonstrated(self) -> Iterator[Demonstrated]:
        """Give nothing: a class saw it on the page itself."""
        return iter(())

    def prove(self, prover: Prover, app: ProvenApp | None) -> None:
        """Prove nothing: the questions are proven where they stand."""

    def _on_with(self, reply: TaskReply) -> TaskReply:
        """Go on with the next question once this one is settled; the last one settles the task."""
        given_up = self.given_up or reply.settled is Settled.BY_SOLUTION
        if reply.settled is None:
            return reply
        if self.answered + 1 < len(self.questions):
            then = self.replace(answered=self.answered + 1, given_up=given_up)
            return reply.replace(settled=None, then=then)
        settled = Settled.BY_SOLUTION if given_up else Settled.BY_LEARNER
        return reply.replace(parts=(*reply.parts, *self.after()), settled=settled)

    @property
    def _open(self) -> Earlier:
        return self.questions[self.answered]

    def _apps(self, apps: Apps) -> Apps:
        return apps._replace(page=apps.earlier(self._open.folder, self._open.files), edited=None)
