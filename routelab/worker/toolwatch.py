"""Whether the tool still runs: its end of a worker's pipe may be open although it does not.

A pipe ends once nobody holds its other end, and a child that the tool forked off may hold it for hours. So
the tool's process is watched as well. It knows processes and descriptors, and no messages.
"""

from __future__ import annotations

import os
import select
from contextlib import suppress

# Held here: an app may put something else in their place, as eventlet does. Windows has no `poll`, and
# pipes are never inherited by chance there.
_poll, _POLLIN = getattr(select, "poll", None), getattr(select, "POLLIN", 0)

# Seconds between two looks at who the parent is, where the system does not say that a process has ended.
# Elsewhere it wakes as often: a Python that comes to a signal while threads change places may not see it
# before another thread asks for its turn, and where the app's code loops, this is the only one that does.
_PAUSE = 2.0


class ToolWatch:
    """The tool's process, seen from a worker: `tool` is its number, 0 where that means nothing here.

    It means nothing in a sandbox, and a sandbox ends with the tool.
    """

    def __init__(self, tool: int) -> None:
        self.number = tool
        self._watches = tool != 0 and _poll is not None
        self._gone = False
        self._own, self._parent = os.getpid(), os.getppid()
        self._process: int | None = None
        if self._watches and hasattr(os, "pidfd_open"):
            try:
                self._process = os.pidfd_open(tool)
                self._known = identity_of(self._process)
            except ProcessLookupError:
                self._gone = True
            except OSError:  # the kernel is older than that, or forbids it
                pass

    @property
    def by_itself(self) -> bool:
        """Whether it is not by this process's parent that the tool is watched, if it is."""
        return not self._watches or self._process is not None

    def wait_to_read(self, descriptor: int) -> bool:
        """Wait until there is something to read, or an end; False once the tool is gone."""
        while _poll is not None and self._watches and not self._gone:
            waiting = _poll()
            waiting.register(descriptor, _POLLIN)
            if self._process is not None:
                waiting.register(self._process, _POLLIN)
            try:
                ready = dict(waiting.poll(_PAUSE * 1000))
            except OSError:  # the app has set a limit below what is open: to read is to wait, too
                return True
            if descriptor in ready:
                return True
            if self._process is None:
                self._gone = self._has_ended()
            elif self._process in ready:
                self._gone = self._is_what_it_was(self._process)
                if not self._gone:  # the app closed it, and it may be another file by now
                    self._process = None
        return not self._gone

    def close(self) -> None:
        """Let the tool's process go: a forked child has its own watch."""
        if self._process is not None:
            os.close(self._process)

    def _has_ended(self) -> bool:
        if self._own != os.getpid():  # a copy of the process that was begun with: its parent is that one
            self._own, self._parent = os.getpid(), os.getppid()
        with suppress(PermissionError):
            try:
                os.kill(self.number, 0)
            except ProcessLookupError:
                return True
        return os.getppid() != self._parent  # so it is as soon as that has ended, waited for or not

    def _is_what_it_was(self, process: int) -> bool:
        with suppress(OSError):
            return identity_of(process) == self._known
        return False


def identity_of(descriptor: int) -> tuple[int, int]:
    """Return what tells an open file from others. Raises OSError where it is closed."""
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino
