"""Lines of text as rich renderables: harmless, folded where they are too long, two side by side.

Light, since the first prompt waits for it: it knows text and styles, no table and no record.
"""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.text import Text

from routelab.screen.looks import QUIET
from routelab.screen.text import on_one_line

NARROW = 60  # columns; below, what would stand side by side stands one below the other
_GAP = 2  # columns at least between two that stand side by side


def one_line(text: str, look: str = "") -> Text:
    """Make text that folds where it is too long, with nothing in it that steers a terminal."""
    return Text(on_one_line(text), look, overflow="fold")


def numbered(number: int, line: str) -> Text:
    """Show a line of a file with its number."""
    return Text.assemble((f"{number:>4}  ", QUIET), one_line(line), overflow="fold")


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
