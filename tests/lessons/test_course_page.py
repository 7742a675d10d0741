"""docs/course.md: each page that it names is a page of the course."""

from __future__ import annotations

import re
from pathlib import Path

from routelab.lessons.course import bundled_lessons
from sessions import load_bundled

COURSE = Path(__file__).resolve().parents[2] / "docs" / "course.md"


def test_every_page_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(\d+/[\w-]+)`", COURSE.read_text(encoding="utf-8")))
    pages = {
        f"{number}/{page.id}"
        for number, folder in enumerate(bundled_lessons())
        for page in load_bundled(folder).pages
    }
    assert len(named) > 50
    assert named <= pages
