"""Files are put back as an app finds them, or it is told that they are not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest

from here import apps_here
from routelab.filestates import files_as_they_are
from routelab.lab import Lab
from routelab.lessons.expectation_reading import read_expectation
from routelab.lessons.mine.judging import Looks, MineCheck, judge_looked_at
from routelab.lessons.mine.keptfiles import KeptFiles
from routelab.lessons.mine.project import own_files
from routelab.lessons.mine.subjects import SUBJECTS
from routelab.lessons.tasks.running import copied_app
from routelab.regularfile import LARGEST

FORM = '<form method="post"><input name="note"></form>'


def written(folder: Path) -> Path:
    (folder / "data").mkdir()
    (folder / "data/notes.db").write_bytes(b"one\ntwo\n")
    (folder / "app.py").write_text("app = 1\n")
    return folder


def add_more(folder: Path) -> None:
    (folder / "data/notes.db").write_bytes(b"one\ntwo\nthree\n")


def make_files(folder: Path) -> None:
    (folder / "uploads/new").mkdir(parents=True)
    (folder / "uploads/new/a.txt").write_text("a")
    (folder / "data/notes.db-journal").write_text("b")


def shorten(folder: Path) -> None:
    (folder / "data/notes.db").write_bytes(b"")


@pytest.mark.parametrize("change", [add_more, make_files, shorten])
def test_what_changed_is_put_back(tmp_path: Path, change: Callable[[Path], None]) -> None:
    kept = KeptFiles(written(tmp_path))
    before = files_as_they_are(str(tmp_path))
    change(tmp_path)
    assert files_as_they_are(str(tmp_path)) != before
    assert kept.put_back()
    assert files_as_they_are(str(tmp_path)) == before
    assert (tmp_path / "data/notes.db").read_bytes() == b"one\ntwo\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.py", "data"]


def test_what_is_too_large_to_be_read_is_not_kept(tmp_path: Path) -> None:
    os.truncate(written(tmp_path) / "data/notes.db", LARGEST + 1)
    assert not KeptFiles(tmp_path).put_back()


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "app.py").unlink(),
        lambda folder: os.replace(folder / "data/notes.db", folder / "data/other.db"),  # noqa: PTH105
    ],
)
def test_another_file_in_its_place_is_not_what_was_there(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    kept = KeptFiles(written(tmp_path))
    change(tmp_path)
    assert not kept.put_back()


NOTES = """
    from pathlib import Path
    from flask import Flask, request
    app = Flask(__name__)
    NOTES = Path(__file__).with_name("notes.txt")
    NOTES.write_text("")
    FORM = '<form method="post"><input name="note"></form>'

    @app.route("/", methods=["GET", "POST"])
    def notes():
        if request.method == "POST":
            NOTES.write_text(NOTES.read_text() + request.form["note"])
        return FORM + NOTES.read_text()
"""


def check(subject: str, *expected: str) -> MineCheck:
    expect = tuple(map(read_expectation, expected))
    return MineCheck(line=1, wants=(), say=(), subject=SUBJECTS[subject], expect=expect)


class Loads:
    """Loads copies of an app, and counts."""

    def __init__(self, folder: Path) -> None:
        source = folder / "source"
        source.mkdir()
        (source / "app.py").write_text(dedent(NOTES))
        self._load = copied_app(partial(own_files, source), folder / "copy", "routelab")
        self.count = 0

    def __call__(self) -> Lab:
        self.count += 1
        return self._load()


@pytest.mark.parametrize("trusted", [False, True])
def test_an_app_that_writes_into_a_file_is_loaded_once_where_it_is_trusted(
    tmp_path: Path, trusted: bool
) -> None:
    loads = Loads(tmp_path)
    asked = (
        check("POST", "status == 200"),
        check("page after a form", "status == 200"),
        check("form left empty", f"body == {json.dumps(FORM)}"),
        check("page", f"body == {json.dumps(FORM)}"),
    )
    with Looks(loads, trusted=trusted) as looks:
        for each in asked:
            assert looks.judge(each).passed, each.subject
    assert (loads.count == 1) == trusted


def test_where_there_are_no_copies_an_app_is_loaded_once_for_all_that_only_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = Loads(tmp_path)
    asked = ("POST", "page", "form", "rule")
    with apps_here(monkeypatch), Looks(loads) as looks:
        result = judge_looked_at(map(check, asked), looks)
    assert result.passed
    assert [each.check.subject for each in result.checks] == [SUBJECTS[each] for each in asked]
    assert loads.count == 3  # one more for each that sends a form
