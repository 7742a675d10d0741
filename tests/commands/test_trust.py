"""Code of a lesson from elsewhere: what runs, and when, is what somebody said yes to."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from routelab.commands.learn import NotTrusted, make_sure
from routelab.errors import RoutelabError
from routelab.lessons.files import Project, code_hash, write_project
from routelab.session.course import Course
from routelab.session.mine import seed
from routelab.session.session import Session
from sessions import Home, said, write_lesson
from support import Cli

COMPILED = (".pyc", ".so", ".pyd")
SPIES = "__import__('pathlib').Path(__file__ + '.ran').touch()\n"


@pytest.mark.parametrize(
    "words",
    [
        ("learn", "theirs"),
        ("learn", "theirs/guess"),
        ("learn", "."),
        ("handout", "theirs"),
        ("learn", "theirs", "--guest"),
        ("learn", "theirs", "--plain"),
    ],
)
def test_nothing_of_a_lesson_runs_before_the_yes_by_any_way(
    cli: Cli, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Neither its app nor its solution, nor what Python itself would look for."""
    for name in ("other", "theirs"):
        lesson = write_lesson(tmp_path / name)
        for file in lesson.rglob("*.py"):
            file.write_text(SPIES + file.read_text("utf-8"), encoding="utf-8")
        (lesson / "conftest.py").write_text(SPIES, encoding="utf-8")
        (lesson / "sitecustomize.py").write_text(SPIES, encoding="utf-8")
    ended = cli(*words, folder=tmp_path)
    assert ended.code == 1
    assert "--yes" in ended.err
    assert list(tmp_path.rglob("*.ran")) == []


def changed_after_the_yes(folder: Path) -> Session:
    """A session on a lesson that was said yes to, whose app was then changed."""
    home = Home(folder=folder / "home")
    learner = home.learner()
    course = make_sure(home.course(write_lesson(folder / "theirs")), learner.settings, yes=True)
    file = folder / "theirs" / "app.py"
    file.write_text(SPIES + file.read_text("utf-8"), encoding="utf-8")
    return Session(course, learner)


def test_what_runs_is_what_the_yes_was_given_to(tmp_path: Path) -> None:
    session = changed_after_the_yes(tmp_path)
    with pytest.raises(RoutelabError, match="have changed since you said yes"):
        session.opening("1")
    assert list(tmp_path.rglob("*.ran")) == []


def test_what_changes_while_a_lesson_is_open_does_not_run_either(tmp_path: Path) -> None:
    home = Home(folder=tmp_path / "home")
    learner = home.learner()
    lesson = write_lesson(tmp_path / "theirs")
    session = Session(make_sure(home.course(lesson), learner.settings, yes=True), learner)
    assert "have changed" not in said(session.opening("1"))
    for file in lesson.rglob("*.py"):
        file.write_text(SPIES + file.read_text("utf-8"), encoding="utf-8")
    told = "".join(
        said(session.answer(line)) for line in ("list", "1", "reset", "y", "2", "solve", "solution")
    )
    assert "have changed since you said yes" in told
    assert list(tmp_path.rglob("*.ran")) == []


def test_what_changes_just_after_it_was_looked_at_does_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(folder=tmp_path / "home")
    learner = home.learner()
    lesson = write_lesson(tmp_path / "theirs")
    before = {file: file.read_text("utf-8") for file in lesson.rglob("*.py")}
    session = Session(make_sure(home.course(lesson), learner.settings, yes=True), learner)

    def look_and_change(folder: Path) -> str:
        for file, text in before.items():
            file.write_text(text, encoding="utf-8")
        seen = code_hash(folder)
        for file, text in before.items():
            file.write_text(SPIES + text, encoding="utf-8")
        return seen

    def copy_and_change(files: Project, folder: Path) -> None:
        for file, text in before.items():
            file.write_text(text, encoding="utf-8")
        write_project(files, folder)
        for file, text in before.items():
            file.write_text(SPIES + text, encoding="utf-8")

    monkeypatch.setattr("routelab.session.course.code_hash", look_and_change)
    monkeypatch.setattr("routelab.session.course.write_project", copy_and_change)
    session.opening("1")
    told = "".join(said(session.answer(line)) for line in ("GET /", "reset", "y", "2", "solve", "solution"))
    assert "200 OK" in told
    assert list(tmp_path.rglob("*.ran")) == []


def test_a_demo_of_a_lesson_runs_a_copy_of_what_was_looked_at(cli: Cli, tmp_path: Path) -> None:
    lesson = write_lesson(tmp_path / "theirs")
    for file in lesson.rglob("*.py"):
        file.write_text(SPIES + file.read_text("utf-8"), encoding="utf-8")
    assert cli("demo", "theirs", "--yes", folder=tmp_path).code == 0
    assert list(tmp_path.rglob("*.ran")) == []


def test_a_beginning_is_written_from_lessons_that_were_said_yes_to(tmp_path: Path) -> None:
    """A lesson that lies beside them is nobody's word."""
    home = Home(folder=tmp_path / "home")
    learner = home.learner()
    lessons = [write_lesson(tmp_path / name) for name in ("1-theirs", "2-others", "3-theirs")]
    for lesson in lessons:
        (lesson / "mine").mkdir()
        (lesson / "mine" / f"{lesson.name[2:]}.py").write_text(f"# {lesson.name}", encoding="utf-8")
    course = make_sure(home.course(lessons[0], lessons[2]), learner.settings, yes=True)
    seed(course, learner, 3)
    assert [path.name for path in learner.own_app.glob("*.py") if path.stat().st_size] == ["theirs.py"]
    assert (learner.own_app / "theirs.py").read_text(encoding="utf-8") == "# 3-theirs"
    (learner.own_app / "theirs.py").unlink()
    (lessons[0] / "mine" / "theirs.py").write_text(SPIES, encoding="utf-8")
    with pytest.raises(RoutelabError, match="have changed since you said yes"):
        seed(course, learner, 3)


def test_a_lesson_that_nobody_asked_about_is_not_run(tmp_path: Path) -> None:
    course = Course((tmp_path / "a",), bundled=False, approved={})
    with pytest.raises(RoutelabError, match="have changed"):
        course.code_of(write_lesson(tmp_path / "a"), tmp_path / "copies")


def test_all_python_files_are_named_before_the_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = write_lesson(tmp_path / "theirs")
    for number in range(30):
        (lesson / f"a{number:02}.txt").write_text("", encoding="utf-8")
        (lesson / f"z{number:02}.py").write_text("", encoding="utf-8")
    for suffix in COMPILED:
        (lesson / f"compiled{suffix}").write_bytes(b"")
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _question: "n")
    home = Home(folder=tmp_path / "home")
    with pytest.raises(NotTrusted):
        make_sure(home.course(lesson), home.learner().settings, yes=False)
    named = [line.strip() for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    python = sorted(
        path.relative_to(lesson).as_posix() for path in lesson.rglob("*") if path.suffix in (".py", *COMPILED)
    )
    assert sorted(named[: len(python)]) == python
    assert named[-1] == f"and {len(list(lesson.rglob('*.*'))) - len(python)} more, none of Python"


def test_a_course_is_trusted_in_one_save_and_kept_yes_by_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons = [write_lesson(tmp_path / f"{number}-one") for number in range(3)]
    for number, lesson in enumerate(lessons):
        (lesson / "extra.txt").write_text(str(number), encoding="utf-8")
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    home = Home(folder=tmp_path / "home")
    learner = home.learner()
    answers = iter(["y", "n"])
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    with pytest.raises(NotTrusted):
        make_sure(home.course(*lessons), learner.settings, yes=False)
    assert [learner.settings.trusts(code_hash(lesson)) for lesson in lessons] == [True, False, False]
