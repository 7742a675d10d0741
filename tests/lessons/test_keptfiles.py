"""Files are put back as an app finds them, or it is told that they are not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest

from routelab.filestates import files_as_they_are
from routelab.lab import Lab
from routelab.lessons.expectation_reading import read_expectation
from routelab.lessons.mine.judging import Looks, MineCheck
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


@pytest.mark.parametrize("trusted", [False, True])
def test_an_app_that_writes_into_a_file_is_loaded_once_where_it_is_trusted(
    tmp_path: Path, trusted: bool
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "app.py").write_text(
        dedent("""
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
        """)
    )
    loads: list[Path] = []

    def load() -> Lab:
        loads.append(source)
        return make()

    make = copied_app(partial(own_files, source), tmp_path / "copy", "routelab")
    asked = [
        ("POST", "status == 200"),
        ("page after a form", "status == 200"),
        ("form left empty", f"body == {json.dumps(FORM)}"),
        ("page", f"body == {json.dumps(FORM)}"),
    ]
    with Looks(load, trusted=trusted) as looks:
        for subject, expected in asked:
            expect = (read_expectation(expected),)
            check = MineCheck(line=1, wants=(), say=(), subject=SUBJECTS[subject], expect=expect)
            assert looks.judge(check).passed, subject
    assert (len(loads) == 1) == trusted
