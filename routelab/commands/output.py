"""Write a result in the medium that was asked for.

It knows where standard output leads, and nothing of what is written.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from routelab.screen.blocks import Block, Result
from routelab.screen.media import MEDIA, PLAIN, RICH, Medium


def write(
    asked: str | None, *, blocks: Callable[[], Iterable[Block]], document: Callable[[], dict[str, Any]]
) -> None:
    """Write a result; only what its medium wants of it is made."""
    chosen_medium(asked).write(Result(blocks=blocks, document=document))


def chosen_medium(asked: str | None) -> Medium:
    """Return the medium: as asked, else the rich one where standard output is a terminal that can show it."""
    if asked is not None:
        return MEDIA[asked]
    plain = os.environ.get("ROUTELAB_PLAIN", "") not in ("", "0") or os.environ.get("TERM") == "dumb"
    # Not rich's own guess: FORCE_COLOR makes that say "terminal" to a log file.
    return RICH if sys.stdout.isatty() and not plain else PLAIN
