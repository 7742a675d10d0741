"""A JSON file that outlives crashes: read, and changed all at once or not at all, by one process at a time.

It knows files, locks and JSON objects, and not what the object means. What it does not know, it keeps.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from errno import EACCES, EAGAIN, EDEADLK
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from routelab.record import Record
from routelab.regularfile import read_bytes

Document: TypeAlias = dict[str, Any]
PATIENCE = 1.0  # seconds to wait for another process; a save takes some milliseconds
_TAKEN = (EACCES, EAGAIN, EDEADLK)  # what a lock says that another process holds
_PAUSE = 0.02  # seconds between two attempts


class StateRead(Record):
    """What the file holds, {} where there is none; `aside` is where a damaged one was put."""

    document: Document
    aside: Path | None = None


class Damaged(ValueError):
    """The file is not a JSON object, or not of the form that its owner gave it."""


class StateFile:
    """One JSON object in one file.

    `check` raises Damaged for an object that is not of the right form, and OSError for one to be left alone.
    """

    def __init__(self, path: Path, check: Callable[[Document], None]) -> None:
        self.path = path
        self._check = check

    def read(self) -> StateRead:
        """Read the object; a damaged file is put aside under a new name, never overwritten.

        Raises OSError where it cannot be read, or not be put aside.
        """
        try:
            return StateRead(document=self._document())
        except Damaged:
            with self._locked():
                return self._read_or_put_aside()

    def change(self, change: Callable[[Document], None]) -> StateRead:
        """Change the object in place and save it, with no other process in between; returns what was saved.

        Raises OSError if it cannot be saved; what was there is then there still.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            stored = self._read_or_put_aside()
            change(stored.document)
            self._replace(stored.document)
        return stored

    @property
    def _kept_at(self) -> Path:
        """Where the file itself lies: a link to it, as managers of dotfiles make them, stays a link."""
        return self.path.resolve() if self.path.is_symlink() else self.path

    def _locked(self) -> AbstractContextManager[None]:
        # A lock on the file itself would be a lock on what is about to be replaced.
        return locked(self.path.with_name(f"{self.path.name}.lock"), patience=PATIENCE)

    def _read_or_put_aside(self) -> StateRead:
        try:
            return StateRead(document=self._document())
        except Damaged:
            return StateRead(document={}, aside=self._put_aside())

    def _document(self) -> Document:
        try:
            content = read_bytes(self.path)
        except FileNotFoundError:
            return {}
        try:
            document = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise Damaged(str(error)) from None
        if not isinstance(document, dict):
            raise Damaged("it is not a JSON object")
        self._check(document)
        return document

    def _put_aside(self) -> Path:
        names = (self.path.with_name(f"{self.path.stem}.damaged-{n}{self.path.suffix}") for n in count(1))
        aside = next(path for path in names if not path.exists())
        self.path.rename(aside)
        return aside

    def _replace(self, document: Document) -> None:
        """Write beside the file, then put it in its place: a reader sees the old one or the new one."""
        new = self._kept_at.with_name(f"{self._kept_at.name}.new")
        text = json.dumps(document, ensure_ascii=False, indent=1)
        try:
            with new.open("wb") as file:
                file.write(text.encode("utf-8", "surrogatepass"))
                file.flush()
                os.fsync(file.fileno())
            _put_in_place(new, self._kept_at)
        except OSError:
            new.unlink(missing_ok=True)
            raise


@contextmanager
def locked(path: Path, *, patience: float) -> Iterator[None]:
    """Hold a lock on a file, which is made if need be and stays; the system frees it when a process dies.

    Raises TimeoutError if another process holds it for `patience` seconds, and OSError if the file cannot be
    made. Where a file system has no locks, there is none.
    """
    with path.open("ab") as file:
        file.seek(0)  # Windows locks a byte, and it must be the same one for all
        held = _acquired(file.fileno(), patience)
        try:
            yield
        finally:
            if held:
                _unlock(file.fileno())


def _acquired(file: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            _lock(file)
        except OSError as error:
            if error.errno not in _TAKEN:
                return False
        else:
            return True
        if time.monotonic() > deadline:
            raise TimeoutError("another routelab is still saving")
        time.sleep(_PAUSE)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _unlock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

    def _put_in_place(new: Path, path: Path) -> None:
        """Replace a file, once nobody reads it: Windows refuses while somebody does."""
        for _ in range(50):
            try:
                new.replace(path)
            except PermissionError:
                time.sleep(0.02)
            else:
                return
        new.replace(path)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)

    def _put_in_place(new: Path, path: Path) -> None:
        new.replace(path)
