"""What a learner hands in is one zip, always the same, and grade reads it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from grading.class_room import LESSON, SOLUTION, STARTER, WHOLE, submit
from lessons.mine_apps import texts_of, write
from routelab.commands import grade
from routelab.grading.assignment import assignment_of, digest_of
from routelab.lessons.prose import plain
from routelab.lessons.tasks.mine import MineTask
from support import Cli


@pytest.fixture
def work(own_home: Path) -> Path:
    """Give the learner copies of two lessons, as `learn` makes them in ROUTELAB_HOME."""
    submit(own_home / "dynamic-segments", SOLUTION, **{"notes.txt": "mine", "app.py~": "old"})
    submit(own_home / "the-loop", STARTER)
    submit(own_home / "the-loop.backup-2026-01-01", STARTER)
    return own_home


def test_the_same_work_gives_the_same_bytes(cli: Cli, tmp_path: Path, work: Path) -> None:
    ended = cli("progress", "--hand-in", "one.zip", folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "one.zip has your files of 2 lessons: the-loop, dynamic-segments\n"
    os.utime(work / "dynamic-segments" / "app.py", (0, 0))
    cli("progress", "--hand-in", "two.zip", folder=tmp_path)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == [
            "hand-in.json", "progress.json", "work/dynamic-segments/app.py", "work/dynamic-segments/notes.txt",
            "work/the-loop/app.py",
        ]  # fmt: skip
        told = json.loads(archive.read("hand-in.json"))["lessons"]
        assert told["dynamic-segments"] == {"lesson": LESSON.name, "digest": digest_of(LESSON)}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.zip", "two.zip"]


def test_what_was_handed_in_instead_of_an_app_is_said(cli: Cli, tmp_path: Path) -> None:
    submit(tmp_path / "class" / "ann", None, **{"main.py": "x", "lesson2.py": "x"})
    submit(tmp_path / "class" / "bob", None, **{"app.py.txt": "x"})
    submit(tmp_path / "class" / "empty", "")
    submit(tmp_path / "class" / "encoded", None).joinpath("app.py").write_bytes(STARTER.encode("utf-16"))
    (tmp_path / "class" / "nothing").mkdir()
    with ZipFile(tmp_path / "class" / "whole.zip", "w") as archive:
        for name in ("cy", "dan"):
            archive.writestr(f"{name}/app.py", SOLUTION)
    ended = cli("grade", "2", "class", "--isolation", "process", folder=tmp_path)
    told = [row.strip() for row in ended.out.splitlines() if "app.py" in row]
    assert told == [
        "there is no 'app.py', but lesson2.py and main.py",
        "there is no 'app.py', but app.py.txt",
        "app.py is empty so far. A Flask app begins with: from flask import Flask,",
        "the app does not load at app.py: SyntaxError: source code string cannot",
        "contain null bytes (app.py is saved as UTF-16; Python reads plain text in",
        "there is no 'app.py'",
        "there is no 'app.py'; it contains 2 submissions: unpack it, and name the",
    ]
    assert ", but app.py" not in ended.out.replace(", but app.py.txt", "")


def test_grade_takes_the_lesson_out_of_it(cli: Cli, tmp_path: Path, work: Path) -> None:
    (tmp_path / "class").mkdir()
    cli("progress", "--hand-in", str(tmp_path / "class" / "ann.zip"))
    options = ("--format", "json", "--isolation", "process")
    ended = cli("grade", "2", "class", *options, folder=tmp_path)
    result = json.loads(ended.out)
    assert (result["submission"], result["verdict"], result["score"], ended.err) == (
        "ann",
        "graded",
        WHOLE,
        "",
    )
    other = json.loads(cli("grade", "3", "class", *options, folder=tmp_path).out)
    assert other["verdict"] == "no_app"


def test_a_hand_in_of_another_version_is_graded_and_said(cli: Cli, tmp_path: Path, work: Path) -> None:
    cli("progress", "--hand-in", "ann.zip", folder=tmp_path)
    with ZipFile(tmp_path / "ann.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(tmp_path / "old.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content.replace(digest_of(LESSON).encode(), b"older"))
    ended = cli("grade", "2", "old.zip", "--format", "json", "--isolation", "process", folder=tmp_path)
    assert json.loads(ended.out)["score"] == WHOLE
    assert ended.err == (
        "routelab: old was handed in with another version of the lesson; it is graded on this one\n"
    )


def test_a_hand_in_that_says_nonsense_is_a_zip_like_any_other(cli: Cli, tmp_path: Path) -> None:
    contents = ("", "[]", '{"lessons": 3}', '{"lessons": {"a": 1}}', "[" * 100_000)
    for number, content in enumerate(contents):
        with ZipFile(tmp_path / f"{number}.zip", "w") as archive:
            archive.writestr("hand-in.json", content)
            archive.writestr("app.py", SOLUTION)
    ended = cli(
        "grade", "2", ".", "--format", "json", "--isolation", "process", "--jobs", "1", folder=tmp_path
    )
    assert [json.loads(line)["score"] for line in ended.out.splitlines()] == [WHOLE] * len(contents)


def test_what_cannot_be_handed_in_is_one_line(cli: Cli, tmp_path: Path, own_home: Path) -> None:
    nothing = cli("progress", "--hand-in", "ann.zip", folder=tmp_path)
    assert (nothing.code, nothing.out, nothing.err.count("\n")) == (1, "", 1)
    assert "there are no files of yours" in nothing.err
    submit(own_home / "the-loop", STARTER)
    ended = cli("progress", "--hand-in", "no/such/ann.zip", folder=tmp_path)
    assert (ended.code, ended.err.count("\n")) == (1, 1)
    if sys.platform != "win32":
        assert "no/such/ann.zip' cannot be written: No such file" in ended.err


def test_an_app_of_ones_own_is_graded_with_what_is_hidden(
    cli: Cli, tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capstone = assignment_of("capstone", "mine")
    task = capstone.tasks[0].task
    assert isinstance(task, MineTask)
    # All of them, on all samples, are tests/lessons/test_own_app.py's; one that is shown and one that is not will do.
    few = [
        check for check in task.checks if any(it in plain(check.wants) for it in ("three tests", "SameSite"))
    ]
    assert [check.hidden for check in few] == [False, True]
    asked = capstone.tasks[0]._replace(task=task.replace(checks=tuple(few)))
    monkeypatch.setattr(grade, "assignment_of", lambda *_named: capstone._replace(tasks=(asked,)))
    texts = texts_of(task)
    secret = 'generate_password_hash("a long secret"'
    assert secret in texts["app.py"]
    texts["app.py"] = texts["app.py"].replace(
        secret, f'{secret}, "pbkdf2:sha256:1"'
    )  # Werkzeug's own takes long
    write(texts, own_home / "mine")
    (tmp_path / "class").mkdir()
    cli("progress", "--hand-in", str(tmp_path / "class" / "ann.zip"))
    safe = 'app.config["SESSION_COOKIE_SAMESITE"] = "Lax"\n'
    assert safe in texts["app.py"]
    write({**texts, "app.py": texts["app.py"].replace(safe, "")}, tmp_path / "class" / "bob")
    write({name: text for name, text in texts.items() if name != "test_app.py"}, tmp_path / "class" / "cem")
    options = ("--task", "mine", "--format", "json", "--isolation", "process", "--jobs", "1")
    ended = cli("grade", "capstone", "class", *options, folder=tmp_path)
    ann, bob, cem = (json.loads(line)["tasks"][0] for line in ended.out.splitlines())
    assert ended.err == ""
    assert (ann["id"], ann["passed"], ann["score"], ann["message"]) == ("mine", True, 1, "")
    assert (bob["passed"], bob["message"]) == (False, "a check that is not shown did not pass")
    assert not cem["passed"]
    assert cem["message"].startswith("three tests (routelab reads them")
    assert "There is no file" in cem["message"]
