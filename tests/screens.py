"""A fixed screen for what rich draws: so wide and so high, without colour."""

from __future__ import annotations

from io import StringIO

from rich.console import Console, RenderableType


def drawn(*things: RenderableType, width: int = 80, height: int = 24) -> list[str]:
    """Return the lines of the screen, without the blanks at their ends."""
    stream = StringIO()
    console = Console(file=stream, width=width, height=height, color_system=None, force_terminal=False)
    for thing in things:
        console.print(thing)
    return [line.rstrip() for line in stream.getvalue().removesuffix("\n").split("\n")]
