"""The list of lessons, as a session replies with it and a screen draws it.

It knows no learner and no medium.
"""

from __future__ import annotations

from routelab.record import Record


class CourseRow(Record):
    """A lesson in the list: `finished` of `pages` pages, and its state in words where it was begun."""

    number: int
    title: str
    goal: str
    pages: int
    finished: int = 0
    state: str = ""
    minutes: int | None = None
    here: bool = False


class CoursePart(Record):
    """Lessons under one title, which may be ""."""

    title: str
    rows: tuple[CourseRow, ...]


class CourseList(Record):
    """The lessons of a course."""

    parts: tuple[CoursePart, ...]
