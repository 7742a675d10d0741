"""The lessons that one can choose from, in order, and how far the learner is with each.

It must not know what a lesson's pages say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from routelab.learner.progress import Progress, State
from routelab.session.cards import Card, read_card
from routelab.session.reply import CourseShown, LessonCard

_STATES = ((State.DONE, "done"), (State.SEEN, "solution seen"), (State.SKIPPED, "skipped"))


@dataclass(frozen=True)  # no slots: the cards are read once, when they are asked for
class Course:
    """Lessons by their folders; `bundled` are those that came with routelab."""

    folders: tuple[Path, ...]
    bundled: bool

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """The lessons' cards, in order."""
        return tuple(read_card(folder, number) for number, folder in enumerate(self.folders, start=1))

    def find(self, typed: str) -> Card | None:
        """Find a lesson by number, folder, name or title."""
        wanted = typed.strip().casefold()
        return next((card for card in self.cards if wanted in _names(card)), None)

    def after(self, card: Card) -> Card | None:
        """Return the lesson that follows one; None after the last."""
        return self.cards[card.number] if card.number < len(self.cards) else None

    def suggested(self, progress: Progress) -> Card:
        """Choose the lesson to go on with: the last one if it is not finished, else the next unfinished."""
        unfinished = [card for card in self.cards if not _finished(card, progress)]
        last = next((card for card in self.cards if card.key == progress.last), None)
        if last is None:
            return unfinished[0] if unfinished else self.cards[0]
        if last in unfinished:
            return last
        later = [card for card in unfinished if card.number > last.number]
        return (later or unfinished or [self.cards[0]])[0]

    def shown(self, progress: Progress) -> CourseShown:
        """Return the list as it is shown, by the parts of the course."""
        here = self.suggested(progress)
        parts = groupby(self.cards, key=lambda card: card.part)
        return CourseShown(
            parts=tuple(
                (part, tuple(_shown(card, progress, here=card is here) for card in cards))
                for part, cards in parts
            )
        )


def _names(card: Card) -> tuple[str, ...]:
    folder = card.folder.name.casefold()
    number, dash, rest = folder.partition("-")
    short = (rest,) if dash and number.isdigit() else ()
    return (str(card.number), f"{card.number:02}", folder, *short, card.title.casefold())


def _finished(card: Card, progress: Progress) -> bool:
    return bool(card.pages) and len(progress.of(card.key).pages) >= card.pages


def _shown(card: Card, progress: Progress, *, here: bool) -> LessonCard:
    pages = progress.of(card.key).pages
    return LessonCard(
        number=card.number,
        title=card.title,
        goal=card.goal,
        pages=card.pages,
        finished=min(len(pages), card.pages),
        words=_words(pages),
        minutes=card.minutes,
        here=here,
    )


def _words(pages: Mapping[str, State]) -> str:
    counted = Counter(pages.values())
    return ", ".join(f"{counted[state]} {name}" for state, name in _STATES if counted[state])
