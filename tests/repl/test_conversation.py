"""The loop between session and terminal: saved files, editors that fail, and Ctrl-C while something runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from routelab.repl.conversation import converse
from routelab.session.lesson import LessonSession
from routelab.session.reply import Prompt, Reply
from routelab.session.session import Session
from sessions import SOLUTION, Home, said, write_lesson


class Script:
    """A terminal whose learner types these lines, and then leaves; None where a file was saved meanwhile."""

    def __init__(self, lines: list[str | None], edit: Callable[[Path], str | None]) -> None:
        self._lines = lines
        self._edit = edit
        self.said: list[str] = []
        self.prompts: list[str] = []
        self.enters: list[str] = []

    def show(self, reply: Reply) -> None:
        self.said.append(said(reply))

    def read(self, prompt: Prompt, line: str) -> str | None:
        self.prompts.append(f"{prompt.text}{line}")
        self.enters.append(prompt.enter)
        return self._next()

    def read_more(self) -> str:
        return self._next() or ""

    def open_editor(self, file: Path) -> str | None:
        return self._edit(file)

    def _next(self) -> str | None:
        if not self._lines:
            raise EOFError
        return self._lines.pop(0)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Home(folder=tmp_path / "home").session(write_lesson(tmp_path / "small"))


def talk(
    session: Session, lines: list[str | None], edit: Callable[[Path], str | None] = lambda _file: None
) -> Script:
    script = Script(lines, edit)
    converse(session, script, "1/mend")
    return script


def test_what_an_editor_saved_is_checked_when_it_ends(session: Session) -> None:
    def solve(file: Path) -> None:
        file.write_text(SOLUTION, encoding="utf-8")

    _, path, checked, _ = talk(session, ["edit"], solve).said
    assert path.startswith("Your file: ")
    assert "Right: all checks pass." in checked


def test_an_editor_that_does_not_open_says_so(session: Session) -> None:
    assert talk(session, ["edit"], lambda _file: "No editor is known.").said[2] == "No editor is known."


def test_control_c_ends_what_runs_and_not_the_session(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_line: str) -> Reply:
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "answer", interrupted)
    script = talk(session, ["GET /", "GET /"])
    assert script.said[1:3] == ["Stopped.", "Stopped."]
    assert len(set(script.prompts)) == 1


def test_control_c_in_what_a_yes_began_leaves_no_question_behind(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_lesson: LessonSession) -> Reply:
        raise KeyboardInterrupt

    monkeypatch.setattr(LessonSession, "solution", interrupted)
    script = talk(session, ["solution", "y"])
    assert script.said[2] == "Stopped."
    assert script.enters == ["check it now", "no", "check it now"]


def test_a_command_goes_on_until_it_is_whole(session: Session) -> None:
    script = talk(session, ["curl localhost:5000/token \\", "-H 'X-Token: 7'"])
    assert "returned '7' (str)" in script.said[1]
