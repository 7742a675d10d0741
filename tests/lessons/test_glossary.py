"""The glossary: no word twice, each in the lesson that it names, and in none before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from routelab.lessons.course import bundled_lessons, key_of
from routelab.lessons.glossary import Term, find_term, near_term, term_in, terms
from routelab.lessons.markdown import styled
from routelab.lessons.prose import ItemList, Paragraph, Style, Table, Text, plain
from routelab.lessons.records import Page
from sessions import load_bundled
from tables import each

# Words of plain English, too, which stand in lessons before they mean more than that.
ENGLISH = {"any", "location", "none"}


def texts(page: Page) -> Iterator[Text]:
    for block in page.blocks:
        match block:
            case Paragraph(text=text):
                yield text
            case ItemList(items=items):
                yield from items
            case Table(header=header, rows=rows):
                yield from (cell for row in (header, *rows) for cell in row)
            case _:
                pass
    if page.task is not None:
        yield from (page.task.brief.ask, page.task.brief.after, *page.task.brief.hints)


@cache
def prose(*, code: bool) -> dict[str, str]:
    """What each lesson says, in the order of the course; what comes next is only announced."""
    said: dict[str, str] = {}
    for folder in bundled_lessons():
        words = (text for page in load_bundled(folder).pages for text in texts(page))
        kept = (
            plain(tuple(span for span in text if code or span.style is not Style.CODE))
            for text in words
            if not plain(text).startswith(("Next:", "In the next lesson:"))
        )
        said[key_of(folder)] = "\n".join(kept)
    return said


def first_to_say(term: Term, said: dict[str, str]) -> str | None:
    word = re.compile(rf"(?<!\w){re.escape(term.word)}(s|es)?(?!\w)", re.IGNORECASE)
    return next((lesson for lesson, text in said.items() if word.search(text)), None)


@each("term", [term for term in terms().values() if term.word not in ENGLISH])
def test_a_word_is_introduced_where_it_is_first_said(term: Term) -> None:
    first = first_to_say(term, prose(code=False)) or first_to_say(term, prose(code=True))
    assert first == term.lesson


def test_meanings_are_sentences_in_the_order_of_the_course() -> None:
    order = [key_of(folder) for folder in bundled_lessons()]
    for term in terms().values():
        assert term.lesson in order
        assert term.means.endswith((".", "`."))
        assert len(term.means) <= 200
        styled(term.means)


def test_no_form_belongs_to_two_words() -> None:
    forms = [form.casefold() for term in terms().values() for form in (term.word, *term.also)]
    assert len(forms) == len(set(forms))


@each(
    ("typed", "word"),
    [
        ("endpoint", "endpoint"),
        ("Routes", "route"),
        ("status  code", "status"),
        ("`404`?", "404"),
        ("None", "none"),
    ],
)
def test_a_word_is_found_in_any_form(typed: str, word: str) -> None:
    found = find_term(typed)
    assert found is not None
    assert found.word == word


def test_what_is_not_there_and_what_is_near() -> None:
    assert find_term("xyzzy") is None
    assert near_term("xyzzy") is None
    near = near_term("endpont")
    assert near is not None
    assert near.word == "endpoint"


@each(
    ("question", "word"),
    [
        ("what is an endpoint?", "endpoint"),
        ("why do I get a 404", "404"),
        ("What does error handler mean?", "error handler"),
        ("hello there", None),
        ("", None),
    ],
)
def test_the_word_that_a_question_is_about(question: str, word: str | None) -> None:
    found = term_in(question)
    assert (found.word if found else None) == word
