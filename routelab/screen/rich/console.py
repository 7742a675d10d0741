"""The consoles: the one that writes to standard output, and one that draws for a screen of somebody else's.

They know the terminal; what is shown on them comes as blocks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from io import StringIO

from rich.console import Console

from routelab.screen.blocks import Block, Result
from routelab.screen.rich.writer import view


def write(result: Result) -> None:
    """Write a result to standard output."""
    show(result.blocks())


def show(blocks: Iterable[Block]) -> None:
    """Write blocks to standard output, plainly where that is no terminal."""
    terminal = sys.stdout.isatty()
    # rich would believe FORCE_COLOR and animate into a log; whether this is a terminal is our own finding.
    console = Console(force_interactive=terminal, highlight=False, markup=False, emoji=False)
    # Everything fits the width, but for lines to be copied: those the terminal itself continues below.
    console.print(view(blocks), crop=False)


def drawn(blocks: Iterable[Block], *, width: int, colour: bool) -> list[str]:
    """Return the lines that a terminal of this width would get."""
    stream = StringIO()
    Console(
        file=stream,
        width=width,
        force_terminal=True,
        color_system="standard" if colour else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    ).print(view(blocks))
    return stream.getvalue().rstrip("\n").split("\n")
