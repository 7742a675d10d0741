"""The outline of a lesson file: title, goal, settings and pages, not yet read in depth.

It knows where each part belongs; what a task or a piece of code says is read elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from routelab.lessons.findings import CheckRule, Findings
from routelab.lessons.markdown import Comment, Fence, Heading, Part, Unsupported
from routelab.lessons.prose import ItemList, Paragraph, Table
from routelab.lessons.tomlblock import TomlValues
from routelab.nearest import nearest

LESSON_BLOCK = "toml lesson"
TASK_BLOCK = "toml task"
FACT_BLOCK = "toml fact"
AGAIN_BLOCK = "toml again"
_BLOCKS = (LESSON_BLOCK, TASK_BLOCK, FACT_BLOCK, AGAIN_BLOCK)
_OF_TASK = re.compile(r"^kind *=", re.MULTILINE)  # the key that every task begins with


class PageOutline:
    """A page as it is being gathered; `code` fences stand among its blocks."""

    def __init__(self, heading: Heading, page_id: str) -> None:
        self.heading, self.id = heading, page_id
        self.blocks: list[Paragraph | ItemList | Table | Fence] = []
        self.task: Fence | None = None
        self.words: TomlValues | None = None  # of the task, in another language
        self.facts: list[Fence] = []
        self.again: list[Fence] = []
        self.covers: list[str] = []


class Outline:
    """A lesson file as it is being gathered."""

    def __init__(self) -> None:
        self.title = ""
        self.goal: Paragraph | None = None
        self.settings: Fence | None = None
        self.pages: list[PageOutline] = []


def outline_of(parts: Iterable[Part], findings: Findings) -> Outline:
    """Put each part in its place; what has none is a finding."""
    gatherer = _Gatherer(findings)
    for part in parts:
        gatherer.take(part)
    gatherer.finish()
    return gatherer.outline


def slug(title: str) -> str:
    """Make a page's id of its heading: "A negative number" becomes "a-negative-number"."""
    words = "".join(c if c.isalnum() else " " for c in title.lower()).split()
    return "-".join(words)


class _Gatherer:
    def __init__(self, findings: Findings) -> None:
        self.outline = Outline()
        self._findings = findings
        self._said: set[tuple[int, str]] = set()
        self._early: int | None = None  # where text stands before the title

    def take(self, part: Part) -> None:
        match part:
            case Heading():
                self._take_heading(part)
            case Fence(words=words) if words in _BLOCKS:
                self._take_toml(part)
            case Fence(words=words) if near := nearest(words.casefold(), _BLOCKS, cutoff=0.75):
                self._complain(part.line, f"there is no block {words!r}; did you mean {near!r}?")
            case Fence(words="toml", text=text) if _OF_TASK.search(text):
                self._complain(part.line, f"a block with a kind is a task; begin it with: ```{TASK_BLOCK}")
            case Comment(text=text):
                self._take_comment(text)
            case Unsupported(problem=problem):
                self._complain(part.line, problem)
            case _:
                self._take_block(part)

    def finish(self) -> None:
        outline = self.outline
        if not outline.title:
            self._complain(1, "the lesson has no title; begin it with a line such as: # Converters")
            return
        if self._early is not None:
            self._complain(self._early, "the title comes first; move it to the top of the file")
        if outline.goal is None:
            self._complain(1, "the goal is missing; write it as one paragraph below the title")
        if not outline.pages:
            self._complain(None, "the lesson has no page; begin one with a line such as: ## The first page")
        for page in outline.pages:
            if not page.blocks and page.task is None:
                self._complain(page.heading.line, "this page is empty; write it or remove its heading")

    @property
    def _page(self) -> PageOutline | None:
        return self.outline.pages[-1] if self.outline.pages else None

    def _take_heading(self, heading: Heading) -> None:
        outline = self.outline
        match heading.level:
            case 1 if outline.title:
                self._complain(heading.line, "a lesson has one title; begin pages with ##")
            case 1:
                outline.title = heading.title
                if self._page is not None:
                    self._complain(heading.line, "the title comes first; move it to the top of the file")
            case 2:
                self._begin_page(heading)
            case _:
                self._complain(heading.line, "pages have no headings inside; begin a page with ##")

    def _begin_page(self, heading: Heading) -> None:
        page_id = slug(heading.title) if heading.id is None else heading.id
        taken = next((page.heading.line for page in self.outline.pages if page.id == page_id), None)
        if not page_id or slug(page_id) != page_id:
            self._complain(
                heading.line,
                f"{page_id!r} is not an id; write small letters, digits and dashes, as in {{#first}}",
            )
        elif taken is not None:
            self._findings.add(
                CheckRule.UNIQUE,
                heading.line,
                f"the page at line {taken} has the id {page_id!r}, too; give this one its own {{#id}}",
            )
        self.outline.pages.append(PageOutline(heading, page_id))

    def _take_toml(self, fence: Fence) -> None:
        page = self._page
        if fence.words == LESSON_BLOCK:
            if page is not None or self.outline.settings is not None:
                self._complain(
                    fence.line, f"one {LESSON_BLOCK!r} block belongs before the first page; move it"
                )
            else:
                self.outline.settings = fence
        elif page is None:
            what = fence.words.removeprefix("toml ")
            self._complain(fence.line, f"a {what} is inside a page; begin one above it with ##")
        elif fence.words == FACT_BLOCK:
            page.facts.append(fence)
        elif fence.words == AGAIN_BLOCK:
            page.again.append(fence)
        elif page.task is not None:
            self._complain(fence.line, "a page has one task; begin another page above this one with ##")
        else:
            page.task = fence

    def _take_comment(self, text: str) -> None:
        """Read `<!-- covers: M28, M29 -->`; any other comment is the author's own."""
        key, colon, names = text.strip().partition(":")
        if colon and key == "covers" and self._page is not None:
            self._page.covers += [name.strip() for name in names.split(",") if name.strip()]

    def _take_block(self, block: Paragraph | ItemList | Table | Fence) -> None:
        outline, page = self.outline, self._page
        if page is not None:
            if page.task is not None:
                self._complain_once(
                    block.line, "what follows a task is never shown; move it above the task, or into `after`"
                )
            page.blocks.append(block)
        elif not outline.title:
            self._early = self._early or block.line
        elif isinstance(block, Paragraph) and outline.goal is None:
            outline.goal = block
        else:
            self._complain_once(
                block.line, "only the goal, one paragraph, belongs before the first page; begin one with ##"
            )

    def _complain_once(self, line: int, problem: str) -> None:
        """Complain of the first of several blocks in one place."""
        place = (len(self.outline.pages), problem)
        if place not in self._said:
            self._said.add(place)
            self._complain(line, problem)

    def _complain(self, line: int | None, problem: str) -> None:
        self._findings.add(CheckRule.FORMAT, line, problem)
