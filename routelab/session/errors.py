"""What a learner asks for that there is not: a lesson, or a page of one.

It must not know how lessons are found.
"""

from __future__ import annotations

from routelab.errors import UsageError


class NoSuchLesson(UsageError):
    """There is no lesson of that number or name."""

    def __init__(self, name: str, total: int) -> None:
        self.name, self.total = name, total
        super().__init__(f"there is no lesson {name!r}; there are 1 to {total}")


class NoSuchPage(UsageError):
    """The lesson has no page of that number or id."""

    def __init__(self, lesson: int, page: str, known: tuple[str, ...]) -> None:
        self.lesson, self.page, self.known = lesson, page, known
        super().__init__(f"lesson {lesson} has no page {page!r}; its pages are {', '.join(known)}")
