"""`check`, `new` and `progress` as they are typed: what they print, and how they end."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from routelab.commands.progress import progress_lines
from routelab.learner.progress import ProgressFile, State
from routelab.lessons.course import bundled_lessons
from sessions import TAUGHT, bundled_lesson, read_bundled_once
from started import Started
from support import Cli, Ended


@pytest.fixture(autouse=True)
def lessons_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routelab.commands.progress.read_lesson", read_bundled_once)


@pytest.fixture
def lesson(cli: Cli, tmp_path: Path) -> Path:
    cli("new", str(tmp_path / "greetings"))
    return tmp_path / "greetings"


@pytest.fixture
def progress(own_home: Path) -> ProgressFile:
    return ProgressFile(own_home / "progress.json")


def break_it(lesson: Path) -> None:
    text = (lesson / "lesson.md").read_text()
    (lesson / "lesson.md").write_text(
        text.replace('view == "hello"', 'veiw == "hello"').replace("5\n", "0\n", 1)
    )


def test_new_says_what_it_wrote(cli: Cli, tmp_path: Path) -> None:
    ended = cli("new", "a/greetings", folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "a/greetings/lesson.md",
        "a/greetings/app.py",
        "a/greetings/solution/app.py",
        "Change them, and prove the lesson with: routelab check a/greetings",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("new",), 2, "the following arguments are required: FOLDER; routelab new --help lists the options"),
        (("new", "a", "b"), 2, "'b' is one word too many; routelab new --help lists the options"),
        (("new", "--forse", "a"), 2, "there is no option '--forse'; routelab new --help"),
        (
            ("check", "--engin=flask"),
            2,
            "there is no option '--engin=flask'; did you mean --engine? routelab check",
        ),
        (("new", "."), 1, ". is there already, and not an empty folder; choose another name"),
        (("check", "nowhere"), 1, "'nowhere' has no lesson.md, and no folder in it has one; routelab new"),
        (("check", "x" * 5000), 1, "'xxx"),
        (("check", "--engine", "django"), 2, "argument --engine: invalid choice: 'django'"),
        (("check", "--format", "pdf"), 2, "argument --format: invalid choice: 'pdf'"),
        (
            ("progress", "--forget", "the-lop"),
            2,
            "there is no progress in a lesson 'the-lop'; known are: none yet",
        ),
        (("progress", "--export", "no/such/folder"), 1, "'no/such/folder' cannot be written: No such file"),
        (
            ("progress", "--export", "-", "--forget", "a"),
            2,
            "argument --forget: not allowed with argument --export",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line(
    cli: Cli, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "something").write_text("")
    ended = cli(*arguments, folder=tmp_path)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith(f"routelab: {said}")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("engine", ["routelab", "flask"])
def test_check_on_one_engine(cli: Cli, lesson: Path, engine: str) -> None:
    ended = cli("check", "--engine", engine, str(lesson))
    assert (ended.code, ended.out) == (0, f"{lesson}: 3 tasks proven on {engine}\n")


def test_check_tells_a_line_for_each_finding(cli: Cli, lesson: Path) -> None:
    break_it(lesson)
    ended = cli("check", "greetings", folder=lesson.parent)
    assert (ended.code, ended.err) == (1, "")
    assert ended.out.splitlines() == [
        "greetings/lesson.md:6: minutes is a whole number above 0; write minutes = 12",
        "greetings/lesson.md:21: expect: 'veiw == \"hello\"': there is no query 'veiw'; did you mean 'view'?",
        "2 findings in 1 lesson.",
    ]


def test_check_of_the_folder_here_and_of_a_course(cli: Cli, lesson: Path) -> None:
    assert cli("check", "greetings/lesson.md", folder=lesson.parent).code == 0
    assert cli("check", folder=lesson).out == "greetings: 3 tasks proven on routelab and flask\n"
    cli("new", str(lesson.parent / "02-more"))
    break_it(lesson)
    ended = cli("check", folder=lesson.parent)
    assert ended.code == 1
    assert ended.out.splitlines()[0] == "02-more: 3 tasks proven on routelab and flask"
    assert ended.out.splitlines()[-1] == "2 findings in 2 lessons."


def test_check_of_a_bundled_lesson(cli: Cli, tmp_path: Path) -> None:
    ended = cli("check", "the-loop", "--engine", "routelab", folder=tmp_path)
    assert ended.code == 0
    assert ended.out.endswith("01-the-loop: 9 tasks proven on routelab\n")


def test_check_as_json(cli: Cli, lesson: Path) -> None:
    break_it(lesson)
    ended = cli("check", "--format", "json", "greetings", folder=lesson.parent)
    document = json.loads(ended.out)
    assert ended.code == 1
    assert document["schema"] == 1
    (told,) = document["lessons"]
    assert (told["folder"], told["title"], told["pages"], told["tasks"]) == ("greetings", "Greetings", 3, 2)
    assert told["engines"] == ["routelab", "flask"]
    assert [(it["promise"], it["file"], it["line"]) for it in told["findings"]] == [
        ("toml", "lesson.md", 6),
        ("expectation", "lesson.md", 21),
    ]


def test_check_keeps_control_characters_from_the_terminal(cli: Cli, lesson: Path) -> None:
    text = (lesson / "lesson.md").read_text()
    (lesson / "lesson.md").write_text(text.replace("minutes = 5", '"\\u001b[2J" = 5'))
    ended = cli("check", "--engine", "routelab", str(lesson))
    assert ended.code == 1
    assert "\\x1b[2J is not a key" in ended.out
    assert "\x1b" not in ended.out


def test_check_says_nothing_of_views_that_fail_on_purpose(cli: Cli, lesson: Path) -> None:
    text = (lesson / "app.py").read_text()
    (lesson / "app.py").write_text(text.replace('return "Try', 'return 1 / 0, "Try'))
    ended = cli("check", "greetings", folder=lesson.parent)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "greetings: 3 tasks proven on routelab and flask\n"


def test_progress_of_a_beginner(cli: Cli, own_home: Path) -> None:
    ended = cli("progress")
    assert ended.code == 0
    rows = ended.out.splitlines()
    empty, loop = (len(bundled_lesson(number).pages) for number in (0, 1))
    width = max(len(bundled_lesson(number).title) for number in TAUGHT)
    assert rows[:2] == ["Begin", f"  0  {'From an empty file':<{width}}  0 of {empty} pages: not begun"]
    assert rows[2:4] == ["Find the function", f"  1  {'The loop':<{width}}  0 of {loop} pages: not begun"]
    assert rows[-1] == f"Kept in {own_home / 'progress.json'}"
    assert not (own_home / "progress.json").exists()


def test_progress_counts_the_pages_that_there_are(cli: Cli, progress: ProgressFile) -> None:
    progress.record("the-loop", "first", State.DONE)
    progress.record("the-loop", "status", State.DONE)
    progress.record("the-loop", "mend", State.SEEN)
    progress.record("the-loop", "about", State.SKIPPED)
    progress.record("the-loop", "a-page-of-long-ago", State.DONE)
    progress.record("greetings-a1b2c3", "say-hello", State.DONE)
    rows = cli("progress").out.splitlines()
    assert rows[3].split("  ", 3)[1:3] == ["1", "The loop"]
    assert rows[3].endswith("  4 of 10 pages: 2 done, 1 solution seen, 1 skipped")
    assert rows[-2].startswith("Together: 4 of ")
    lessons = len(bundled_lessons())
    assert rows[-2].endswith(f" pages (2 done, 1 solution seen, 1 skipped), 0 of {lessons} lessons finished")
    assert [row.split() for row in rows[-4:-2]] == [["From", "elsewhere"], ["greetings-a1b2c3", "1", "done"]]


@pytest.mark.parametrize("columns", [30, 40])
def test_progress_is_no_wider_than_its_terminal(progress: ProgressFile, columns: int) -> None:
    progress.record("the-loop", "mend", State.SEEN)
    progress.record("a-lesson-from-elsewhere-a1b2c3", "hello", State.DONE)
    *rows, kept = progress_lines(progress.progress, Path("progress.json"), columns)
    assert [row for row in rows if len(row) > columns and "elsewhere" not in row] == []
    first = rows.index("  1  The loop")
    assert rows[first + 1].startswith("       1 of 10 pages: 1")
    assert kept == "Kept in progress.json"


@pytest.mark.parametrize("name", ["1", "the-loop", "01-the-loop"])
def test_progress_forgets_a_lesson_by_its_names(
    cli: Cli, progress: ProgressFile, own_home: Path, name: str
) -> None:
    progress.record("the-loop", "first", State.DONE)
    progress.record("dynamic-segments", "user", State.DONE)
    ended = cli("progress", "--forget", name)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "Forgotten: the-loop. Your files of that lesson stay where they are.\n"
    assert list(ProgressFile(own_home / "progress.json").progress.lessons) == ["dynamic-segments"]


def test_progress_forgets_a_lesson_from_elsewhere_by_its_folder(
    cli: Cli, lesson: Path, progress: ProgressFile
) -> None:
    from routelab.lessons.course import key_of

    progress.record(key_of(lesson), "say-hello", State.DONE)
    ended = cli("progress", "--forget", "greetings", folder=lesson.parent)
    assert (ended.code, ended.err) == (0, "")


def test_progress_offers_the_near_miss(cli: Cli, progress: ProgressFile) -> None:
    progress.record("the-loop", "first", State.DONE)
    ended = cli("progress", "--forget", "the-lop")
    assert ended.err == "routelab: there is no progress in a lesson 'the-lop'; did you mean 'the-loop'?\n"


def test_progress_is_exported(cli: Cli, progress: ProgressFile, tmp_path: Path) -> None:
    progress.record("the-loop", "first", State.DONE)
    ended = cli("progress", "--export", "mine.json", folder=tmp_path)
    assert (ended.code, ended.out) == (0, "")
    exported = json.loads((tmp_path / "mine.json").read_text())
    assert exported == {"schema": 1, "lessons": {"the-loop": {"pages": {"first": {"state": "done"}}}}}
    assert json.loads(cli("progress", "--export", "-").out) == exported


def test_progress_that_cannot_be_forgotten(
    cli: Cli, progress: ProgressFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress.record("the-loop", "first", State.DONE)

    def refuse(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    ended = cli("progress", "--forget", "1")
    assert ended.code == 1
    assert ended.err.startswith("routelab: nothing was forgotten: ")
    assert "No space left on device" in ended.err


def test_damaged_progress_is_said_on_stderr(cli: Cli, own_home: Path) -> None:
    (own_home / "progress.json").write_text("damaged")
    ended = cli("progress")
    assert ended.code == 0
    assert "could not be read; it is kept as progress.damaged-1.json" in ended.err


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("command", ["check", "handout --yes -o page.html"])
def test_ctrl_c_ends_a_command_that_asks_apps_and_is_no_finding(lesson: Path, command: str) -> None:
    mark = lesson.parent / "loads"
    app = lesson / "app.py"
    app.write_text(
        f"import pathlib, time\npathlib.Path({str(mark)!r}).touch()\ntime.sleep(60)\n{app.read_text()}"
    )
    environ = {**os.environ, "ROUTELAB_HOME": str(lesson.parent / "home")}
    started = Started(*command.split(), str(lesson), folder=lesson.parent, environ=environ)
    while not mark.exists():
        time.sleep(0.01)
    started.send_signal(signal.SIGINT)
    assert started.ended() == Ended(code=130, out="", err="")
