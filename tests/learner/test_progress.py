"""Progress: what is kept, what survives damage, crashes, other processes and full disks."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from effort import examples
from routelab.filelock import locked
from routelab.learner.environment import places
from routelab.learner.progress import NotOpened, NotSaved, ProgressFile, Saved, SetAside, State, saving_words
from support import ROOT

DAY = date(2031, 5, 6)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "progress.json"


def states(path: Path, lesson: str) -> dict[str, State]:
    return dict(ProgressFile(path).progress.of(lesson).pages)


def test_nothing_is_written_before_anything_is_done(path: Path) -> None:
    file = ProgressFile(path)
    assert file.opened == Saved()
    assert file.progress.lessons == {}
    assert not path.parent.exists()


def test_what_is_recorded_is_there_again(path: Path) -> None:
    file = ProgressFile(path)
    assert file.record("the-loop", "first", State.DONE) == Saved()
    assert file.record("the-loop", "name", State.SKIPPED) == Saved()
    assert file.visit("the-loop", "print", DAY) == Saved()
    assert file.progress == ProgressFile(path).progress
    assert file.progress.last == "the-loop"
    assert file.progress.day == DAY
    assert file.progress.of("the-loop").at == "print"
    assert states(path, "the-loop") == {"first": State.DONE, "name": State.SKIPPED}
    assert states(path, "another") == {}


@pytest.mark.parametrize(
    ("recorded", "kept"),
    [
        ((State.SKIPPED, State.SEEN, State.DONE), State.DONE),
        ((State.DONE, State.SEEN), State.DONE),
        ((State.SEEN, State.SKIPPED), State.SEEN),
        ((State.DONE, State.SKIPPED), State.DONE),
        ((State.SEEN, State.SEEN), State.SEEN),
    ],
)
def test_a_state_only_rises(path: Path, recorded: tuple[State, ...], kept: State) -> None:
    file = ProgressFile(path)
    for state in recorded:
        file.record("a", "b", state)
    assert states(path, "a") == {"b": kept}


def test_forgetting_takes_one_lesson(path: Path) -> None:
    file = ProgressFile(path)
    for lesson in ("a", "b"):
        file.record(lesson, "x", State.DONE)
        file.visit(lesson, "x", DAY)
    assert file.forget("b") == Saved()
    assert list(ProgressFile(path).progress.lessons) == ["a"]
    assert ProgressFile(path).progress.last is None


def test_a_guest_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = ProgressFile(None)
    assert file.record("a", "b", State.DONE) == Saved()
    assert file.progress.of("a").pages == {"b": State.DONE}
    assert list(tmp_path.rglob("*")) == []


UNKNOWN = {
    "schema": 1,
    "theme": "dark",
    "lessons": {
        "a": {"pages": {"x": {"state": "done", "tries": 3}, "y": {"state": "perfect"}}, "began": "2024-01-01"}
    },
}


def test_what_is_unknown_is_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps(UNKNOWN))
    file = ProgressFile(path)
    assert file.progress.of("a").pages == {"x": State.DONE}
    file.record("a", "x", State.SEEN)
    file.record("a", "z", State.SKIPPED)
    file.visit("a", "z", DAY)
    document = json.loads(path.read_text())
    expected: dict[str, Any] = json.loads(json.dumps(UNKNOWN))
    expected["lessons"]["a"]["pages"]["z"] = {"state": "skipped"}
    expected["lessons"]["a"]["at"] = "z"
    expected["last"] = "a"
    expected["day"] = DAY.isoformat()
    assert document == expected


def test_export_holds_everything(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps(UNKNOWN))
    assert json.loads(ProgressFile(path).export()) == UNKNOWN


def test_a_lesson_whose_name_is_no_text_can_be_taken_along(tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    ProgressFile(path).record("les\udc9b", "first", State.DONE)
    exported = ProgressFile(path).export().encode("utf-8")
    assert list(json.loads(exported)["lessons"]) == ["les\udc9b"]


DAMAGED = [
    b"",
    b"\0\0\0\0",
    b"\xff\xfe",
    b'{"lessons": {"a": ',
    b"[]",
    b"null",
    b'{"lessons": []}',
    b'{"lessons": {"a": 3}}',
    b'{"lessons": {"a": {"pages": []}}}',
    b'{"lessons": {"a": {"pages": {"x": "done"}}}}',
    b'{"schema": "one"}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_is_put_aside_and_said(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    file = ProgressFile(path)
    aside = path.with_name("progress.damaged-1.json")
    assert file.opened == SetAside(path=path, aside=aside)
    said = saving_words(file.opened)
    assert said == f"{path} could not be read; it is kept as {aside.name}, and a new one is begun"
    assert aside.read_bytes() == content
    assert file.record("a", "b", State.DONE) == Saved()
    assert states(path, "a") == {"b": State.DONE}


def test_damaged_files_are_never_overwritten(path: Path) -> None:
    path.parent.mkdir()
    for number in (1, 2, 3):
        path.write_text(f"damaged {number}")
        ProgressFile(path)
    kept = sorted(file.read_text() for file in path.parent.glob("*.damaged-*"))
    assert kept == ["damaged 1", "damaged 2", "damaged 3"]


def test_damage_in_the_middle_of_a_session(path: Path) -> None:
    file = ProgressFile(path)
    file.record("a", "b", State.DONE)
    path.write_text("damaged")
    assert isinstance(file.record("a", "c", State.DONE), SetAside)
    assert states(path, "a") == {"c": State.DONE}


def test_a_newer_file_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"schema": 2, "lessons": "otherwise"}')
    file = ProgressFile(path)
    assert isinstance(file.opened, NotOpened)
    saving = file.record("a", "b", State.DONE)
    assert isinstance(saving, NotSaved)
    assert "a newer routelab made it" in saving.reason
    assert file.progress.of("a").pages == {"b": State.DONE}
    assert path.read_text() == '{"schema": 2, "lessons": "otherwise"}'


def refuse(*_args: Any, **_kwargs: Any) -> Any:
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_a_value_and_what_was_there_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = ProgressFile(path)
    file.record("a", "b", State.DONE)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        saving = file.record("a", "c", State.DONE)
        assert saving == NotSaved(path=path, reason="No space left on device")
        assert (
            saving_words(saving)
            == f"not saved: {path}: No space left on device; the lesson continues without saving"
        )
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.new"))
    # The session knows it all the same, and it is saved with what comes next.
    assert file.progress.of("a").pages == {"b": State.DONE, "c": State.DONE}
    assert file.record("a", "d", State.DONE) == Saved()
    assert states(path, "a") == {"b": State.DONE, "c": State.DONE, "d": State.DONE}


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = ProgressFile(tmp_path / "file" / "progress.json")
    assert isinstance(file.record("a", "b", State.DONE), NotSaved)
    assert file.progress.of("a").pages == {"b": State.DONE}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_may_not_be_written(path: Path) -> None:
    ProgressFile(path).record("a", "b", State.DONE)
    path.parent.chmod(0o500)
    try:
        file = ProgressFile(path)
        assert file.progress.of("a").pages == {"b": State.DONE}
        assert isinstance(file.record("a", "c", State.DONE), NotSaved)
    finally:
        path.parent.chmod(0o700)


def test_a_lock_that_is_never_freed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routelab.learner.statefile.PATIENCE", 0.05)
    told: list[Path] = []
    file = ProgressFile(path, told.append)
    file.record("a", "b", State.DONE)
    assert told == []
    with locked(path.with_name("progress.json.lock"), patience=1, waiting=list):
        saving = file.record("a", "c", State.DONE)
        assert told == [path]
        waits: list[float] = []
        monkeypatch.setattr("time.sleep", waits.append)
        assert isinstance(file.record("a", "c", State.DONE), NotSaved)
        assert (told, waits) == ([path], [])  # who was waited for in vain is not waited for again
    assert isinstance(saving, NotSaved)
    assert "another routelab is still saving" in saving.reason
    assert file.record("a", "d", State.DONE) == Saved()
    with locked(path.with_name("progress.json.lock"), patience=1, waiting=list):
        assert isinstance(file.record("a", "e", State.DONE), NotSaved)
    assert told == [path]  # once in a session, however often others save


WRITER = """
import sys
from pathlib import Path
from routelab.learner.progress import ProgressFile, State
file = ProgressFile(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    file.record(sys.argv[2], f"page-{number}", State.DONE)
    print(number, flush=True)
"""


def writer(path: Path, lesson: str, pages: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), lesson, str(pages)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def finished(process: subprocess.Popen[str]) -> list[str]:
    """Return the pages that a writer said were saved, before its end or its death."""
    out, _ = process.communicate(timeout=60)
    return [f"page-{number}" for number in out.splitlines()]


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is Unix's")
def test_a_kill_at_a_random_moment_loses_no_finished_page(path: Path) -> None:
    chance = random.Random(5)
    for run in range(examples(6)):
        process = writer(path, f"run-{run}", 10_000)
        assert process.stdout is not None
        process.stdout.read(1)  # it has begun
        time.sleep(chance.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        said = ["page-0", *finished(process)[1:]]
        assert set(said) <= states(path, f"run-{run}").keys()
    assert not list(path.parent.glob("*.damaged-*"))


def test_two_processes_that_save_at_once_lose_nothing(path: Path) -> None:
    processes = [writer(path, "shared", 60), writer(path, "other", 60)]
    said = [finished(process) for process in processes]
    assert [len(pages) for pages in said] == [60, 60]
    assert states(path, "shared").keys() == states(path, "other").keys() == set(said[0])


def test_places_are_below_the_chosen_home(tmp_path: Path) -> None:
    chosen = places({"ROUTELAB_HOME": str(tmp_path)}, Path("/home/ann"))
    assert (chosen.progress, chosen.work) == (tmp_path / "progress.json", tmp_path)


def test_places_without_a_chosen_home(tmp_path: Path) -> None:
    chosen = places({}, tmp_path)
    assert chosen.work == tmp_path / "routelab"
    assert (chosen.progress.name, chosen.progress.parent.name) == ("progress.json", "routelab")
