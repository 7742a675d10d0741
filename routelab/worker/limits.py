"""Limits that the system itself keeps for a worker: its memory, and a watchdog for code inside C.

It knows the system's calls, and nothing of apps. What a system lacks, it passes over.
"""

from __future__ import annotations

import faulthandler
import sys
from collections.abc import Iterator
from contextlib import contextmanager

MEMORY = 1024  # megabytes: ample for an app of a lesson, and no trap for a classroom laptop
# Seconds after the limit in place: code inside C does not hear that one. Before the tool ends the process.
_AFTER_THE_LIMIT = 0.5


def limit_memory(megabytes: int) -> bool:
    """Bound this process's memory; False where the system cannot."""
    try:
        import resource
    except ImportError:  # Windows
        return False
    # What is written to counts, not what is only reserved: libraries reserve much, and threads their stacks.
    which = getattr(resource, "RLIMIT_DATA", resource.RLIMIT_AS) if sys.platform == "linux" else None
    if which is None:
        return False
    size = megabytes * 1024 * 1024
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        size = min(size, hard)
    resource.setrlimit(which, (size, hard))
    return True


@contextmanager
def watchdog(seconds: float | None, descriptor: int) -> Iterator[None]:
    """Write to a descriptor where the code is, should it run on past its limit: also code inside C."""
    if not seconds:
        yield
        return
    faulthandler.dump_traceback_later(seconds + _AFTER_THE_LIMIT, file=descriptor)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def end_with_parent() -> None:
    """Ask the system to end this process when the one that started it is gone. Linux."""
    if sys.platform != "linux":
        return
    import ctypes
    import signal

    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
