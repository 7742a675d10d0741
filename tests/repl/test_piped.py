"""The plain terminal: a whole lesson as plain lines, and what a script or a screen reader gets."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from effort import chosen
from routelab.learner.progress import State
from routelab.repl.conversation import converse
from routelab.repl.piped import PipedTerminal
from sessions import TAUGHT, Edit, Home, bundled_lesson, moves_through, write_lesson
from support import ROOT


class Moves(io.StringIO):
    """A script whose edits are made just when the lines before them were answered."""

    def __init__(self, moves: Iterator[str | Edit]) -> None:
        super().__init__()
        self._moves = moves

    def readline(self, _size: int = -1, /) -> str:  # type: ignore[override]
        for move in self._moves:
            if isinstance(move, str):
                return f"{move}\n"
            move.make()
        return ""


def talk(home: Home, script: io.StringIO, which: str | None, *lessons: Path) -> str:
    session = home.session(*lessons)
    out = io.StringIO()
    converse(session, PipedTerminal(script, out, echo=True, has_news=session.has_news), which)
    return out.getvalue()


# One from an empty file, one of each kind of task on an app of several files, and the last.
@pytest.mark.parametrize("number", chosen(TAUGHT, (0, 16, 26)))
def test_a_lesson_is_finished_through_a_pipe(tmp_path: Path, number: int) -> None:
    home = Home(folder=tmp_path)
    lesson = bundled_lesson(number)
    key = lesson.name.partition("-")[2]
    out = talk(home, Moves(moves_through(lesson, tmp_path / "work" / key)), str(number))
    assert f"You have finished: {lesson.title}." in out
    assert "What you can do now:" in out
    assert out.count("https://flask.palletsprojects.com/") >= 1
    states = home.learner().progress.progress.of(key).pages
    assert states == {page.id: State.DONE for page in lesson.pages}
    following = "back to the list" if number == TAUGHT[-1] else f"start lesson {number + 1}, "
    assert f"Enter: {following}" in out
    assert "\x1b" not in out


def test_what_was_typed_stands_behind_its_prompt(tmp_path: Path) -> None:
    out = talk(Home(folder=tmp_path), io.StringIO("GET /\nquit\n"), "1")
    assert "The loop, 1 of 10\n> GET /\n200 OK   GET /\nhome() returned a string" in out


def test_enter_sends_the_line_that_was_offered(tmp_path: Path) -> None:
    out = talk(Home(folder=tmp_path), io.StringIO("get status\n\n"), "1/status")
    assert "Enter: send that." in out
    assert "Right." in out


def test_a_curl_command_goes_on_over_lines(tmp_path: Path) -> None:
    out = talk(Home(folder=tmp_path), io.StringIO("curl \\\nlocalhost:5000/status\n"), "1/status")
    assert "... localhost:5000/status" in out
    assert "Right." in out


def test_saves_are_told_at_the_next_prompt(tmp_path: Path) -> None:
    lesson = write_lesson(tmp_path / "small")

    def moves() -> Iterator[str | Edit]:
        yield "GET /"
        (work,) = (tmp_path / "home" / "work").iterdir()
        yield Edit(folder=lesson, work=work)
        yield ""

    out = talk(Home(folder=tmp_path / "home"), Moves(moves()), "1/mend", lesson)
    assert "app.py was saved" in out
    assert "Right: all checks pass." in out


HOSTILE = "# Bad\n\nGoal \x1b]0;x\x07.\n\n## Page\n\nRed \x1b[31m[bold]text[/bold] \u202e\n"


def test_lessons_cannot_reach_the_terminal(tmp_path: Path) -> None:
    out = talk(
        Home(folder=tmp_path / "home"), io.StringIO("\x1b[2J\n"), "1", write_lesson(tmp_path / "bad", HOSTILE)
    )
    assert "\x1b" not in out.replace("\x1b[2J\n", "")  # the echo is what the script itself had
    assert "\u202e" not in out
    assert "[bold]text[/bold]" in out


def test_no_heavy_import_for_plain_lines(tmp_path: Path) -> None:
    code = (
        "import sys; from routelab.cli import main; main(['learn']); "
        "print([name for name in ('rich', 'prompt_toolkit', 'asyncio') if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        input="",
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "ROUTELAB_HOME": str(tmp_path)},
    )
    assert ended.stderr.strip() == "[]"
