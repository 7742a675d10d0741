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


def shows_ours(body: bytes) -> bool:
    """Tell whether a response's body has a frame of routelab's, also as HTML or JSON has it."""
    return OURS.encode() in body and _in_markup().search(body.decode("utf-8", "replace")) is not None


_FILE = re.escape(OURS) + r'(?!lessons.bundled)[^\n",]+'


@cache
def _frames() -> re.Pattern[str]:
    below = r"(?:    [^\n]*(?:\n|\Z))*"
    lines = rf'^  File "{_FILE}", line \d+,? in [^\n]*(?:\n|\Z){below}'
    # In a list, as repr writes it and as JSON does.
    listed = rf"""'  File "{_FILE}", line \d+, in (?:[^'\\]|\\.)*'(?:, )?"""
    in_json = rf'''"  File \\"{_FILE}\\", line \d+, in (?:[^"\\]|\\.)*"(?:,\s*)?'''
    summary = rf"<FrameSummary file {_FILE}, line \d+ in <?\w+>?>(?:, )?"
    return re.compile(f"{lines}|{listed}|{in_json}|{summary}", re.MULTILINE)


@cache
def _in_markup() -> re.Pattern[str]:
    quote = r'(?:\\?"|&quot;|&#34;)?'
    return re.compile(rf"file {quote}{_FILE}{quote}, line \d+", re.IGNORECASE)
