"""Limits that the system itself keeps for a worker: memory, processes, files; a watchdog for code inside C.

It knows the system's calls, and nothing of apps. What a system lacks, it passes over.
"""

from __future__ import annotations

import faulthandler
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import getpid  # held here: an app may put something else in its place
from typing import Any

from routelab.messages import Limits
from routelab.ownthreads import OWN, thread_numbers

try:
    import resource
except ImportError:  # Windows, and a browser
    _HAS_RESOURCES = False
else:
    _HAS_RESOURCES = True

# Seconds after the limit in place: code inside C does not hear that one. Before the tool ends the process.
_AFTER_THE_LIMIT = 0.5
_ROOM = 20 * 1024 * 1024  # bytes: the stacks of two threads of our own
_TO_TELL = 64 * 1024 * 1024  # bytes: what a lack of memory is told with, where the limit is final
_HAS_THREADS = sys.platform != "emscripten"


def memory_bound(limits: Limits) -> int | None:
    """Return the megabytes that this process is kept within, by us alone.

    None where its system keeps it within none, and where somebody else bounds it, too: a lack of memory does
    not tell which bound was reached.
    """
    if sys.platform != "linux" or limits.memory is None:
        return None
    reserved, _ = resource.getrlimit(resource.RLIMIT_AS)
    _, written = resource.getrlimit(resource.RLIMIT_DATA)
    alone = reserved == resource.RLIM_INFINITY
    first = written == resource.RLIM_INFINITY or written >= _bytes(limits.memory)
    return limits.memory if alone and first else None


def keep_within(limits: Limits, *, first: bool = True) -> None:
    """Bound this process and what it starts.

    The `first` time it raises MemoryError where that leaves no room to work in.
    """
    if not _HAS_RESOURCES:
        return
    if sys.platform == "linux" and limits.memory is not None:
        # What is written to counts, not what is reserved: libraries reserve much, and threads their stacks.
        _set_limit(resource.RLIMIT_DATA, _bytes(limits.memory), spare=_TO_TELL if limits.final else None)
        # Else a lack would show anywhere: in a thread that does not start, in an answer. This only reserves:
        # a bytearray would write its zeros, which takes as long as the rest of a start, and so would this if
        # it came again, since what was given back is not known to be zeros.
        if first:
            bytes(_ROOM)
    if limits.file_size is not None:
        _set_limit(resource.RLIMIT_FSIZE, limits.file_size)
        _set_limit(resource.RLIMIT_CORE, 0)
    if limits.files is not None:
        _set_limit(resource.RLIMIT_NOFILE, limits.files)
    if limits.processes is not None:
        _set_limit(resource.RLIMIT_NPROC, limits.processes)


def _bytes(megabytes: int) -> int:
    return megabytes * 1024 * 1024


def give_memory_again() -> None:
    """Let this process have as much memory as it can have again: a little, where its limit is final."""
    if sys.platform == "linux":
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _set_limit(which: int, wanted: int, *, spare: int | None = 0) -> None:
    """Set a limit, which the process can lift by no more than is to spare; None: by as much as it could."""
    _, hard = resource.getrlimit(which)
    size = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    most = hard if spare is None else size + spare
    resource.setrlimit(which, (size, most if hard == resource.RLIM_INFINITY else min(most, hard)))


@contextmanager
def watchdog(seconds: float | None, descriptor: int) -> Iterator[None]:
    """Write to a descriptor where the code is, should it run on past its limit: also code inside C."""
    if not seconds or not _HAS_THREADS:
        yield
        return
    before, process = thread_numbers(), getpid()
    with suppress(RuntimeError):  # there is no room for its thread; the tool's clock goes on
        faulthandler.dump_traceback_later(seconds + _AFTER_THE_LIMIT, file=descriptor)
    own = thread_numbers() - before
    OWN.update(own)
    try:
        yield
    finally:
        if getpid() == process:  # a child that the app forked off has no such thread, and would wait for it
            faulthandler.cancel_dump_traceback_later()
        OWN.difference_update(own)


def end_with_parent() -> None:
    """Ask the system to end this process when the one that started it is gone. Linux."""
    if sys.platform != "linux":
        return
    set_parent_death_signal = 1
    _ask_linux(set_parent_death_signal, signal.SIGKILL)


def adopt_orphans() -> None:
    """Ask to become the parent of what those that this process started leave behind. Linux."""
    if sys.platform != "linux":
        return
    set_child_subreaper = 36
    _ask_linux(set_child_subreaper, 1)


def _ask_linux(what: int, value: int) -> None:
    # Without `ctypes`, whose classes take longer to make than a small app takes to load.
    from _ctypes import call_function, dlopen, dlsym

    here: Any = None  # as `dlopen` has it, and not as its types have it
    call_function(dlsym(dlopen(here, 0), "prctl"), (what, value))
