"""`json`: a line a submission, the very lines of the file of results."""

from __future__ import annotations

from routelab.grading.formats.base import Graded
from routelab.grading.results import line_of


def write(graded: Graded) -> str:
    """Write a line for each."""
    return "".join(f"{line_of(grade)}\n" for grade in graded.grades)
