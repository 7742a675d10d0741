"""The list of lessons as blocks."""

from __future__ import annotations

from routelab.screen.blocks import CourseList, CoursePart, CourseRow
from routelab.session.reply import CourseShown, LessonRow


def course_list(shown: CourseShown) -> CourseList:
    """Show the lessons, and how far the learner is."""
    return CourseList(
        parts=tuple(CoursePart(title=title, rows=tuple(map(_row, rows))) for title, rows in shown.parts)
    )


def _row(row: LessonRow) -> CourseRow:
    return CourseRow(
        number=row.number,
        title=row.title,
        goal=row.goal,
        pages=row.pages,
        finished=row.finished,
        state=row.words,
        minutes=row.minutes,
        here=row.here,
    )
