"""The learner's own copy of a lesson's app: made, compared, reset with a backup; lessons are never edited.

It knows folders and files, and nothing of what a task asks for.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from difflib import unified_diff
from itertools import chain, count
from pathlib import Path, PurePosixPath

from routelab.errors import RoutelabError
from routelab.lessons.files import Files, Project, project, write_project
from routelab.record import Record
from routelab.regularfile import read_bytes, read_text


class CopyError(RoutelabError):
    """The copy cannot be made or put back."""

    def __init__(self, folder: Path, error: OSError) -> None:
        self.reason = error.strerror or str(error)
        super().__init__(
            f"your files cannot be kept in {folder}: {self.reason}; make room there, or set ROUTELAB_HOME"
        )


class WorkCopy(Record):
    """A folder of the learner's with a lesson's app in it; `starter` is what it was made of."""

    folder: Path
    starter: Project

    def files(self) -> Project:
        """Map the learner's files, without what editors leave beside them."""
        files = project(self.folder, Files.STARTER)
        return {path: source for path, source in files.items() if not path.name.endswith("~")}

    def changed(self) -> tuple[PurePosixPath, ...]:
        """List the files that differ from the starter's, or that only one side has."""
        mine = self.files()
        return tuple(
            sorted(
                path
                for path in {*mine, *self.starter}
                if _content(mine, path) != _content(self.starter, path)
            )
        )

    def diff(self) -> Iterator[str]:
        """Say what was changed, as the lines of a unified diff; files that are not text are only named."""
        mine = self.files()
        for path in self.changed():
            before, after = _lines(self.starter, path), _lines(mine, path)
            if before is None or after is None:
                yield f"{path} differs, and is not text"
            else:
                yield from unified_diff(before, after, f"lesson/{path}", f"yours/{path}", lineterm="")


def open_copy(starter: Project, work: Path, key: str) -> WorkCopy:
    """Return the learner's copy of a lesson's app, made if there is none; files that went missing come back.

    `key` is the folder's name below `work`. Raises CopyError.
    """
    copy = WorkCopy(folder=work / key, starter=starter)
    try:
        if copy.folder.is_dir():
            missing = {
                path: source for path, source in copy.starter.items() if not (copy.folder / path).exists()
            }
            write_project(missing, copy.folder)
        else:
            with _made(copy) as new:
                new.rename(copy.folder)
    except OSError as error:
        raise CopyError(copy.folder, error) from None
    return copy


def reset(copy: WorkCopy, now: datetime) -> Path:
    """Put the starter back, and return the folder that now holds what was there; raises CopyError."""
    stamp = now.strftime("%Y-%m-%d-%H%M%S")
    suffixes = chain(("",), (f"-{number}" for number in count(2)))
    backups = (copy.folder.with_name(f"{copy.folder.name}.backup-{stamp}{suffix}") for suffix in suffixes)
    backup = next(path for path in backups if not path.exists())
    try:
        with _made(copy) as new:
            copy.folder.rename(backup)
            _move(new, copy.folder, otherwise=backup)
    except OSError as error:
        raise CopyError(copy.folder, error) from None
    return backup


def _move(new: Path, folder: Path, *, otherwise: Path) -> None:
    """Move a folder to its place; where that is refused, the one that was there goes back."""
    try:
        new.rename(folder)
    except OSError:
        otherwise.rename(folder)
        raise


@contextmanager
def _made(copy: WorkCopy) -> Iterator[Path]:
    """Write a copy beside its place, to be moved there whole, so that a half-made one is never seen."""
    new = copy.folder.with_name(f".{copy.folder.name}.new")
    if not new.is_dir():
        new.unlink(missing_ok=True)  # `rmtree` would open it, and wait for whoever writes to a pipe
    shutil.rmtree(new, ignore_errors=True)
    try:
        new.mkdir(parents=True)
        write_project(copy.starter, new)
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _content(files: Project, path: PurePosixPath) -> bytes | None:
    return read_bytes(files[path]) if path in files else None


def _lines(files: Project, path: PurePosixPath) -> list[str] | None:
    """Return a file's lines, [] where there is no file, None where it is not text."""
    try:
        return read_text(files[path]).splitlines() if path in files else []
    except UnicodeDecodeError:
        return None
