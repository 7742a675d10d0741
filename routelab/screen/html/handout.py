"""A lesson as a document: its pages one below the other, each answer folded below its task.

It knows blocks and the elements around them; what a page says comes ready.
"""

from __future__ import annotations

from collections.abc import Iterable

from routelab.record import Record
from routelab.screen.blocks import Block
from routelab.screen.html.code import as_text
from routelab.screen.html.page import document
from routelab.screen.html.writer import elements
from routelab.version import VERSION

_KEYS = (
    "A trace is played with its buttons, or with the keys Right, Left and End after a click on it. "
    "On paper all steps and all answers are there."
)


class HandoutPage(Record):
    """A page: its title for the contents, its blocks, and those of its answer, () for none."""

    title: str
    blocks: tuple[Block, ...]
    answer: tuple[Block, ...] = ()


def handout(
    title: str,
    goal: Iterable[Block],
    pages: Iterable[HandoutPage],
    *,
    command: str,
    notes: tuple[Block, ...],
) -> str:
    """Return a lesson as a document; `command` is what it was made with, `notes` are a teacher's."""
    told = tuple(pages)
    contents = "".join(
        f'<li><a href="#page-{number}">{as_text(page.title)}</a></li>'
        for number, page in enumerate(told, start=1)
    )
    content = (
        f"<h1>{as_text(title)}</h1>{''.join(elements(goal, level=2))}{_notes(notes)}"
        f'<nav aria-label="Pages"><ol>{contents}</ol></nav>'
        + "".join(_page(number, page) for number, page in enumerate(told, start=1))
    )
    answers = any(page.answer for page in told)
    about = f"<p>{_KEYS}</p>" if answers else ""
    made = f"<p>Made with routelab {VERSION}: <code>{as_text(command)}</code></p>"
    return document(title, content, about + made)


def _notes(notes: tuple[Block, ...]) -> str:
    return f'<section id="teacher">{"".join(elements(notes, level=2))}</section>' if notes else ""


def _page(number: int, page: HandoutPage) -> str:
    inner = "".join(elements(page.blocks, level=2))
    if page.answer:
        answer = "".join(elements(page.answer, level=3))
        inner += f"<details><summary>Answer</summary>{answer}</details>"
    return f'<section id="page-{number}">{inner}</section>'
