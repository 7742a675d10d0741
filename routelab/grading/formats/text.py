"""`text`: a table, and then what the class got wrong. It knows columns, and no terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from routelab.grading.assignment import Assignment, GradedTask
from routelab.grading.formats.base import Graded, harmless
from routelab.grading.records import SubmissionGrade, SubmissionVerdict
from routelab.tracing.phrases import count

_WIDEST = 80  # columns of what is read from left to right
_UNFORESEEN = "Not changed yet, or wrong in a way that the lesson does not foresee."
_LEAST_NAME = 12  # columns for a name beside its points, or it has a line of its own
_VERDICTS = {
    SubmissionVerdict.GRADED: "",
    SubmissionVerdict.NO_APP: "no app",
    SubmissionVerdict.DID_NOT_LOAD: "did not load",
    SubmissionVerdict.TIME: "time limit",
    SubmissionVerdict.MEMORY: "memory limit",
    SubmissionVerdict.ENDED: "ended",
    SubmissionVerdict.UNREADABLE: "unreadable",
}


def write(graded: Graded) -> str:
    """Write all of it."""
    return "".join(f"{harmless(line).rstrip()}\n" for line in _lines(graded))


def _lines(graded: Graded) -> Iterator[str]:
    assignment, grades = graded.assignment, graded.grades
    what = f"{count(len(grades), 'submission')}, {count(len(assignment.tasks), 'task')}"
    yield f"{assignment.name}: {what}"
    yield ""
    width = min(graded.columns, _WIDEST)
    yield from _table(assignment, grades, graded.columns)
    if grades:
        yield ""
        yield f"isolation: {', '.join(sorted({grade.isolation for grade in grades}))}"
    wrong = list(_wrong(assignment, grades, width))
    if wrong:
        yield ""
        yield "What the class got wrong"
        yield from wrong


def _table(assignment: Assignment, grades: Sequence[SubmissionGrade], room: int) -> Iterator[str]:
    """Lay out a row a submission, and below it why it is not passed."""
    heads = ["submission", *(task.id for task in assignment.tasks), "points"]
    rows = [
        [
            harmless(grade.submission),
            *(str(task.score) for task in grade.tasks),
            f"{grade.score} of {grade.max_score}",
        ]
        for grade in grades
    ]
    verdicts = [f"  {_VERDICTS[grade.verdict]}".rstrip() for grade in grades]
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    names = room - sum(widths[1:]) - 2 * len(widths[1:]) - max(map(len, verdicts), default=0)
    beside = names >= _LEAST_NAME
    widths[0] = min(widths[0], names)
    if beside:
        yield _row(heads, widths)
    for grade, cells, verdict in zip(grades, rows, verdicts, strict=True):
        if not beside:
            each = ", ".join(f"{head} {cell}" for head, cell in zip(heads[1:-1], cells[1:-1], strict=True))
            yield f"{cells[0]}{verdict}"
            yield from _folded(f"{cells[-1]}: {each}", "  ", room)
        elif len(cells[0]) > names:
            yield f"{cells[0]}{verdict}"
            yield _row(["", *cells[1:]], widths)
        else:
            yield f"{_row(cells, widths)}{verdict}"
        messages = (task.message for task in grade.tasks if task.message)
        for message in dict.fromkeys(messages):
            yield from _folded(message, "    ", min(room, _WIDEST))


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *others = cells
    shown = [name.ljust(widths[0])]
    shown += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
    return "  ".join(shown)


def _wrong(assignment: Assignment, grades: Sequence[SubmissionGrade], width: int) -> Iterator[str]:
    """Say each foreseen mistake with its count, its page and who; then what nobody foresaw."""
    found: list[tuple[int, str, GradedTask, list[str]]] = []
    for number, task in enumerate(assignment.tasks):
        for said in task.mistakes:
            who = [each.submission for each in grades if said in each.tasks[number].mistakes]
            if who:
                found.append((len(who), said, task, who))
        unforeseen = [
            each.submission
            for each in grades
            if each.verdict is SubmissionVerdict.GRADED
            and not each.tasks[number].passed
            and not each.tasks[number].mistakes
        ]
        if unforeseen:
            found.append((len(unforeseen), _UNFORESEEN, task, unforeseen))
    for times, said, task, who in sorted(found, key=lambda each: -each[0]):
        yield ""
        yield from _folded(said, f"{times:>4}  ", width)
        yield from _folded(f"page {task.page}, {task.title} ({task.id}): {', '.join(who)}", "      ", width)


def _folded(text: str, first: str, width: int) -> Iterator[str]:
    below = " " * len(first)
    yield from textwrap.wrap(
        harmless(text), width, initial_indent=first, subsequent_indent=below, break_on_hyphens=False
    )
