"""Copies of a loaded app: its process forks, the copy answers in its place, and it waits until that ends.

So an app is loaded once, and each of many checks finds it as it was then. It knows processes and the app's
folder, and nothing of what is asked. Only Linux: elsewhere a fork is not safe once an app has run.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from time import sleep

from routelab.filestates import FileStates, files_as_they_are
from routelab.worker.channel import Channel

_TRIES = 5000  # of a millisecond each, until the thread that listened is gone: a busy machine lets it wait
_TRIES_OF_OTHERS = 50  # the watchdog's is listed a moment longer than it runs; those of an app may stay
if sys.platform == "linux":  # held here: an app may have put something else in their place when it is copied
    from os import _exit, fork, waitpid


class Copies:
    """Makes copies of this process, one at a time, each while nothing else runs in it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._files: FileStates | None = None
        self._goodbye: int | None = None
        self.listener = 0  # the system's number of the thread that listens

    def may_be_made(self, folder: str) -> bool:
        """Tell whether a copy would be what loading gives: one thread, and files that are what they were."""
        if sys.platform != "linux" or not self._channel.may_be_copied:
            return False
        if not self._no_threads_but(os.getpid()):
            return False
        files = files_as_they_are(folder)
        if self._files is None:
            self._files = files
        return files is not None and files == self._files

    def nothing_else_runs(self) -> bool:
        """Tell whether there is no thread but this and the one that listens, and no process of the app's."""
        if sys.platform != "linux":
            return False
        try:
            children = Path("/proc/thread-self/children").read_text()
        except OSError:  # nobody knows: not every kernel tells, and a sandbox may have no /proc
            return False
        return not children and self._no_threads_but(os.getpid(), self.listener)

    def forget(self) -> None:
        """Forget the files of an app: another will have others."""
        self._files = None

    def _no_threads_but(self, *left: int) -> bool:
        """Wait until only the threads of these numbers are left; False where others stay."""
        wanted = set(map(str, left))
        ours = {str(os.getpid()), str(self.listener)}
        others = 0
        for _ in range(_TRIES):
            try:
                threads = set(os.listdir("/proc/self/task"))  # noqa: PTH208 - no more than names
            except OSError:
                return False
            if threads <= wanted:
                return True
            others += not threads <= ours
            if others > _TRIES_OF_OTHERS:
                break
            sleep(0.001)
        return False

    def make(self) -> int | None:
        """Go on as a copy, and return None; where it all began, return the number of its last message.

        A copy that ends in any other way ends this process likewise. Raises OSError where there is no fork.
        """
        told, tell = os.pipe()
        gc.freeze()  # else a copy would write to, and so copy, all that is loaded
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a thread that is gone
            try:
                copy = fork()
            except OSError:
                os.close(told)
                os.close(tell)
                raise
        if copy == 0:
            os.close(told)
            self._goodbye = tell
            self._channel.continue_in_copy()
            return None
        os.close(tell)
        status = _end_of(copy)
        os.set_blocking(told, False)  # what the copy has started may hold its end open
        try:
            number = os.read(told, 20)
        except OSError:
            number = b""
        os.close(told)
        if not number.isdigit():
            _end_as(status)
        return int(number)

    def leave(self, number: int) -> None:
        """End this copy; its original answers the message of this number."""
        if self._goodbye is not None:
            os.write(self._goodbye, str(number).encode())
        _exit(0)


def _end_of(copy: int) -> int:
    """Wait for a copy; what interrupts this process is meant for it."""
    while True:
        try:
            return waitpid(copy, 0)[1]
        except KeyboardInterrupt:
            with suppress(OSError):
                os.kill(copy, signal.SIGINT)


def _end_as(status: int) -> None:
    """End this process in the way in which another has ended."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        with suppress(OSError, ValueError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    _exit(code if code >= 0 else 1)
