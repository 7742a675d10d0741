"""Lines of text for the prompt's screen, harmless and folded; light, since the first prompt waits for it.

It knows text and styles, and no record.
"""

from __future__ import annotations

from rich.text import Text

from routelab.screen.looks import QUIET
from routelab.screen.text import on_one_line


def one_line(text: str, look: str = "") -> Text:
    """Show a text on one line, which folds where it is too long."""
    return Text(on_one_line(text), look, overflow="fold")


def numbered(number: int, line: str) -> Text:
    """Show a line of a file with its number."""
    return Text.assemble((f"{number:>4}  ", QUIET), one_line(line), overflow="fold")
