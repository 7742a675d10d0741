"""Telling that a file is waited for, before the wait: nobody wonders why nothing happens.

It must not know what is in the file.
"""

from __future__ import annotations

from pathlib import Path

from routelab.screen.telling import complain


def say_waiting(file: Path) -> None:
    """Say who holds a file, on standard error."""
    complain(f"routelab: another routelab is saving {file}; waiting for it")
