"""Telling that a file is waited for, before the wait: nobody wonders why nothing happens.

It must not know what is in the file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from routelab.screen.text import escape_line


def say_waiting(file: Path) -> None:
    """Say who holds a file, on standard error."""
    print(
        escape_line(f"routelab: another routelab is saving {file}; waiting for it"),
        file=sys.stderr,
        flush=True,
    )
