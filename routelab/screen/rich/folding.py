"""Rules and paths as rich renderables that fold where their parts begin.

Apart from `lines`, which the first prompt waits for: a pattern takes time to compile.
"""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

from routelab.screen.text import escape_line

# Before a slash, before a variable without one, and between words.
_AT_A_FOLD = re.compile(r"(?<=.)(?=/)|(?<=[^/])(?=<)|(?<= )(?=[^ ])")


class PathText:
    """A rule or a path; where it is too long it folds before a `/` or a `<`, and anywhere only if it must."""

    def __init__(self, text: str, look: str = "") -> None:
        self._text = escape_line(text)
        self._look = look

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = ""
        for piece in _AT_A_FOLD.split(self._text):
            if line and cell_len(line + piece.rstrip()) > options.max_width:
                yield Text(line.rstrip(), self._look, overflow="fold")
                line = ""
            line += piece
        yield Text(line.rstrip(), self._look, overflow="fold")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        longest = max(map(cell_len, _AT_A_FOLD.split(self._text)))
        return Measurement(longest, cell_len(self._text)).with_maximum(options.max_width)
