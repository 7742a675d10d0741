"""Lines of our own: they fit the terminal, and what matters on them is not what is cut."""

from __future__ import annotations

import pytest

from routelab.screen.telling import complain, waiting_line


@pytest.mark.parametrize("room", [25, 30, 39, 79, 119])
def test_a_line_on_a_wait_has_the_way_out_at_any_width(room: int) -> None:
    for path in ("/", "/slow", "/slow" * 40, "/\x1b[2J"):
        line = waiting_line(f"GET {path}, at most 30 s", room)
        assert len(line) <= room
        assert line.endswith(". Ctrl-C stops it.")
        assert "\x1b" not in line


def test_a_terminal_gets_lines_that_are_broken_between_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    line = "routelab: there is no lesson called dynamic-seg in this course; there are 0 to 26"
    copied = "  routelab request -A shop.backend.wsgi:create_app GET /orders/17"
    complain(line, copied)
    assert capsys.readouterr().err == f"{line}\n{copied}\n"
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    complain(line, copied)
    *broken, last = capsys.readouterr().err.splitlines()
    assert max(map(len, broken)) <= 40
    assert " ".join(it.strip() for it in broken) == line
    assert last == copied
