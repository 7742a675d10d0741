"""Lines of our own: they fit the terminal, and what matters on them is not what is cut."""

from __future__ import annotations

import pytest

from routelab.screen.telling import waiting_line


@pytest.mark.parametrize("room", [25, 30, 39, 79, 119])
def test_a_line_on_a_wait_has_the_way_out_at_any_width(room: int) -> None:
    for path in ("/", "/slow", "/slow" * 40, "/\x1b[2J"):
        line = waiting_line(f"GET {path}, at most 30 s", room)
        assert len(line) <= room
        assert line.endswith(". Ctrl-C stops it.") and "\x1b" not in line
