"""What a learner's own app may be about, and the words that pages about it have instead of `{theme.things}`.

Pure data and one replacement; it must not know who chose, nor where that is kept.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(r"\{theme\.(\w+)\}")


class Theme(NamedTuple):
    """A theme by the name that one types; the other words are what pages put in the places of `{theme.WORD}`.

    `first` and `second` are two of the things, `one` and `two` the same as they stand in a path; `number` is
    what each of them has so many of.
    """

    name: str
    title: str
    thing: str
    first: str
    second: str
    one: str
    two: str
    number: str

    @property
    def words(self) -> dict[str, str]:
        """The words by their names, those of code among them."""
        return {
            "title": self.title,
            "thing": self.thing,
            "things": self.name,
            "Thing": self.thing.capitalize(),
            "Things": self.name.capitalize(),
            "THINGS": self.name.upper(),
            "first": self.first,
            "second": self.second,
            "one": self.one,
            "two": self.two,
            "number": self.number,
        }


THEMES = (
    Theme("recipes", "a cookbook", "recipe", "Pancakes", "Lentil soup", "pancakes", "soup", "minutes"),
    Theme("books", "a book club", "book", "Dracula", "Emma", "dracula", "emma", "pages"),
    Theme("teams", "a football table", "team", "Rovers", "United", "rovers", "united", "points"),
)
DEFAULT = THEMES[0]


def theme_named(name: str | None) -> Theme | None:
    """Find a theme by its name, or a word for one of its things."""
    wanted = (name or "").strip().casefold()
    return next((theme for theme in THEMES if wanted in (theme.name, theme.thing)), None)


def in_words_of(theme: Theme, text: str) -> str:
    """Put a theme's words in the places of `{theme.things}`; one that no theme has stays as it is."""
    return _WORD.sub(lambda found: theme.words.get(found[1], found[0]), text)


def unknown_words(text: str) -> tuple[str, ...]:
    """List the places that no theme fills."""
    return tuple(found[0] for found in _WORD.finditer(text) if found[1] not in DEFAULT.words)


def sample_in(theme: Theme, text: str) -> str:
    """Write a file of the sample app, which is about recipes, about another theme."""
    if theme is DEFAULT:
        return text
    pairs = {old: theme.words[word] for word, old in DEFAULT.words.items() if word != "title"}
    longest = sorted(pairs, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest)), lambda found: pairs[found[0]], text)
