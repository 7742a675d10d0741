"""Locks and replaced files in each system's way; Windows' own module is played by Unix's locks."""

from __future__ import annotations

import os
from errno import EACCES, ENOLCK
from pathlib import Path
from types import SimpleNamespace

import pytest

from routelab.filelock import SYSTEM, Held, System, Windows, locked


class Msvcrt:
    """What Windows' module does with one byte of a file, for the files of one process."""

    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self, refusal: int = EACCES) -> None:
        self._held: set[tuple[int, int]] = set()
        self._refusal = refusal

    def locking(self, file: int, mode: int, count: int) -> None:
        assert count == 1
        byte = (os.fstat(file).st_ino, os.lseek(file, 0, os.SEEK_CUR))
        if mode == self.LK_UNLCK:
            self._held.remove(byte)
        elif byte in self._held:
            raise OSError(self._refusal, "Permission denied")
        else:
            self._held.add(byte)


each_system = pytest.mark.parametrize("system", [SYSTEM, Windows(Msvcrt())], ids=["this", "windows"])


@each_system
def test_one_holds_it_and_the_other_is_told_at_once_that_it_waits(tmp_path: Path, system: System) -> None:
    lock, told = tmp_path / "a.lock", []
    lock.write_bytes(b"something")  # appended to: the byte that is locked must be the same for all
    with locked(lock, patience=0, waiting=lambda: told.append("first"), system=system):
        with (
            pytest.raises(Held, match="another routelab is still saving"),
            locked(lock, patience=0.03, waiting=lambda: told.append("second"), system=system),
        ):
            raise AssertionError
        with (
            pytest.raises(Held),
            locked(lock, patience=0, waiting=lambda: told.append("third"), system=system),
        ):
            raise AssertionError
    assert told == ["second"]  # who waits for nothing has nothing to tell
    with locked(lock, patience=0, waiting=list, system=system):
        pass


def test_where_there_are_no_locks_there_is_none(tmp_path: Path) -> None:
    without = Windows(Msvcrt(refusal=ENOLCK))
    lock = tmp_path / "a.lock"
    once = locked(lock, patience=0, waiting=list, system=without)
    again = locked(lock, patience=0, waiting=list, system=without)
    with once, again:
        pass


def test_windows_waits_until_nobody_reads_what_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, path, tries = tmp_path / "new", tmp_path / "old", []
    new.write_text("new")
    path.write_text("old")

    def replace(source: Path, target: Path) -> Path:
        tries.append(source)
        if len(tries) < 3:
            raise PermissionError(13, "is being read")
        return source.rename(target)

    monkeypatch.setattr(Path, "replace", replace)
    Windows(SimpleNamespace()).replace(new, path)
    assert (path.read_text(), len(tries)) == ("new", 3)
    monkeypatch.setattr(Windows, "_PATIENCE", 0.0)
    tries.clear()
    with pytest.raises(PermissionError):
        Windows(SimpleNamespace()).replace(new, path)
