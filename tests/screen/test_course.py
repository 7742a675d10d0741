"""The list of lessons on small screens: the lesson to go on with is in sight above the prompt."""

from __future__ import annotations

import pytest

from effort import chosen
from routelab.courselist import CourseList
from routelab.learner.progress import Progress
from routelab.screen.rich.course import CourseView
from routelab.screen.shown.replies import reply_blocks
from screens import drawn
from sessions import TAUGHT, bundled_course

_BELOW = 4  # lines: what stands below the list, and the prompt


@pytest.mark.parametrize(("width", "height"), [(40, 20), (60, 20), (80, 24), (100, 30)])
def test_the_lesson_to_go_on_with_is_in_sight(width: int, height: int) -> None:
    course = bundled_course()
    (everywhere,) = reply_blocks((course.shown(Progress()),))
    assert isinstance(everywhere, CourseList)
    for here in chosen(TAUGHT, TAUGHT[::3]):
        parts = tuple(
            part.replace(rows=tuple(row.replace(here=row.number == here) for row in part.rows))
            for part in everywhere.parts
        )
        lines = drawn(CourseView(everywhere.replace(parts=parts)), width=width, height=height)
        assert f">{here:>2}  " in "\n".join(lines[-(height - _BELOW) :])
