"""What a format is given, and what it is: a function from grades to text.

It knows no format in particular.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from routelab.grading.assignment import Assignment
from routelab.grading.records import SubmissionGrade

_SUSPECT = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class Graded(NamedTuple):
    """All grades of a run, with what they were graded on.

    `environ` is the environment, `now` is in UTC, `columns` is how wide a table may be.
    """

    assignment: Assignment
    grades: tuple[SubmissionGrade, ...]
    environ: Mapping[str, str]
    now: datetime
    columns: int = 80


class ResultFormat(NamedTuple):
    """A way to write grades; `one` where the form has room for one submission only."""

    name: str
    write: Callable[[Graded], str]
    one: bool = False


def harmless(text: str) -> str:
    """Return text on one line, with what a terminal or a parser might obey shown as escapes."""
    return "".join(
        c
        if unicodedata.category(c) not in _SUSPECT
        else c.encode("unicode_escape", "backslashreplace").decode()
        for c in text
    )
