"""`csv`: a row a submission, for a spreadsheet, which must not take a pupil's text for a formula."""

from __future__ import annotations

import csv
from io import StringIO

from routelab.grading.formats.base import Graded, harmless

# What begins a formula in one spreadsheet or another; the wide signs do in some. An apostrophe makes it text.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "|", "%")


def write(graded: Graded) -> str:
    """Write a row of names, and a row for each."""
    written = StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    tasks = [task.id for task in graded.assignment.tasks]
    rows.writerow(["submission", "verdict", "score", "max_score", *map(_cell, tasks), "mistakes", "message"])
    for grade in graded.grades:
        mistakes = " ".join(said for task in grade.tasks for said in task.mistakes)
        rows.writerow(
            [
                _cell(grade.submission),
                grade.verdict.value,
                grade.score,
                grade.max_score,
                *(task.score for task in grade.tasks),
                _cell(mistakes),
                _cell(grade.message),
            ]
        )
    text = written.getvalue()
    # Excel takes a file for the system's own encoding, where no mark says that it is UTF-8.
    return text if text.isascii() else f"\ufeff{text}"


def _cell(text: str) -> str:
    shown = harmless(text)
    return f"'{shown}" if shown.lstrip().startswith(_BEGINS_FORMULA) else shown
