"""One process at a time: a lock on a file, by whatever the platform has for it.

It knows locks, and not what they guard.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EAGAIN, EDEADLK
from pathlib import Path

_TAKEN = (EACCES, EAGAIN, EDEADLK)
_PAUSE = 0.02  # seconds between two attempts

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _unlock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


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
