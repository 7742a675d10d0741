"""How a lesson ends: what can be done now, what is still open, and where the documentation says more.

It must not know where the learner is, nor what comes next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from routelab.learner.progress import State
from routelab.lessons.prose import ItemList, Paragraph, Span, plain
from routelab.lessons.records import Lesson, Page
from routelab.session.reply import Item, Says, Tone

_LINKS = 3


def ending(lesson: Lesson, states: Mapping[str, State]) -> Iterator[Item]:
    """Say what is said when the last page is turned; `states` are those of the pages, by id."""
    yield Says(text=f"You have finished: {lesson.title}.", tone=Tone.RIGHT)
    yield Says(text=f"What you can do now: {plain(lesson.goal)}")
    still_open = [
        str(number)
        for number, page in enumerate(lesson.pages, start=1)
        if states.get(page.id, State.SKIPPED) is State.SKIPPED and page.task is not None
    ]
    if still_open:
        pages = "page" if len(still_open) == 1 else "pages"
        yield Says(text=f"Left for later: {pages} {', '.join(still_open)}.")
    *_, last = lesson.pages
    shown = set(_links((last,)))  # they stand just above
    for name, url in [link for link in _links(lesson.pages) if link not in shown][:_LINKS]:
        yield Says(text=f"The documentation says more: {name}, {url}")


def _links(pages: tuple[Page, ...]) -> Iterator[tuple[str, str]]:
    spans: list[Span] = []
    for page in pages:
        for block in page.blocks:
            match block:
                case Paragraph(text=text):
                    spans += text
                case ItemList(items=items):
                    spans += [span for item in items for span in item]
    yield from dict.fromkeys((span.text, span.url) for span in spans if span.url)
