"""Users of the system that submissions run as, and what this process may do with them.

It knows numbers and locks, and nothing of submissions.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

# Numbers that no system gives to people or services; one each for those that run at the same time.
_FIRST_USER, _USERS = 60706, 470
_CLAIMS = Path("/run/lock")  # where the files lie whose locks tell which of them is taken
_OWN_FILE = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)


def is_root() -> bool:
    """Tell whether this process may become any user."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def threads_of_this_user() -> int:
    """Count the threads that this user runs, as far as they can be seen."""
    found = 0
    user = os.getuid()
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():  # noqa: PTH112, PTH208 - many and small
        if name.isdigit():
            with suppress(OSError):
                if os.stat(f"/proc/{name}").st_uid == user:  # noqa: PTH116
                    found += os.stat(f"/proc/{name}/task").st_nlink - 2  # noqa: PTH116
    return found


class OwnUser:
    """A user that nobody else on this machine runs submissions as meanwhile: what one may start is counted.

    Whoever has the lock of its file has it. Where none is free, it is another run's, too: better than nobody.
    """

    def __init__(self) -> None:
        import fcntl  # where there is root there is this

        first = secrets.randbelow(_USERS)  # in containers of one system processes have the same numbers
        for step in range(_USERS):
            self.number = _FIRST_USER + (first + step) % _USERS
            try:
                self._claim = os.open(_CLAIMS / f"routelab-user-{self.number}", _OWN_FILE, 0o600)
            except OSError:
                continue
            try:
                fcntl.flock(self._claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(self._claim)
            else:
                return
        self._claim = -1

    def close(self) -> None:
        """Let others have it."""
        claim, self._claim = self._claim, -1
        if claim >= 0:
            os.close(claim)
