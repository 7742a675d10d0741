"""The learner's own files: made, compared, reset with a backup; and the files of a lesson they are made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from errno import ENOSPC
from functools import partialmethod
from pathlib import Path, PurePosixPath

import pytest

from lessons.lessonkit import sound_lesson
from routelab.errors import RoutelabError
from routelab.learner.copies import CopyError, WorkCopy, open_copy, reset
from routelab.lessons.course import bundled_lessons, key_of, lessons_in
from routelab.lessons.files import Files, Project, content_hash, everything, project, write_project
from routelab.lessons.records import Lesson
from routelab.lessons.starting import new_lesson, title_of

NOON = datetime(2024, 5, 17, 12, 0, 0)


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    made = sound_lesson(tmp_path / "lesson")
    for name, text in {
        "templates/a.html": "<p>",
        "solution/templates/a.html": "<h1>",
        ".hidden": "",
        "__pycache__/app.pyc": "",
    }.items():
        (made.folder / name).parent.mkdir(exist_ok=True)
        (made.folder / name).write_text(text)
    return made


def starter(lesson: Lesson) -> Project:
    return project(lesson.folder, Files.STARTER)


@pytest.fixture
def copy(lesson: Lesson, tmp_path: Path) -> WorkCopy:
    return open_copy(starter(lesson), tmp_path / "work", "lesson")


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_starter_is_the_project_without_the_lesson(lesson: Lesson) -> None:
    assert sorted(map(str, project(lesson.folder, Files.STARTER))) == ["app.py", "templates/a.html"]


def test_the_solution_takes_the_place_of_files(lesson: Lesson, tmp_path: Path) -> None:
    write_project(project(lesson.folder, Files.SOLUTION), tmp_path / "out")
    assert names(tmp_path / "out") == ["app.py", "templates/a.html"]
    assert (tmp_path / "out" / "templates" / "a.html").read_text() == "<h1>"


def test_a_copy_holds_the_starter_and_no_more(copy: WorkCopy) -> None:
    assert names(copy.folder) == ["app.py", "templates/a.html"]
    assert copy.changed() == ()
    assert list(copy.diff()) == []


def test_a_copy_keeps_what_the_learner_wrote(copy: WorkCopy, lesson: Lesson, tmp_path: Path) -> None:
    (copy.folder / "app.py").write_text("mine\n")
    (copy.folder / "templates" / "a.html").unlink()
    again = open_copy(starter(lesson), tmp_path / "work", "lesson")
    assert (again.folder / "app.py").read_text() == "mine\n"
    assert (again.folder / "templates" / "a.html").read_text() == "<p>"
    assert (lesson.folder / "app.py").read_text() != "mine\n"


def test_the_difference_is_told(copy: WorkCopy) -> None:
    (copy.folder / "app.py").write_text(
        (copy.folder / "app.py").read_text().replace("Hello, {name}", "Hi, {name}")
    )
    (copy.folder / "new.py").write_text("x = 1\n")
    (copy.folder / "logo.png").write_bytes(b"\x89\xff")
    (copy.folder / "app.py~").write_text("an editor's")
    (copy.folder / ".app.py.swp").write_text("an editor's")
    assert list(map(str, copy.changed())) == ["app.py", "logo.png", "new.py"]
    diff = list(copy.diff())
    assert diff[:2] == ["--- lesson/app.py", "+++ yours/app.py"]
    assert '-    return f"Hello, {name}!"' in diff
    assert '+    return f"Hi, {name}!"' in diff
    assert "logo.png differs, and is not text" in diff
    assert "+x = 1" in diff


def test_reset_keeps_a_backup(copy: WorkCopy) -> None:
    starter = (copy.folder / "app.py").read_text()
    backups = []
    for text in ("first", "second"):
        (copy.folder / "app.py").write_text(text)
        backups.append(reset(copy, NOON))
    assert [backup.name for backup in backups] == [
        "lesson.backup-2024-05-17-120000",
        "lesson.backup-2024-05-17-120000-2",
    ]
    assert [(backup / "app.py").read_text() for backup in backups] == ["first", "second"]
    assert (copy.folder / "app.py").read_text() == starter


@pytest.mark.parametrize("refused", ["lesson", ".lesson.new"])
def test_a_reset_that_is_refused_changes_nothing(
    copy: WorkCopy, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    """There is no room for another copy, or it may not take its place."""
    (copy.folder / "app.py").write_text("mine")

    def refuse(path: Path, target: Path, move: Callable[[Path, Path], Path]) -> Path:
        if path.name == ".lesson.new" or target.parent.name == refused:
            raise OSError(ENOSPC, "No space left on device")
        return move(path, target)

    for move in ("rename", "replace"):
        monkeypatch.setattr(Path, move, partialmethod(refuse, move=getattr(Path, move)))
    with pytest.raises(CopyError, match="No space left"):
        reset(copy, NOON)
    assert (copy.folder / "app.py").read_text() == "mine"
    assert [path.name for path in copy.folder.parent.iterdir()] == ["lesson"]


def test_a_half_made_copy_is_never_taken_for_one(lesson: Lesson, tmp_path: Path) -> None:
    (tmp_path / "work" / ".lesson.new").mkdir(parents=True)
    (tmp_path / "work" / ".lesson.new" / "app.py").write_text("half")
    copy = open_copy(starter(lesson), tmp_path / "work", "lesson")
    assert copy.changed() == ()
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["lesson"]


def test_a_place_that_cannot_be_written_is_said(lesson: Lesson, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(
        CopyError, match=r"your files cannot be kept in .*; make room there, or set ROUTELAB_HOME"
    ):
        open_copy(starter(lesson), tmp_path / "file", "lesson")


def test_links_are_not_followed(lesson: Lesson, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (lesson.folder / "static").symlink_to(tmp_path)
    (lesson.folder / "templates" / "b.html").symlink_to(tmp_path / "secret")
    assert names(open_copy(starter(lesson), tmp_path / "work", "x").folder) == ["app.py", "templates/a.html"]


def test_the_hash_is_of_names_and_contents(tmp_path: Path) -> None:
    hashes: set[str] = set()
    for files in ({"a": "xy"}, {"a": "x", "y": ""}, {"b": "xy"}, {"a": "xz"}, {"a": "xy", ".b": ""}):
        folder = tmp_path / str(len(hashes))
        for name, text in files.items():
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        hashes.add(content_hash(everything(folder)))
    assert len(hashes) == 5
    assert content_hash({PurePosixPath("a"): tmp_path / "0" / "a"}) == content_hash(
        everything(tmp_path / "0")
    )


def test_lessons_of_a_course_come_by_number(tmp_path: Path) -> None:
    for name in ("10-ten", "2-two", "01-one", "appendix", "9-no-lesson"):
        (tmp_path / name).mkdir()
        if name != "9-no-lesson":
            (tmp_path / name / "lesson.md").write_text("")
    assert [path.name for path in lessons_in(tmp_path)] == ["01-one", "2-two", "10-ten", "appendix"]
    assert lessons_in(tmp_path / "2-two") == (tmp_path / "2-two",)
    assert lessons_in(tmp_path / "nowhere") == ()


def test_keys_are_names_that_stay(tmp_path: Path) -> None:
    assert [key_of(folder) for folder in bundled_lessons()][:2] == ["from-an-empty-file", "the-loop"]
    one, two = key_of(tmp_path / "a" / "lesson"), key_of(tmp_path / "b" / "lesson")
    assert one != two
    assert one.startswith("lesson-")
    assert one == key_of(tmp_path / "b" / ".." / "a" / "lesson")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("03-url-building", "Url building"),
        ("my_lesson", "My lesson"),
        ("HTTP", "HTTP"),
        ("42", "42"),
        ("---", "A lesson"),
        ("été", "Été"),
    ],
)
def test_titles_from_folder_names(name: str, title: str) -> None:
    assert title_of(name) == title


def test_new_takes_an_empty_folder_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert [str(path) for path in new_lesson(tmp_path / "empty")] == [
        "lesson.md",
        "app.py",
        "solution/app.py",
    ]
    with pytest.raises(RoutelabError, match="choose another name"):
        new_lesson(tmp_path / "empty")
    (tmp_path / "file").write_text("")
    with pytest.raises(RoutelabError, match="choose another name"):
        new_lesson(tmp_path / "file")
    with pytest.raises(RoutelabError, match="choose another place"):
        new_lesson(tmp_path / "file" / "below")
