"""A JSON file that outlives crashes: read, and changed all at once or not at all, by one process at a time.

It knows files and JSON objects, and not what the object means. What it does not know, it keeps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from routelab.filelock import locked
from routelab.record import Record
from routelab.regularfile import read_bytes
from routelab.wholefile import replacing

Document: TypeAlias = dict[str, Any]
PATIENCE = 1.0  # seconds to wait for another process; a save takes some milliseconds


class StateRead(Record):
    """What the file holds, {} where there is none; `aside` is where a damaged one was put."""

    document: Document
    aside: Path | None = None


class Damaged(ValueError):
    """The file is not a JSON object, or not of the form that its owner gave it."""


def in_silence(_path: Path) -> None:
    """Say nothing of a wait."""


class StateFile:
    """One JSON object in one file.

    `check` raises Damaged for an object that is not of the right form, and OSError for one to be left alone.
    `waiting` is called once with the path, as soon as another process is found to hold it. Once that one was
    waited for in vain, it is not waited for again until it has let go.
    """

    def __init__(
        self, path: Path, check: Callable[[Document], None], waiting: Callable[[Path], object] = in_silence
    ) -> None:
        self.path = path
        self._check = check
        self._waiting = waiting
        self._patience = PATIENCE
        self._told = False  # that others save here, too: where each has a session, that is so again and again

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

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # A lock on the file itself would be a lock on what is about to be replaced.
        lock = self.path.with_name(f"{self.path.name}.lock")
        patience, self._patience = self._patience, 0.0
        with locked(lock, patience=patience, waiting=self._tell):
            self._patience = PATIENCE
            yield

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            self._waiting(self.path)

    def _read_or_put_aside(self) -> StateRead:
        try:
            return StateRead(document=self._document())
        except Damaged:
            return StateRead(document={}, aside=self._put_aside())

    def _document(self) -> Document:
        try:
            content = read_bytes(self.path)
        except (FileNotFoundError, NotADirectoryError):  # nor can it be there
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
        """Put another in the file's place: a reader sees the old one or the new one."""
        text = json.dumps(document, ensure_ascii=False, indent=1)
        with replacing(self.path, durable=True) as file:
            file.write(text.encode("utf-8", "surrogatepass"))
