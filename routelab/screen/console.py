"""The one rich console that writes to standard output.

It knows the terminal; what is shown on it comes as a renderable.
"""

from __future__ import annotations

import sys

from rich.console import Console, RenderableType


def show(renderable: RenderableType) -> None:
    """Write a renderable to standard output, plainly where that is no terminal."""
    terminal = sys.stdout.isatty()
    # rich would believe FORCE_COLOR and animate into a log; whether this is a terminal is our own finding.
    console = Console(force_interactive=terminal, highlight=False, markup=False, emoji=False)
    # Everything fits the width, but for lines to be copied: those the terminal itself continues below.
    console.print(renderable, crop=False)
