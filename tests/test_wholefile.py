"""Files are written whole or not at all, wherever the system stops: there is no room, no right, no other name."""

from __future__ import annotations

import os
import stat
from errno import EBUSY, EFBIG, EIO, EPERM
from pathlib import Path
from typing import Any, NoReturn

import pytest

from routelab import wholefile
from routelab.wholefile import can_be_whole, write_all, write_whole
from started import ran
from support import little_room

pytest.importorskip("resource", reason="a limit on files' sizes, as a small disk has one")
OLD = b"what was there\n"
ROOM = 4096
LARGE = b"x" * (ROOM + 1)
APP = "from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef home(): return 'x' * 9000\n"


def below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("was_there", [True, False])
def test_half_a_file_is_never_left(tmp_path: Path, was_there: bool) -> None:
    file = tmp_path / "file"
    if was_there:
        file.write_bytes(OLD)
    with little_room(ROOM), pytest.raises(OSError, match="large") as caught:
        write_whole(file, LARGE)
    assert caught.value.errno == EFBIG
    assert below(tmp_path) == ({"file": OLD} if was_there else {})


def test_of_many_files_either_all_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(OLD)
    contents = {tmp_path / "a": b"new", tmp_path / "folder" / "deep" / "b": LARGE}
    with little_room(ROOM), pytest.raises(OSError, match="large"):
        write_all(contents)
    assert below(tmp_path) == {"a": OLD}
    assert not (tmp_path / "folder").exists()
    write_all(contents)
    assert below(tmp_path) == {"a": b"new", "folder/deep/b": LARGE}


def refusing(number: int, error: int) -> Any:
    """Put files in their places, but for one."""
    put = []

    def replace(new: Path, path: Path) -> None:
        put.append(path)
        if len(put) == number:
            raise OSError(error, os.strerror(error), str(new))
        new.replace(path)

    return type("System", (), {"replace": staticmethod(replace)})


def test_where_the_last_step_is_refused_nothing_new_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wholefile, "SYSTEM", refusing(2, EIO))
    with pytest.raises(OSError, match="b") as caught:
        write_all({tmp_path / "into" / "a": b"a", tmp_path / "into" / "b": b"b"})
    assert caught.value.filename == str(tmp_path / "into" / "b")  # and not the one beside it
    assert not list(tmp_path.iterdir())


def test_a_file_whose_place_cannot_be_taken_is_written_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a container has one file of its host's."""
    (tmp_path / "file").write_bytes(OLD)
    monkeypatch.setattr(wholefile, "SYSTEM", refusing(1, EBUSY))
    write_whole(tmp_path / "file", b"new")
    assert below(tmp_path) == {"file": b"new"}


def test_rights_are_those_of_the_file(tmp_path: Path) -> None:
    mine, kept = tmp_path / "folder" / "mine", tmp_path / "kept"
    write_all({mine: OLD, kept: OLD})
    kept.chmod(0o400)
    if os.access(kept, os.W_OK):
        pytest.skip("root writes anywhere")
    with pytest.raises(PermissionError):
        write_whole(kept, b"new")
    mine.parent.chmod(0o500)
    try:
        write_whole(mine, b"new")
    finally:
        mine.parent.chmod(0o700)
    assert below(tmp_path) == {"folder/mine": b"new", "kept": OLD}


def test_a_link_stays_a_link_and_a_mode_stays(tmp_path: Path) -> None:
    real, link, dangling = tmp_path / "real", tmp_path / "link", tmp_path / "dangling"
    real.write_bytes(OLD)
    real.chmod(0o640)
    link.symlink_to("real")
    dangling.symlink_to("later")
    write_whole(link, b"new")
    write_whole(dangling, b"new")
    assert link.is_symlink()
    assert dangling.is_symlink()
    assert below(tmp_path) == dict.fromkeys(("real", "link", "later", "dangling"), b"new")
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_file_system_that_sets_no_modes_keeps_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stick or a share that somebody else mounted refuses to set even the mode that a file has."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise PermissionError(EPERM, os.strerror(EPERM))

    file = tmp_path / "file"
    file.write_bytes(b"old")
    monkeypatch.setattr(Path, "chmod", refuse)
    write_whole(file, b"new")
    assert file.read_bytes() == b"new"


def test_links_in_a_circle_are_no_file(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="links"):
        write_whole(tmp_path / "a", b"new")
    assert (tmp_path / "a").is_symlink()


def test_a_pipe_gets_what_is_written(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"new")
    assert os.read(reader, 10) == b"new"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_link_to_a_pipe_that_has_no_name_gets_what_is_written() -> None:
    """As /dev/stdout has it, and what a shell makes of `>(...)`."""
    reader, writer = os.pipe()
    link = Path(f"/dev/fd/{writer}")
    if not link.is_symlink():
        pytest.skip("here a descriptor is no link")
    write_whole(link, b"new")
    assert not can_be_whole(link)
    assert os.read(reader, 10) == b"new"
    os.close(reader)
    os.close(writer)


def test_whether_a_file_can_be_written_is_found_out_without_a_change(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    os.mkfifo(tmp_path / "pipe")
    os.mknod(tmp_path / "socket", stat.S_IFSOCK | 0o600)
    names = "file", "new", "pipe"
    assert [can_be_whole(tmp_path / name) for name in names] == [True, True, False]
    for name in ("socket", ".", "no-folder/file"):
        with pytest.raises(OSError, match=r"No such|directory"):
            can_be_whole(tmp_path / name)
    assert {each.name for each in tmp_path.iterdir()} == {"file", "pipe", "socket"}
    assert below(tmp_path) == {"file": OLD}


WORDS = {
    "request": ("request GET / -A app.py --format html -o FILE", 1),
    "routes": ("routes -A app.py --format html -o FILE", 1),
    "handout": ("handout 1 --no-answers -o FILE", 1),
    "export": ("progress --export FILE", 1),
    "hand in": ("progress --hand-in FILE", 1),
    "save": ("play", 0),
    "new": ("new lesson", 1),
}


@pytest.mark.worker
@pytest.mark.parametrize("name", WORDS)
def test_a_command_without_room_leaves_what_was_there(tmp_path: Path, name: str) -> None:
    words, code = WORDS[name]
    (tmp_path / "file.html").write_bytes(OLD)
    (tmp_path / "app.py").write_text(APP)
    work = tmp_path / "home" / "the-loop"
    write_all({work / f"{n}.py": os.urandom(3000) for n in range(9)})
    (work.parent / "progress.json").write_text(f'{{"more": "{"x" * 9000}"}}')
    before = below(tmp_path)
    done = ran(
        *words.replace("FILE", "file.html").split(),
        folder=tmp_path,
        environ={"ROUTELAB_HOME": str(work.parent), "PATH": os.environ["PATH"]},
        script="GET /\nsave file.html\ny\nquit\n",
        limits={"RLIMIT_FSIZE": 512 if name == "new" else ROOM},
    )
    told = done.err if code else done.out
    (line,) = [line for line in told.splitlines() if "File too large" in line]
    assert "file.html" in line or "lesson" in line
    assert done.code == code
    assert len(done.err.splitlines()) == code
    assert below(tmp_path) == before
    assert not (tmp_path / "lesson").exists()
