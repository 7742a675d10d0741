"""The list of lessons as blocks."""

from __future__ import annotations

from routelab.screen.blocks import CourseList, CoursePart, CourseRow
from routelab.session.reply import CourseShown, LessonRow


def course_list(shown: CourseShown) -> CourseList:
    """Show the lessons, and how far the learner is."""
    return CourseList(
        parts=tuple(CoursePart(title=title, rows=tuple(map(_row, cards))) for title, cards in shown.parts)
    )


def _row(card: LessonRow) -> CourseRow:
    return CourseRow(
        number=card.number,
        title=card.title,
        goal=card.goal,
        pages=card.pages,
        finished=card.finished,
        state=card.words,
        minutes=card.minutes,
        here=card.here,
    )
