"""What is looked up in the lessons, wherever one is: pages, findings, words, and where one's own app stands.

It reads lessons, which takes a while. It must not know which places there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from routelab.lessons.explaining import run_explanation
from routelab.lessons.explanation import load_explanation, titles, titles_that_say
from routelab.lessons.glossary import Term
from routelab.lessons.markdown import styled
from routelab.lessons.mine.themes import THEMES
from routelab.lessons.prose import Block, Code, ItemList, Paragraph, Table, plain
from routelab.lessons.reading import read_lesson
from routelab.lessons.records import Page
from routelab.lessons.tasks.answer import AuthorText
from routelab.session import mine
from routelab.session.choices import Completion, those
from routelab.session.course import LessonSummary
from routelab.session.reply import CodesShown, ExplanationShown, GoTo, Item, Listing, Reply, aside, saying

if TYPE_CHECKING:
    from routelab.session.commands import SessionPlace


def meaning(place: SessionPlace, term: Term) -> Iterator[Item]:
    """Say what a word of the field means, and which lesson introduces it."""
    yield AuthorText(text=styled(term.means), label=term.word)
    lesson = next((each for each in place.course.summaries if each.key == term.lesson), None)
    if lesson is not None:
        yield aside(f"Lesson {lesson.number}, {lesson.title}, introduces it.")


def find(place: SessionPlace, rest: str) -> Reply:
    """List the pages that say a word."""
    if not rest:
        return saying("What? For example: find redirect")
    rows = tuple(_pages_that_say(place.course.summaries, rest))
    if not rows:
        return saying(f"No page says {rest!r}. Try another word, or lessons for the list.")
    return Reply(items=(Listing(title=f"Pages that say {rest!r}; lessons N/PAGE goes there:", rows=rows),))


def explain(place: SessionPlace, rest: str) -> Reply:
    """Open the page of a finding and run its example: the one that is named, else that of the last trace."""
    typed = rest.strip() or place.last_finding
    if not typed and place.sandbox is not None:
        if place.sandbox.last is None:
            return saying("No request was sent yet. To look for mistakes, add a word: explain redirect")
        return saying(
            "No page is about what the last trace shows. Its first lines say why; full shows all its steps."
        )
    known = tuple(titles())
    listed = titles_that_say(typed) if typed else known
    if len(listed) > 1:
        return Reply(items=(CodesShown(titles=listed),))
    explanation = load_explanation(listed[0][0] if listed else str(typed))
    with TemporaryDirectory(prefix="routelab-explain-") as scratch:
        shown = run_explanation(explanation, "routelab", Path(scratch))
    return Reply(items=(ExplanationShown(explained=shown, titles=known),))


def own_app(place: SessionPlace, rest: str) -> Reply:
    """Show where the learner's own app stands, or do what is asked of it."""
    word, _, name = rest.strip().partition(" ")
    here = place.lesson_page
    number = None if here is None else int(here.partition("/")[0])
    if not word:
        return mine.standing(place.course, place.learner, number)
    if word == "file":
        return mine.add_file(place.learner, name.strip())
    if word == "seed":
        return mine.seed(place.course, place.learner, number)
    said = mine.choose(place.learner, rest)
    if said is None:
        known = "nothing, or by recipes, books, teams, seed, or file and a name"
        return saying(f"mine is followed by {known}; {rest!r} is none of these.", understood=False)
    return Reply(items=said, then=None if here is None else GoTo(lesson=here))


def may_follow_own_app(_place: SessionPlace, before: Sequence[str], last: str) -> Iterator[Completion]:
    """Yield what may follow `mine`."""
    if len(before) == 1:
        words = [(theme.name, theme.title) for theme in THEMES]
        yield from those([*words, ("seed", "write a beginning"), ("file", "make an empty file")], last)


def may_follow_explain(_place: SessionPlace, _before: Sequence[str], last: str) -> Iterator[Completion]:
    """Yield the codes of findings."""
    yield from those(titles(), last, ignore_case=True)


_AROUND = 24  # characters shown on either side


def _pages_that_say(lessons: Iterable[LessonSummary], word: str) -> Iterator[tuple[str, str]]:
    """Yield ("2/user", what the page says around the word) for each page that has it."""
    wanted = word.casefold()
    for summary in lessons:
        lesson = read_lesson(summary.folder).lesson
        for page in lesson.pages if lesson else ():
            text = next((text for text in _texts(page) if wanted in text.casefold()), None)
            if text is not None:
                yield f"{summary.number}/{page.id}", f"{page.title}: {_excerpt(text, wanted)}"


def _texts(page: Page) -> Iterator[str]:
    yield page.title
    for block in page.blocks:
        yield from _block_texts(block)
    if page.task is not None:
        yield plain(page.task.brief.ask)


def _block_texts(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text=text):
            yield plain(text)
        case ItemList(items=items):
            yield from map(plain, items)
        case Table(header=header, rows=rows):
            yield from (plain(cell) for row in (header, *rows) for cell in row)
        case Code(text=code):
            yield from code.splitlines()


def _excerpt(text: str, wanted: str) -> str:
    """Return the word with what stands around it, whole words where there are some."""
    at = text.casefold().find(wanted)
    start, end = max(0, at - _AROUND), at + len(wanted) + _AROUND
    before, word, after = text[start:at], text[at : at + len(wanted)], text[at + len(wanted) : end]
    if start:
        before = f"...{before.partition(' ')[2] if ' ' in before else before}"
    if end < len(text):
        after = f"{(after.rpartition(' ')[0] if ' ' in after else after).rstrip('.')}..."
    return f"{before}{word}{after}".strip()
