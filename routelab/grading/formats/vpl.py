"""`vpl`: what Moodle's Virtual Programming Lab reads from standard output for one submission.

It takes the last line that begins with `Grade :=>>`, and each that begins with `Comment :=>>`. Every line
here begins so, and none of a submission's text begins a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from routelab.grading.formats.base import Graded, harmless
from routelab.grading.records import SubmissionVerdict

_COMMENT, _GRADE = "Comment :=>> ", "Grade :=>> "


def write(graded: Graded) -> str:
    """Write comments and the grade: of VPL's own maximum where it tells that, else the points."""
    (grade,) = graded.grades
    lines = [_COMMENT + harmless(line) for line in _comments(graded)]
    lines.append(f"{_GRADE}{_scaled(grade.score, grade.max_score, graded.environ)}")
    return "".join(f"{line}\n" for line in lines)


def _comments(graded: Graded) -> Iterator[str]:
    (grade,) = graded.grades
    if grade.verdict is not SubmissionVerdict.GRADED:
        yield f"Grading could not finish: {grade.verdict.value}."
    titles = {task.id: task.title for task in graded.assignment.tasks}
    for task in grade.tasks:
        yield f"{titles[task.id]}: {task.score} of {task.max_score}"
        yield from task.mistakes
        if task.message:
            yield task.message


def _scaled(score: int, max_score: int, environ: Mapping[str, str]) -> int:
    """Return a whole number, rounded down: full marks only for all points."""
    try:
        best = int(float(environ.get("VPL_GRADEMAX", "")))
    except (ValueError, OverflowError):
        return score
    return score * best // max_score if best > 0 and max_score > 0 else score
