"""The list of lessons: all of each where there is room, else all of the part that the learner is in.

It never prints; how far the learner is comes with the cards.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from routelab.screen.lines import NARROW, Beside, one_line
from routelab.screen.looks import LABEL, QUIET, TITLE
from routelab.session.reply import CourseShown, LessonCard

_BAR = 8  # cells
_AROUND = 6  # lines above and below the list


class CourseView:
    """The list, as much of it as the screen has rows for."""

    def __init__(self, course: CourseShown) -> None:
        self._course = course

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        whole = list(self._whole())
        lines = sum(len(console.render_lines(part, options)) for part in whole)
        fits = lines + _AROUND <= console.size.height
        yield from whole if fits else self._short(narrow=options.max_width < NARROW)

    def _whole(self) -> Iterator[RenderableType]:
        for part, cards in self._course.parts:
            yield from _heading(part)
            for card in cards:
                yield _row(card)
                yield _goal(card)
        yield Text()

    def _short(self, *, narrow: bool) -> Iterator[RenderableType]:
        for part, cards in self._course.parts:
            if any(card.here for card in cards):
                yield from _heading(part)
                for card in cards:
                    yield _title(card) if narrow and not (card.here or card.words) else _row(card)
                    if card.here:
                        yield _goal(card)
                yield Text()
            else:
                yield _other_part(part, cards)


def _heading(part: str) -> Iterator[RenderableType]:
    yield Text()
    if part:
        yield one_line(part, TITLE)


def _row(card: LessonCard) -> RenderableType:
    minutes = f", {card.minutes} minutes" if card.minutes else ""
    words = f"{card.finished} of {card.pages} pages, {card.words}" if card.words else f"new{minutes}"
    return Beside(_title(card), Text.assemble((f"{_bar(card.finished, card.pages)} ", QUIET), words))


def _title(card: LessonCard) -> Text:
    mark = ">" if card.here else " "
    return Text.assemble((f"{mark}{card.number:>2}  ", LABEL), (one_line(card.title).plain, "bold"))


def _goal(card: LessonCard) -> RenderableType:
    return Padding(one_line(card.goal, QUIET), (0, 0, 0, 5))


def _other_part(part: str, cards: tuple[LessonCard, ...]) -> RenderableType:
    finished, pages = sum(card.finished for card in cards), sum(card.pages for card in cards)
    progress = f" {_bar(finished, pages)} {finished} of {pages} pages" if finished else ""
    titles = ", ".join(f"{card.number} {card.title}" for card in cards)
    return Text.assemble((part, TITLE), (progress, QUIET), ": " if part else "", one_line(titles))


def _bar(finished: int, pages: int) -> str:
    filled = round(_BAR * finished / pages) if pages else 0
    return f"[{'=' * filled}{'.' * (_BAR - filled)}]"
