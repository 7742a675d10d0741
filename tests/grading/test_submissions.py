"""Which folders are submissions, and what of them is copied: nothing that leads out, and no more than the limits."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest

from grading.class_room import submit
from routelab.grading import runfolder
from routelab.grading.runfolder import RunFolder
from routelab.grading.submissions import NoSubmissions, Submission, by_name, shard_of, submissions_in
from routelab.grading.unpacking import FILE_LIMIT, SIZE_LIMIT, UnreadableSubmission, copy_submission


def names(*folders: Path) -> list[str]:
    return [each.name for each in submissions_in([str(folder) for folder in folders])]


def zipped(file: Path, files: dict[str, str | bytes]) -> Path:
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file


def copied(source: Path, tmp_path: Path) -> dict[str, str]:
    target = tmp_path / "copy"
    target.mkdir()
    copy_submission(source, target, "dynamic-segments")
    return {
        path.relative_to(target).as_posix(): path.read_text() for path in target.rglob("*") if path.is_file()
    }


def test_a_folder_is_a_submission_or_holds_them(tmp_path: Path) -> None:
    submit(tmp_path / "class" / "bob", "x")
    submit(tmp_path / "class" / "ann", "x")
    zipped(tmp_path / "class" / "cy.zip", {"app.py": "x"})
    submit(tmp_path / "class" / "nothing", None)
    (tmp_path / "class" / "grades.txt").write_text("by hand")
    (tmp_path / "class" / ".hidden").mkdir()
    (tmp_path / "class" / "dan.rar").write_bytes(b"Rar!")
    assert names(tmp_path / "class") == ["ann", "bob", "cy", "dan.rar", "nothing"]
    assert names(tmp_path / "class" / "cy.zip", tmp_path / "class" / "bob") == ["bob", "cy"]
    assert names(tmp_path / "class" / "nothing") == ["nothing"]
    submit(tmp_path / "odd", None, **{"main.py": "x"})
    (tmp_path / "odd" / "templates").mkdir()
    (tmp_path / "odd" / "data.tar.gz").touch()
    assert names(tmp_path / "odd") == ["odd"]
    with pytest.raises(NoSubmissions):
        submissions_in([str(tmp_path / "nobody")])


def test_files_as_platforms_export_them_are_submissions(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    for name in ("leeann_LATE_12_345_app.py", "bob_13_346_app-2.py", "Cy Ö_7_assignsubmission_file_app.py"):
        (folder / name).write_text("x")
    submit(folder / "dan", "x")
    found = submissions_in([str(folder)])
    assert [each.name for each in found] == [
        "bob_13_346", "Cy Ö_7_assignsubmission_file", "dan", "leeann_LATE_12_345"
    ]  # fmt: skip
    assert copied(found[0].path, tmp_path) == {"app.py": "x"}
    submit(tmp_path / "own", "x", **{"old_app.py": "y"})
    assert names(tmp_path / "own") == ["own"]


def test_names_are_in_the_order_in_which_people_look_for_them(tmp_path: Path) -> None:
    wanted = ["", "7", "0010", "Änne 2", "anne 10", "Bob", "bob", "pupil2", "pupil02b", "pupil2b", "pupil10"]
    wanted += ["pupil10a", "x" + "9" * 5000, "x1" + "0" * 5000, "Zoë", "zoey"]
    assert sorted(set(wanted), key=by_name) == wanted
    for name in ("pupil10", "pupil2", "pupil1"):
        submit(tmp_path / "class" / name, "x")
    assert names(tmp_path / "class") == ["pupil1", "pupil2", "pupil10"]
    assert names(*sorted((tmp_path / "class").iterdir())) == ["pupil1", "pupil2", "pupil10"]


@pytest.mark.parametrize(("size", "of"), [(10, 3), (3, 5), (0, 2), (7, 7)])
def test_shards_are_all_in_order(size: int, of: int) -> None:
    folder = Path("x")
    all_of_them = [Submission(f"{number}", folder) for number in range(size)]
    parts = [shard_of(all_of_them, number, of) for number in range(1, of + 1)]
    assert [each for part in parts for each in part] == all_of_them
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


LEFT: dict[str, str | bytes] = dict.fromkeys(
    ("__pycache__/app.pyc", ".git/config", "env/pyvenv.cfg", "env/lib/big.py", "node_modules/a.js"), "left"
)
ENVIRONMENT_AROUND: dict[str, str | bytes] = {"pyvenv.cfg": "", "Lib/big.py": "", "bin/python": ""}


@pytest.mark.parametrize("left", [LEFT, ENVIRONMENT_AROUND], ids=["beside", "around"])
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_what_belongs_to_the_app_is_copied_and_the_rest_left(
    tmp_path: Path, left: dict[str, str | bytes], packed: bool
) -> None:
    files = {"app.py": "x", "templates/a.html": "y", **left}
    source = zipped(tmp_path / "ann.zip", files)
    if not packed:
        with ZipFile(source) as archive:
            archive.extractall(source := tmp_path / "ann")
    assert copied(source, tmp_path) == {"app.py": "x", "templates/a.html": "y"}


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": "x"},
        {"project/app.py": "x"},
        {"a/b/app.py": "x", "__MACOSX/a/b/._app.py": "y", "a/.DS_Store": "z"},
        {"project/app.py": "x", "project/env/pyvenv.cfg": "", "project/env/Lib/a.py": ""},
    ],
)
def test_a_zip_is_taken_for_what_it_holds(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    file = zipped(tmp_path / "ann.zip", files)
    assert copied(file, tmp_path)["app.py"] == "x"
    (tmp_path / "copy").rename(tmp_path / "before")
    again = zipped(tmp_path / "again.zip", {"ann.zip": file.read_bytes(), "__MACOSX/._ann.zip": "y"})
    assert copied(again, tmp_path)["app.py"] == "x"
    (tmp_path / "folder").mkdir()
    again.rename(tmp_path / "folder" / "mine.zip")
    (tmp_path / "copy").rename(tmp_path / "between")
    assert copied(tmp_path / "folder", tmp_path)["app.py"] == "x"


def link(file: Path) -> None:
    with ZipFile(file, "w") as archive:
        member = ZipInfo("app.py")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")


def twice(file: Path) -> None:
    with ZipFile(file, "w") as archive:
        archive.writestr("app.py", "x")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("app.py", "y")


def lzma(file: Path) -> None:
    with ZipFile(file, "w", ZIP_LZMA) as archive:
        archive.writestr("app.py", "x")


def lying(file: Path) -> None:
    """Say of a bomb that it has one byte."""
    zipped(file, {"app.py": b"0" * 50_000_000})
    content = file.read_bytes()
    file.write_bytes(content.replace((50_000_000).to_bytes(4, "little"), (1).to_bytes(4, "little")))


def without_end(file: Path) -> None:
    zipped(file, {"app.py": "x"})
    for _ in range(50):
        zipped(file, {"a.zip": file.read_bytes()})


def nameless(file: Path) -> None:
    with ZipFile(file, "w") as archive:
        member = ZipInfo("x")
        member.filename = ""
        archive.writestr(member, "x")


ZIPS: dict[str, tuple[Callable[[Path], object], str]] = {
    "way out": (lambda file: zipped(file, {"../evil.py": "x"}), "leads out of it"),
    "way out, deeper": (lambda file: zipped(file, {"a/../../evil.py": "x"}), "leads out of it"),
    "absolute": (lambda file: zipped(file, {"/tmp/evil.py": "x"}), "leads out of it"),
    "no name": (nameless, "one of its files has no name"),
    "drive": (lambda file: zipped(file, {"C:/evil.py": "x"}), "leads out of it"),
    "link": (link, "is a link"),
    "two of one name": (twice, "two of its files have one name"),
    "file and folder": (
        lambda file: zipped(file, {"a": "x", "a/b": "y", "app.py": ""}),
        "File exists|Not a directory",
    ),
    "long name": (lambda file: zipped(file, {"a" * 5000: "x"}), "too long a name"),
    "bomb": (lambda file: zipped(file, {"app.py": b"0" * (SIZE_LIMIT + 1)}), "'app.py' has more than 10 MB"),
    "much": (
        lambda file: zipped(file, {"app.py": "x", "film": b"0" * (SIZE_LIMIT - 9), "z.txt": "x" * 99}),
        "it has more than 10 MB; 'film' is the largest",
    ),
    "bomb in a zip": (
        lambda file: zipped(file, {"a.zip": zipped(file, {"app.py": b"0" * (SIZE_LIMIT + 1)}).read_bytes()}),
        "more than 10 MB",
    ),
    "big zip in a zip": (
        lambda file: zipped(file, {"a.zip": b"0" * (SIZE_LIMIT + 1)}),
        "'a.zip' has more than 10 MB",
    ),
    "zip in a zip, and so on": (without_end, "zip the folder itself"),
    "lying bomb": (lying, "more than 10 MB|cannot|can be read"),
    "many": (
        lambda file: zipped(file, {f"{n}.txt": "" for n in range(FILE_LIMIT + 1)}),
        "more than 1,000 files",
    ),
    "text": (lambda file: file.write_text("I am no zip"), "not a zip"),
    "empty": (lambda file: file.write_bytes(b""), "not a zip"),
    "packed oddly": (lzma, "packed in a way"),
}


@pytest.mark.parametrize("name", ZIPS)
def test_a_zip_that_cannot_be_trusted_is_refused(tmp_path: Path, name: str) -> None:
    make, says = ZIPS[name]
    file = tmp_path / "in" / "ann.zip"
    file.parent.mkdir()
    make(file)
    with pytest.raises(UnreadableSubmission, match=says):
        copied(file, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] in (["in", "copy"], ["copy", "in"])


def test_who_names_the_file_is_told_to_name_the_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSubmission, match="name the folder that it lies in"):
        copied(submit(tmp_path / "ann", "x") / "app.py", tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX")
def test_a_run_leaves_the_folders_of_others_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "routelab-grade-new").mkdir()  # its owner has not locked it yet
    (tmp_path / "routelab-grade-pipe").mkdir()
    os.mkfifo(tmp_path / "routelab-grade-pipe" / ".owner")
    (tmp_path / "routelab-grade-link").symlink_to(tmp_path / "routelab-grade-new")
    with closing(RunFolder()) as one, closing(RunFolder()) as other:
        assert one.path.exists()
        assert other.path.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["routelab-grade-link", "routelab-grade-new"]


def test_where_there_are_no_locks_a_run_clears_its_own_folder_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(runfolder, "fcntl", None)
    (old := tmp_path / "routelab-grade-old").mkdir()
    (old / ".owner").touch()
    with closing(RunFolder()) as one:
        assert sorted(tmp_path.iterdir()) == sorted((one.path, old))
    assert list(tmp_path.iterdir()) == [old]


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_links_pipes_and_masses_are_refused(tmp_path: Path) -> None:
    for name in ("link", "folder-link", "pipe", "many", "big"):
        submit(tmp_path / name, "x")
    (tmp_path / "link" / "a.py").symlink_to("/etc/passwd")
    (tmp_path / "folder-link" / "all").symlink_to("/")
    os.mkfifo(tmp_path / "pipe" / "p")
    for number in range(FILE_LIMIT):
        (tmp_path / "many" / f"{number}").touch()
    with (tmp_path / "big" / "b").open("wb") as big:
        big.truncate(SIZE_LIMIT + 1)
    for name in ("link", "folder-link", "pipe", "many", "big"):
        with pytest.raises(UnreadableSubmission):
            copied(tmp_path / name, tmp_path)
        (tmp_path / "copy").rename(tmp_path / f"{name} copy")
