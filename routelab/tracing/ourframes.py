"""Frames of routelab's own in what Python writes of the stack: the app's code has called for none of them.

It knows text, and not who wrote it.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

OURS = str(Path(__file__).resolve().parents[1]) + os.sep  # the package's folder


def without_ours(text: str) -> str:
    """Leave out of a text what `traceback` writes of routelab's frames; those of the lessons' apps stay."""
    return _frames().sub("", text) if OURS in text else text


@cache
def _frames() -> re.Pattern[str]:
    file = re.escape(OURS) + r'(?!lessons.bundled)[^\n"]+'
    below = r"(?:    [^\n]*(?:\n|\Z))*"
    return re.compile(rf'^  File "{file}", line \d+,? in [^\n]*(?:\n|\Z){below}', re.MULTILINE)
