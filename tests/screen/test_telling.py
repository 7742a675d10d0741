"""Lines of our own: they fit the terminal, and what matters on them is not what is cut."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from routelab.screen.blocks import Block, BodyText, CheckRow, CodeFrame, line, phrase
from routelab.screen.plain import lines
from routelab.screen.telling import complain, for_readers_of, waiting_line


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


def test_plain_sentences_are_broken_on_a_terminal_and_no_code_and_no_body_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    sentence = "The variable took the rest, and the view got it as username."
    page: list[Block] = [line(sentence), CodeFrame(lines=(sentence,)), BodyText(text=sentence)]
    assert sum(sentence in said for said in lines(page, for_readers_of(sys.stdout))) == 3
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    said = list(lines(page, for_readers_of(sys.stdout)))
    assert sum(sentence in each for each in said) == 2
    assert said[0] == "The variable took the rest, and the view\n  got it as username."
    said = list(lines([line("Where is the view? Type this: `GET /home -F`.")], for_readers_of(sys.stdout)))
    assert said == ["Where is the view? Type this:\n  `GET /home -F`."]
    row = CheckRow(said=phrase(sentence), passed=False, details=(line(sentence),))
    said = list(lines([row], for_readers_of(sys.stdout)))
    assert said == [
        "no  The variable took the rest, and the\n  view got it as username.",
        *lines(page[:1], for_readers_of(sys.stdout)),
    ]


def test_a_complaint_stands_after_what_was_written_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Output is held back, and complaints are not; a run that was stopped ends with the line that says so."""
    file = tmp_path / "both"
    with file.open("a") as output, file.open("a") as errors:
        monkeypatch.setattr("sys.stdout", output)
        monkeypatch.setattr("sys.stderr", errors)
        print("a table")
        complain("routelab: stopped")
    assert file.read_text() == "a table\nroutelab: stopped\n"
