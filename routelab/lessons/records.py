"""A lesson and its pages as they were read: frozen values, checked where they were made.

They know no Markdown and no TOML, and nothing of a learner's progress.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from routelab.lessons.facts import Fact
from routelab.lessons.files import Files
from routelab.lessons.prose import Block, Code, ItemList, Paragraph, Span, Table, Text, plain
from routelab.record import Record

if TYPE_CHECKING:
    from routelab.lessons.tasks.kinds import AnyTask, Asking


class Page(Record):
    """A page, with one task at most; `files` is the app that its facts and its questions are about.

    `again` are questions about the same that later lessons ask; the page itself does not show them.
    """

    id: str
    title: str
    line: int
    blocks: tuple[Block, ...]
    task: AnyTask | None = None
    covers: tuple[str, ...] = ()
    files: Files = Files.STARTER
    facts: tuple[Fact, ...] = ()
    again: tuple[Asking, ...] = ()

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The words and address of each link in its paragraphs and lists, once."""
        spans: list[Span] = []
        for block in self.blocks:
            match block:
                case Paragraph(text=text):
                    spans += text
                case ItemList(items=items):
                    spans += [span for item in items for span in item]
                case Table() | Code():
                    pass
        return tuple(dict.fromkeys((span.text, span.url) for span in spans if span.url))


class Lesson(Record):
    """A lesson; `show` are the kinds of steps shown by default, () where the screen chooses.

    `findings` are the codes of the mistakes that its app makes on purpose.
    """

    folder: Path
    title: str
    goal: Text
    pages: tuple[Page, ...]
    part: str | None = None
    minutes: int | None = None
    show: tuple[str, ...] = ()
    loads: bool = True
    findings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The folder's name: "02-dynamic-segments"."""
        return self.folder.name

    @property
    def earlier(self) -> tuple[Path, ...]:
        """The folders of the lessons that are asked about again."""
        tasks = (page.task for page in self.pages if page.task is not None)
        return tuple(dict.fromkeys(folder for task in tasks for folder in task.other_lessons))

    @property
    def goal_words(self) -> str:
        """The goal without styles."""
        return plain(self.goal)
