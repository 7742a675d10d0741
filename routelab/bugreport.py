"""A failure of routelab's own, kept for whoever mends it, so that the learner can go on.

It must not know where it happened, nor how it is told.
"""

from __future__ import annotations

import os
import tempfile
import traceback
from pathlib import Path

from routelab.version import VERSION


def text_of(error: BaseException, typed: str) -> str:
    """Return all that somebody needs who looks for the mistake; `typed` is what the learner did last."""
    import platform  # which takes a while to load, and nobody else asks it

    where = f"routelab {VERSION}, Python {platform.python_version()}, {platform.system()}"
    return f"{where}\ntyped: {typed!r}\n\n{''.join(traceback.format_exception(error))}"


def write_report(error: BaseException, typed: str) -> Path | None:
    """Write the report into a file of its own; None where the system has no room for one."""
    try:
        number, name = tempfile.mkstemp(prefix="routelab-report-", suffix=".txt")
        with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text_of(error, typed))
    except OSError:
        return None
    return Path(name)
