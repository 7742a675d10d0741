"""The words of the field: what each means, and which lesson introduces it.

They stand beside the lessons, in `glossary.toml`, and in `glossary.de.toml` those that are told in German. It
must not know who asks, nor how an answer is shown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from routelab import bundled
from routelab.language import spoken
from routelab.nearest import nearest

_FILE = "glossary.toml"
_AROUND = "`'\"?!.,;:()"


class Term(NamedTuple):
    """A word, its meaning in a sentence or two, the key of its lesson, and other forms of it."""

    word: str
    means: str
    lesson: str
    also: tuple[str, ...]


def terms() -> Mapping[str, Term]:
    """Return the terms by their words, in the order of the course, in the language that is spoken."""
    return _terms(spoken())


@cache
def _terms(language: str) -> Mapping[str, Term]:
    folder = bundled.lessons_folder()
    told = folder / f"glossary.{language}.toml"
    said = tomllib.loads(told.read_text(encoding="utf-8")) if told.is_file() else {}
    return {
        word: Term(
            word=word,
            means=said.get(word, entry)["means"],
            lesson=entry["lesson"],
            also=(*entry.get("also", ()), *said.get(word, {}).get("also", ())),
        )
        for word, entry in tomllib.loads((folder / _FILE).read_text(encoding="utf-8")).items()
    }


def find_term(typed: str) -> Term | None:
    """Find a term by its word or another form of it, in any case: "Routes", "status code", "404?"."""
    return _forms().get(_normal(typed))


def near_term(typed: str) -> Term | None:
    """Find the term that a misspelt word may be."""
    near = nearest(_normal(typed), _forms(), cutoff=0.8)
    return None if near is None else _forms()[near]


def term_in(text: str) -> Term | None:
    """Find the last term in a sentence, as in "why do I get a 404?"; two words before one."""
    words = text.split()
    pairs = map(" ".join, pairwise(words))
    found = [*filter(None, map(find_term, words)), *filter(None, map(find_term, pairs))]
    return found[-1] if found else None


def _forms() -> Mapping[str, Term]:
    return _forms_in(spoken())


@cache
def _forms_in(language: str) -> Mapping[str, Term]:
    return {_normal(form): term for term in _terms(language).values() for form in (*term.also, term.word)}


def _normal(typed: str) -> str:
    return " ".join(typed.strip(f"{_AROUND} ").casefold().split())
