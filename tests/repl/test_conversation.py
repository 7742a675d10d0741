"""The loop between session and terminal: saved files, editors that fail, and Ctrl-C while something runs."""

from __future__ import annotations

import json
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


def test_the_last_trace_is_saved_without_secrets(session: Session, tmp_path: Path) -> None:
    files = [tmp_path / f"trace{suffix}" for suffix in (".html", ".svg", ".json")]
    script = talk(
        session,
        ["save x.html", "POST /login name=ann password=hunter22 -f", *(f"save {file}" for file in files)],
    )
    assert "No request was sent yet" in script.said[1]
    told_of_each = [told for told in script.said[3:] if told]
    for file, told in zip(files, told_of_each[: len(files)], strict=True):
        assert told == f"Saved in {file}; passwords, tokens and cookies are left out."
        text = file.read_text(encoding="utf-8")
        assert "(hidden)" in text
        assert "hunter22" not in text
    assert files[0].read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads(files[2].read_text(encoding="utf-8"))["command"].endswith("'password=(hidden)' -f")


def test_a_file_that_is_there_is_written_over_only_after_a_yes(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "trace.html"
    file.write_text("mine", encoding="utf-8")
    talk(session, ["GET /", f"save {file}", "n"])
    assert file.read_text(encoding="utf-8") == "mine"
    script = talk(session, ["GET /", f"save {file}", "y"])
    assert "is there already. Write over it?" in script.said[2]
    assert file.read_text(encoding="utf-8") != "mine"


@pytest.mark.parametrize(
    ("name", "said_of_it"),
    [("", "Its name ends with"), ("x.pdf", "Its name ends with"), ("no/where.html", "cannot be written"),
     (f"{'x' * 5000}.html", "is not a file name"), ("\0.html", "not a file name")],
)  # fmt: skip
def test_what_cannot_be_saved_is_said(session: Session, name: str, said_of_it: str) -> None:
    told = [each for each in talk(session, ["GET /", f"save {name}"]).said[2:] if each]
    assert said_of_it in told[0]
