"""Whether threads that were there before a call worked while it ran: what they ran, nobody can see.

Before Python 3.12 a hook is set in each thread by that thread alone. A pool that the app started long ago has
none, and its threads may call what is watched. It knows threads, and nothing of what they run.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from routelab.ownthreads import OWN, TASKS, thread_numbers

_NEVER = "0 0 0\n"  # of this thread: the system has the file, and does not count


class OtherThreads:
    """The threads of this process beside this one, as they are when it is made."""

    def __init__(self) -> None:
        self._before = {} if len(sys._current_frames()) < 2 else _times_of_others()

    def worked(self) -> bool:
        """Tell whether one of them may have run anything since."""
        if not self._before:
            return self._before is None
        after = _times_of_others() or {}
        return any(after.get(thread) != time for thread, time in self._before.items())


def _times_of_others() -> dict[int, str] | None:
    """Read how long each of them ran so far; None where there are some, and the system does not tell."""
    if not (running := thread_numbers()):
        return None if len(sys._current_frames()) - len(OWN) > 1 else {}
    this = threading.get_native_id()
    others = running - OWN - {this}
    if others and _time_of(this) in (None, _NEVER):
        return None
    times = ((thread, _time_of(thread)) for thread in others)
    return {thread: time for thread, time in times if time is not None}


def _time_of(thread: int) -> str | None:
    """Read how long a thread ran so far; None of one that ended, or where no system tells."""
    try:
        return Path(TASKS, str(thread), "schedstat").read_text()
    except OSError:
        return None
