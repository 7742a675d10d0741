"""The folder of a run's copies, cleared at its end; what a killed run left is cleared by the next one.

A run holds a lock in its folder for as long as it lives, so a folder whose lock is free is nobody's. It
must not know what lies in a folder.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # on Windows what a killed run left stays there
    fcntl = None  # type: ignore[assignment]

_PREFIX = "routelab-grade-"
_LOCK, _NEW_LOCK = ".owner", ".owner-to-be"


class RunFolder:
    """A new folder; it goes when it is closed, or with this object."""

    def __init__(self) -> None:
        _clear_what_is_nobodys()
        self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)
        self.path = Path(self._folder.name).resolve()
        self.path.chmod(0o711)  # the places in it may be other users'
        if fcntl is not None:
            # It has its name only once it is locked: a lock that is seen and free has lost its owner.
            self._lock = (self.path / _NEW_LOCK).open("wb")
            with suppress(OSError):  # a file system without locks: then nobody clears it
                fcntl.flock(self._lock, fcntl.LOCK_EX)
                (self.path / _NEW_LOCK).rename(self.path / _LOCK)

    def close(self) -> None:
        """Remove it, with all that lies in it."""
        self._folder.cleanup()
        if fcntl is not None:
            self._lock.close()


def _clear_what_is_nobodys() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            _clear_if_nobodys(folder)


def _clear_if_nobodys(folder: Path) -> None:
    """Remove a folder of this user's whose lock is free; raises OSError where it is held."""
    if fcntl is None or folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        return
    # What lies there may be a submission's, so neither a link is followed nor a pipe waited for.
    lock = os.open(folder / _LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for inside in folder.iterdir():
            if inside.name != _LOCK:  # the last to go: where something stays, the next run tries again
                shutil.rmtree(inside)
        shutil.rmtree(folder)
    finally:
        os.close(lock)
