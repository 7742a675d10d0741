"""Write a result in the format that was asked for.

It knows formats and standard output, and nothing of what is written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from routelab.commands.options import chosen_format

if TYPE_CHECKING:
    from rich.console import RenderableType


def write(
    asked: str | None,
    *,
    document: Callable[[], dict[str, Any]],
    lines: Callable[[], Iterable[str]],
    view: Callable[[], RenderableType],
) -> None:
    """Write JSON, plain lines or a rich view; only the one that is wanted is made."""
    match chosen_format(asked):
        case "json":
            from routelab.screen.json_text import json_text

            sys.stdout.buffer.write(json_text(document()))
        case "plain":
            for line in lines():
                print(line)
        case _:
            from routelab.screen.console import show

            show(view())
