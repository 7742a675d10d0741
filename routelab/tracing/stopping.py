"""Ending a request from outside, at its time limit.

It raises LimitReached in the running code and knows nothing of what runs there. Ctrl-C needs no help: Python
itself raises KeyboardInterrupt there.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import chain, cycle
from types import FrameType

# Seconds until it is raised once more, for code that catches everything. A loop that does so is left only by
# an exception that comes just after another, while that one is being caught: hence the small ones in the end.
_AGAIN = (0.25, 0.25, 0.25)
_AT_LAST = (1e-6, 3e-6, 10e-6, 1e-3)


class LimitReached(BaseException):
    """Raised inside the app; no `except Exception` of a view takes it."""


def time_limit(seconds: float | None) -> AbstractContextManager[None]:
    """Raise LimitReached in the body after `seconds`, again and again until it ends; None is no limit."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    return (_by_signal if in_main_thread and hasattr(signal, "setitimer") else _by_thread)(seconds)


def _waits() -> Iterator[float]:
    return chain(_AGAIN, cycle(_AT_LAST))


@contextmanager
def _by_signal(seconds: float | None) -> Iterator[None]:
    """Use the interval timer: it wakes even `time.sleep`. Unix, main thread."""
    if not seconds:
        yield
        return
    inside = True
    waits = _waits()

    def limit_reached(_signal: int, _frame: FrameType | None) -> None:
        if inside:
            signal.setitimer(signal.ITIMER_REAL, next(waits))
            raise LimitReached

    before = signal.signal(signal.SIGALRM, limit_reached)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        inside = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _by_thread(seconds: float | None) -> Iterator[None]:
    """Throw asynchronously from a second thread: it cannot wake a C call such as `time.sleep`."""
    if not seconds:
        yield
        return
    import ctypes

    done = threading.Event()
    target = ctypes.c_ulong(threading.get_ident())

    def throw() -> None:
        wait, waits = seconds, _waits()
        while not done.wait(wait):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(LimitReached))
            wait = next(waits)

    threading.Thread(target=throw, daemon=True).start()
    try:
        yield
    finally:
        done.set()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(target, None)  # one may be on its way
