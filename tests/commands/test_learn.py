"""`routelab learn` as a program: scripts, resuming, guests, lessons from elsewhere, exit codes."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from routelab.commands.learning import run_session
from sessions import SOLUTION, Home, write_lesson
from started import ran
from support import ROOT, Cli, Ended

FINISH = "GET /\n\nGET /status\n\nc\n\n404\n\n500\n\n\nskip\nskip\nskip\n\nskip\n"


Learn = Callable[..., Ended]


@pytest.fixture
def learn(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Learn:
    """Call the command in this process, with a home and a script."""

    def learned(home: Path, *arguments: str, script: str = "") -> Ended:
        monkeypatch.setenv("ROUTELAB_HOME", str(home))
        monkeypatch.setattr("sys.stdin", io.StringIO(script))
        return cli(*arguments)

    return learned


def program(home: Path, *arguments: str, script: str) -> Ended:
    """Run the command in a process of its own."""
    return ran(*arguments, folder=Path.cwd(), environ={"PATH": "", "ROUTELAB_HOME": str(home)}, script=script)


def test_a_script_drives_a_lesson_and_ends_with_0(tmp_path: Path) -> None:
    ended = program(tmp_path, "learn", "1", script=FINISH)
    assert (ended.code, ended.err) == (0, "")
    assert "You have finished: The loop." in ended.out
    assert "Left for later: pages 6, 7, 8, 10." in ended.out
    assert "https://flask.palletsprojects.com/" in ended.out
    states = json.loads((tmp_path / "progress.json").read_text())["lessons"]["the-loop"]["pages"]
    assert [page["state"] for page in states.values()].count("done") == 6


def test_no_command_at_all_is_learn(learn: Learn, tmp_path: Path) -> None:
    ended = learn(tmp_path)
    assert ended.code == 0
    assert "Lesson 1, The loop: Read one trace" in ended.out
    assert learn(tmp_path, "learn").out == ended.out


def test_the_next_start_goes_on(learn: Learn, tmp_path: Path) -> None:
    learn(tmp_path, "learn", "2/album", script="a\n\n")
    assert "the second page" not in learn(tmp_path, "learn", "2").out
    assert "Dynamic segments, 3 of 11\n>" in learn(tmp_path, "learn", "2").out
    assert "Enter: go on with lesson 2, Dynamic segments." in learn(tmp_path).out


def test_a_script_is_not_asked_about_earlier_pages_first(learn: Learn, tmp_path: Path) -> None:
    learn(tmp_path, "learn", "1/no-route", script="c\n\n")
    progress = tmp_path / "progress.json"
    days_ago = re.sub(r'"day": *"[^"]*"', '"day": "2020-01-01"', progress.read_text())
    assert "2020-01-01" in days_ago
    progress.write_text(days_ago)
    ended = learn(tmp_path, "learn", "1", script="what?\nGET /latest\n")
    assert "Welcome back" not in ended.out
    assert "page 4 of 10" in ended.out
    assert "Guess first" in ended.out


def test_a_guest_leaves_nothing_behind(learn: Learn, tmp_path: Path) -> None:
    ended = learn(tmp_path, "learn", "1/mend", "--guest", script="run\n")
    assert "no  GET /latest" in ended.out
    assert list(tmp_path.iterdir()) == []


def test_plain_is_remembered_until_no_plain(learn: Learn, tmp_path: Path) -> None:
    for option, plain in (("--plain", True), ("--no-plain", False)):
        learn(tmp_path, "learn", option)
        assert json.loads((tmp_path / "settings.json").read_text())["plain"] is plain


def test_what_new_made_or_check_ran_is_ones_own_and_prose_needs_no_yes(learn: Learn, tmp_path: Path) -> None:
    home, mine, theirs = tmp_path / "home", tmp_path / "mine", write_lesson(tmp_path / "theirs")
    learn(home, "new", str(mine))
    assert learn(home, "learn", str(mine)).code == 0
    assert learn(home, "learn", str(theirs)).code == 1
    learn(home, "check", str(theirs), "--engine", "routelab")
    assert learn(home, "learn", str(theirs)).code == 0
    for old, new, code in (
        ("Do one task of each kind.", "Do them all.", 0),
        ("GET /post/-5", "GET /post/-6", 1),
    ):
        lesson = theirs / "lesson.md"
        lesson.write_text(lesson.read_text("utf-8").replace(old, new), "utf-8")
        assert learn(home, "learn", str(theirs)).code == code, new


def test_a_lesson_from_elsewhere_is_run_only_after_a_yes(learn: Learn, tmp_path: Path) -> None:
    lesson, home = write_lesson(tmp_path / "theirs"), tmp_path / "home"
    (lesson / "app.py").write_text("open('ran', 'w').close()\n" + SOLUTION, encoding="utf-8")
    refused = learn(home, "learn", str(lesson), script="\nGET /\n")
    assert refused.code == 1
    assert "theirs" in refused.err
    assert "--yes" in refused.err
    assert refused.err.count("\n") == 1
    assert "Small, 1 of 4\n>" in learn(home, "learn", str(lesson), "--yes").out
    assert learn(home, "learn", str(lesson)).code == 0
    (lesson / "app.py").write_text(SOLUTION, encoding="utf-8")
    assert learn(home, "learn", str(lesson)).code == 1


def test_a_course_from_elsewhere_is_listed_and_a_page_of_a_lesson_is_reached(
    learn: Learn, tmp_path: Path
) -> None:
    for name in ("1-one", "2-two"):
        write_lesson(tmp_path / "course" / name)
    home = tmp_path / "home"
    assert "Lesson 2, Small" in learn(home, "learn", str(tmp_path / "course"), "--yes").out
    assert "Small, 3 of 4\n>" in learn(home, "learn", f"{tmp_path}/course/1-one/guess", "--yes").out


def test_a_bundled_lesson_by_its_folder_needs_no_yes(learn: Learn, tmp_path: Path) -> None:
    ended = learn(tmp_path, "learn", str(ROOT / "lessons" / "02-dynamic-segments"))
    assert (ended.code, "Dynamic segments, 1 of 11\n>" in ended.out) == (0, True)


MISTAKES = [
    (("learn", "99"), 2, "there is no lesson '99'"),
    (("learn", "2/nope"), 2, "has no page 'nope'"),
    (("learn", "nope"), 2, "there is no lesson 'nope'"),
    (("learn", "no/such/folder"), 2, "there is no lesson at 'no/such/folder'; name a folder"),
    (("learn", "."), 2, "there is no lesson at '.'"),
    (("learn", "--nope"), 2, "--nope"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), MISTAKES)
def test_mistakes_are_one_line(
    learn: Learn, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended = learn(tmp_path, *arguments)
    assert ended.code == code
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_a_lesson_that_cannot_be_taught_says_where(learn: Learn, tmp_path: Path) -> None:
    lesson = write_lesson(tmp_path / "bad", lesson="# Bad\n")
    ended = learn(tmp_path / "home", "learn", str(lesson), "--yes")
    assert ended.code == 1
    assert "bad/lesson.md" in ended.err


def test_who_keeps_nothing_is_not_told_to_come_back(learn: Learn, tmp_path: Path) -> None:
    here = "Saved. routelab learn continues here."
    assert here in learn(tmp_path / "home", "learn", "1", script="quit\n").out
    assert here in learn(tmp_path / "home", "learn", "1").out
    assert here not in learn(tmp_path / "home", "learn", "1", "--guest", script="quit\n").out
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    unwritable = learn(tmp_path / "file", "learn", "1", script="quit\n")
    assert here not in unwritable.out
    assert (unwritable.out + unwritable.err).count("not saved") == 1


def test_a_damaged_progress_file_is_set_aside(learn: Learn, tmp_path: Path) -> None:
    (tmp_path / "progress.json").write_text("{broken")
    ended = learn(tmp_path, "learn", "1")
    assert ended.code == 0
    assert "could not be read" in ended.err
    assert (tmp_path / "progress.damaged-1.json").read_text() == "{broken"


def test_without_any_room_to_write_the_lesson_goes_on(learn: Learn, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("no folder")
    ended = learn(home, "learn", "1", script="GET /\n\nGET /status\n")
    assert ended.code == 0
    assert ended.out.count("not saved") == 1
    assert ended.out.count("Right.") == 2


def test_a_reader_that_leaves_is_no_error(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert cli("learn").code == 0


class NoConsoleScreenBufferError(Exception):
    """Named as prompt-toolkit's own, which only Windows has."""


def test_without_a_console_the_lesson_is_plain_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_console(**_options: object) -> None:
        raise NoConsoleScreenBufferError

    monkeypatch.setattr("routelab.repl.terminal.LinePrompt", no_console)
    monkeypatch.setattr("routelab.commands.learning.wants_plain", lambda _settings: False)
    monkeypatch.setattr("sys.stdin", io.StringIO("GET /\nquit\n"))
    home = Home(folder=tmp_path)
    assert run_session(home.session(), home.learner(), plain=None, which="1") == 0
    assert "Match: /  ->  home" in capsys.readouterr().out
