"""The consoles: the one that writes to standard output, and one that draws for a screen of somebody else's.

They know the terminal; what is shown on them comes as blocks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from io import StringIO
from typing import Literal, TypeAlias

from rich.console import Console

from routelab.screen.blocks import Block, CommandResult, Phrase
from routelab.screen.rich import code, columns
from routelab.screen.rich.lines import styled
from routelab.screen.rich.writer import view

_Colours: TypeAlias = Literal["auto", "256"]
# Those of the looks. A terminal that is said to have sixteen has them, too, or shows the nearest of its own.
_COLOURS: _Colours = "256"
# Nothing asks for it. Without one Rich asks the system, and takes a dumb terminal for 80 columns wide.
_HEIGHT = 25


def get_ready() -> None:
    """Load what a result is drawn with, where it is not known yet which: an app is waited for meanwhile."""
    columns.tables()
    if _standard_output().color_system is not None:
        code.get_ready()


def write(result: CommandResult) -> None:
    """Write a result to standard output."""
    show(result.blocks())


def show(blocks: Iterable[Block]) -> None:
    """Write blocks to standard output, plainly where that is no terminal."""
    # Everything fits the width, but for lines to be copied: those the terminal itself continues below.
    _standard_output().print(view(blocks), crop=False)


def _standard_output() -> Console:
    console = _of_standard_output("auto")
    return _of_standard_output(_COLOURS) if console.color_system == "standard" else console


def _of_standard_output(colours: _Colours) -> Console:
    # rich would believe FORCE_COLOR and animate into a log; whether this is a terminal is our own finding.
    return Console(
        force_interactive=sys.stdout.isatty(),
        color_system=colours,
        highlight=False,
        markup=False,
        emoji=False,
    )


def drawn_line(said: Phrase, *, colour: bool) -> str:
    """Return a phrase as one line, however long it is."""
    stream = StringIO()
    drawing(stream, 100_000, colour).print(styled(said), end="")
    return stream.getvalue()


def drawn(blocks: Iterable[Block], *, width: int, colour: bool) -> list[str]:
    """Return the lines that a terminal of this width would get."""
    stream = StringIO()
    drawing(stream, width, colour).print(view(blocks))
    return stream.getvalue().rstrip("\n").split("\n")


def drawing(
    stream: StringIO, width: int, colour: bool, *, record: bool = False, no_color: bool | None = None
) -> Console:
    """Make a console that draws for a terminal of this width, whatever terminal this is."""
    return Console(
        file=stream,
        width=width,
        height=_HEIGHT,
        force_terminal=True,
        color_system=_COLOURS if colour else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        record=record,
        no_color=no_color,
    )
