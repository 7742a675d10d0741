"""Write files whole or not at all: beside their places first, and put there once all of it is written.

It knows what may be in the way of that, and not what the files are for. A pipe or a device, where nothing
can be lost, and a file beside which nothing may be put are written where they are.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from errno import EACCES, EBUSY
from itertools import count, takewhile
from pathlib import Path
from typing import IO

from routelab.filelock import SYSTEM

_NUMBERS = count(1)


@contextmanager
def replacing(path: Path, *, durable: bool = False) -> Iterator[IO[bytes]]:
    """Give a file whose content takes the place of another's at the end; a link to it stays a link.

    `durable`: it is on the disk before that. Raises OSError; what was there is then there still.
    """
    with _Next(path) as beside:
        with beside.opened() as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        beside.put()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file. Raises OSError, or ValueError for a NUL in its name; what was there is there still."""
    with replacing(path) as file:
        file.write(content)


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write files and the folders that they are in, over those that are there.

    Raises OSError. No file has changed then, unless it was the last step that was refused; and none is new.
    """
    with ExitStack() as undo:
        with ExitStack() as stack:
            every = []
            for path, content in contents.items():
                _make_folder(path.parent, undo)
                every.append(stack.enter_context(_Next(path)))
                with every[-1].opened() as file:
                    file.write(content)
            for beside in every:
                beside.put()
                if beside.is_new:
                    undo.callback(_take_away, beside.place)
        undo.pop_all()


def can_be_whole(path: Path) -> bool:
    """Tell whether a file can be written whole or not at all, which a pipe cannot; nothing is changed.

    Raises OSError where it can be written in no way.
    """
    with _Next(path) as beside:
        made = beside.made()
        if made is not None:
            made.close()
            return True
        if not beside.place.is_fifo():  # it would wait for a reader
            os.close(os.open(beside.place, os.O_WRONLY))
        return False


def place_of(path: Path) -> Path:
    """Return where a file is, which a link leads to."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


class _Next:
    """What a file is to be; left without `put`, it is gone again."""

    def __init__(self, path: Path) -> None:
        try:
            status = path.stat()
        except FileNotFoundError:
            status = None
        self.is_new = status is None
        self._mode = None if status is None else stat.S_IMODE(status.st_mode)
        in_place = status is not None and not stat.S_ISREG(status.st_mode)
        self.place = path if in_place else place_of(path)  # /dev/stdout may lead to a pipe, which has no name
        self._beside = (
            None if in_place else self.place.with_name(f".routelab-{os.getpid()}-{next(_NUMBERS)}.new")
        )

    def __enter__(self) -> _Next:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if self._beside is not None:
            if isinstance(error, OSError) and error.filename == str(self._beside):
                error.filename = str(self.place)
            _take_away(self._beside)

    def opened(self) -> IO[bytes]:
        """Open what is written to."""
        return self.made() or self.place.open("wb")

    def made(self) -> IO[bytes] | None:
        """Make the file beside its place; None where it is to be written where it is."""
        if self._mode is not None and not os.access(self.place, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES), str(self.place))
        if self._beside is not None:
            try:
                return self._beside.open("xb")
            except PermissionError:  # of the folder, which says nothing of a file that is there
                if self.is_new:
                    raise
                self._beside = None
        return None

    def put(self) -> None:
        """Put it in its place."""
        if self._beside is None:
            return
        # A file system that keeps no modes, as that of a stick or a share, refuses to set even its own.
        if self._mode is not None and self._mode != stat.S_IMODE(self._beside.stat().st_mode):
            self._beside.chmod(self._mode)
        try:
            SYSTEM.replace(self._beside, self.place)
        except OSError as error:
            if error.errno != EBUSY:
                raise
            from shutil import copyfile  # few need it

            copyfile(self._beside, self.place)  # a container may have the file as a mount
        else:
            self._beside = None


def _make_folder(folder: Path, undo: ExitStack) -> None:
    """Make a folder and those that it is in; undone, those that were not there are gone again."""
    missing = takewhile(lambda path: not path.is_dir(), (folder, *folder.parents))
    for path in reversed(tuple(missing)):
        path.mkdir(exist_ok=True)
        undo.callback(_take_away, path)


def _take_away(path: Path) -> None:
    with suppress(OSError):
        path.rmdir() if path.is_dir() else path.unlink()
