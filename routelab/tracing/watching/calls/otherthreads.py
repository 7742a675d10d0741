"""Whether threads that were there before a call worked while it ran: what they ran, nobody can see.

Before Python 3.12 a hook is set in each thread by that thread alone. A pool that the app started long ago has
none, and its threads may call what is watched. It knows threads, and nothing of what they run.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from routelab.ownthreads import OWN

_TASKS = Path("/proc/self/task")  # Linux: a folder for each thread of this process
_NEVER = "0 0 0\n"  # of a thread that never ran, or of a system that does not count


class OtherThreads:
    """The threads of this process beside this one, as they are when it is made."""

    def __init__(self) -> None:
        alone = len(sys._current_frames()) - len(OWN) < 2
        self._before = {} if alone else _times_of_others()

    def worked(self) -> bool:
        """Tell whether one of them may have run anything since."""
        if not self._before:
            return self._before is None
        after = _times_of_others() or {}
        return any(time == _NEVER or after.get(thread) != time for thread, time in self._before.items())


def _times_of_others() -> dict[str, str] | None:
    """Read how long each of them ran so far; None on a system that does not tell."""
    try:
        own = {str(number) for number in (threading.get_native_id(), *OWN)}  # a browser has no such function
        others = (folder for folder in _TASKS.iterdir() if folder.name not in own)
        return {folder.name: (folder / "schedstat").read_text() for folder in others}
    except OSError:  # or one of them ended just now
        return None
