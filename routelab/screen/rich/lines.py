"""Lines of text as rich renderables: harmless, folded where they are too long, two side by side.

Light, since the first prompt waits for it: it knows phrases and styles, no table and no record.
"""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.text import Text

from routelab.screen.blocks import Meaning, Phrase
from routelab.screen.rich.looks import LOOKS
from routelab.screen.text import escape_line

NARROW = 60  # columns; below, what would stand side by side stands one below the other
_GAP = 2  # columns at least between two that stand side by side


def one_line(text: str, meaning: Meaning = Meaning.TEXT) -> Text:
    """Make text that folds where it is too long, with nothing in it that steers a terminal."""
    return Text(escape_line(text), LOOKS[meaning], overflow="fold")


def styled(said: Phrase, meaning: Meaning = Meaning.TEXT, *, before: str = "") -> Text:
    """Draw a phrase; code keeps its backticks, since colour alone would not tell it."""
    shown = Text(escape_line(before), LOOKS[meaning], overflow="fold")
    for it in said:
        text = f"`{it.text}`" if it.meaning is Meaning.CODE else it.text
        shown.append(escape_line(text), LOOKS[it.meaning])
        if it.url and it.url != it.text:
            shown.append(escape_line(f" ({it.url})"), LOOKS[Meaning.URL])
    return shown


def beside(main: Phrase | Text, aside: str, meaning: Meaning) -> Beside:
    """Put something of one meaning beside a phrase."""
    return Beside(main if isinstance(main, Text) else styled(main), one_line(aside, meaning))


def numbered(number: int, text: str, *, decides: bool = False) -> Text:
    """Show a line of a file with its number, and a mark where it is the one that decides."""
    count = f"{f'>{number}' if decides else number:>4}  "
    return Text.assemble((count, LOOKS[Meaning.QUIET]), one_line(text), overflow="fold")


class Beside:
    """Two things side by side, the second at the right edge; one below the other where it is narrow."""

    def __init__(self, main: Text, aside: Text) -> None:
        self._main = main
        self._aside = aside

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        between = options.max_width - self._main.cell_len - self._aside.cell_len
        if not self._aside:
            yield self._main
        elif options.max_width < NARROW or between < _GAP:
            yield self._main
            yield Padding(self._aside, (0, 0, 0, 2))
        else:
            yield Text.assemble(self._main, " " * between, self._aside)
