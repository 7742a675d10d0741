"""A lock on a file, held by one process at a time, and a file put in another's place, in each system's way.

It knows what the systems offer, and not what the files hold. Which way is taken is decided here alone, once.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EACCES, EAGAIN, EDEADLK
from pathlib import Path
from typing import Any, Protocol

from routelab.regularfile import opened_at_once

_TAKEN = (EACCES, EAGAIN, EDEADLK)  # what a lock says that another process holds
_PAUSE = 0.02  # seconds between two attempts


class Held(TimeoutError):
    """Another process held the lock all the time that one was ready to wait."""

    def __init__(self) -> None:
        super().__init__("another routelab is still saving")


class System(Protocol):
    """What a system does with files that several processes use; the number is a file's descriptor."""

    def lock(self, file: int) -> None:
        """Take the lock. Raises OSError where another process holds it, or where there are no locks."""

    def unlock(self, file: int) -> None:
        """Give it back."""

    def replace(self, new: Path, path: Path) -> None:
        """Put a file in the place of another, all at once. Raises OSError."""


class Unix:
    """The lock is the whole file's, and nobody who reads is in the way; `fcntl` is the module."""

    def __init__(self, fcntl: Any) -> None:
        self._fcntl = fcntl

    def lock(self, file: int) -> None:
        self._fcntl.flock(file, self._fcntl.LOCK_EX | self._fcntl.LOCK_NB)

    def unlock(self, file: int) -> None:
        self._fcntl.flock(file, self._fcntl.LOCK_UN)

    def replace(self, new: Path, path: Path) -> None:
        new.replace(path)


class Windows:
    """The lock is one byte's, and who reads a file keeps it from being replaced; `msvcrt` is the module."""

    _PATIENCE = 1.0  # seconds; somebody who reads is soon done

    def __init__(self, msvcrt: Any) -> None:
        self._msvcrt = msvcrt

    def lock(self, file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)  # it must be the same byte for all
        self._msvcrt.locking(file, self._msvcrt.LK_NBLCK, 1)

    def unlock(self, file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        self._msvcrt.locking(file, self._msvcrt.LK_UNLCK, 1)

    def replace(self, new: Path, path: Path) -> None:
        deadline = time.monotonic() + self._PATIENCE
        while True:
            try:
                new.replace(path)
            except PermissionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE)
            else:
                return


def _this_system() -> System:
    if sys.platform == "win32":
        import msvcrt  # only Windows has it

        return Windows(msvcrt)
    import fcntl  # only Unix has it

    return Unix(fcntl)


SYSTEM = _this_system()


@contextmanager
def locked(
    path: Path, *, patience: float, waiting: Callable[[], object], system: System = SYSTEM
) -> Iterator[None]:
    """Hold a lock on a file, which is made if need be and stays; the system frees it when a process dies.

    Where another process holds it, `waiting` is called at once, and Held is raised after `patience` seconds.
    Raises OSError if the file cannot be made. Where a file system has no locks, there is none.
    """
    with open(path, "ab", opener=opened_at_once) as file:
        held = _acquired(system, file.fileno(), patience, waiting)
        try:
            yield
        finally:
            if held:
                system.unlock(file.fileno())


def _acquired(system: System, file: int, patience: float, waiting: Callable[[], object]) -> bool:
    deadline = time.monotonic() + patience
    told = patience <= 0  # nobody waits
    while True:
        try:
            system.lock(file)
        except OSError as error:
            if error.errno not in _TAKEN:
                return False
        else:
            return True
        if not told:
            waiting()
            told = True
        if time.monotonic() >= deadline:
            raise Held
        time.sleep(_PAUSE)
