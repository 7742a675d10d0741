"""Ending an app's code from outside, at a time limit.

It raises LimitReached in the running code and knows nothing of what runs there. Ctrl-C needs no help: Python
itself raises KeyboardInterrupt there.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain, cycle
from math import inf
from time import monotonic
from types import CodeType, FrameType
from typing import ClassVar

from routelab.ownthreads import OWN

# Seconds until it is raised once more, for code that catches everything. A loop that does so is left only by
# an exception that comes just after another, while that one is being caught: hence the small ones in the end.
_AGAIN = (0.25, 0.25, 0.25)
_AT_LAST = (1e-6, 3e-6, 10e-6, 1e-3)
_UNLIMITED = nullcontext()
_HAS_TIMER = hasattr(signal, "setitimer")
_IN_A_BROWSER = sys.platform == "emscripten"  # there are neither timers nor threads
# What Python's own `signal.signal` wraps, to make an enum of a handler that nobody here looks at: that takes
# twice as long as all the rest of a limit.
_set_handler = getattr(sys.modules.get("_signal"), "signal", signal.signal)


class LimitReached(BaseException):
    """Raised inside the app; no `except Exception` of a view takes it."""


# What ends a request from outside. Any other exception that asking a value brings is the value's own.
FROM_OUTSIDE = (LimitReached, KeyboardInterrupt)
# What ends one at all, as sys.exit does from inside: a step of its own tells of it.
ENDS_A_REQUEST = (*FROM_OUTSIDE, SystemExit)


def hide_ours_in_finalizers(leave_out_ours: Callable[[BaseException], None]) -> None:
    """Let Python tell only what is the app's where nothing can be raised, as in a `__del__`.

    It says nothing of a limit that was reached there, and of an exception's way what is left of it.
    """
    tell = sys.unraisablehook

    def tell_others(unraisable: sys.UnraisableHookArgs) -> None:
        kind, error, way = unraisable.exc_type, unraisable.exc_value, unraisable.exc_traceback
        if kind is LimitReached:
            return
        if error is not None:
            leave_out_ours(error)
            way = error.__traceback__
        rest = unraisable.err_msg, unraisable.object
        tell(type(unraisable)((kind, error, way, *rest)))  # type: ignore[call-arg]

    sys.unraisablehook = tell_others


def raised_again(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and, where it is a limit that was reached again, those before it, the last first.

    The last may come when the code that it is meant for has been left, and is nowhere in its traceback.
    """
    yield error
    while isinstance(error, LimitReached) and isinstance(error.__context__, LimitReached):
        error = error.__context__
        yield error


def time_limit(seconds: float | None) -> AbstractContextManager[None]:
    """Raise LimitReached in the body after `seconds`, again and again until it ends; None is no limit.

    A body that caught it and ended otherwise has it raised behind it. Limits may be nested: an outer one goes
    on when the inner block ends. The function that has the `with` statement has its body, too: no generator.
    """
    if not seconds:
        return _UNLIMITED
    if _IN_A_BROWSER:
        return _ByMonitoring(seconds)
    in_main_thread = threading.get_ident() == threading.main_thread().ident
    return _BySignal(seconds) if _HAS_TIMER and in_main_thread else _ByThread(seconds)


def _waits() -> Iterator[float]:
    return chain(_AGAIN, cycle(_AT_LAST))


class _BySignal:
    """Uses the interval timer: it wakes even `time.sleep`. Unix, main thread."""

    __slots__ = ("_before", "_began", "_first", "_inside", "_outer", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._first: LimitReached | None = None  # what was raised first, with the way to where it was caught

    def __enter__(self) -> None:
        waits: Iterator[float] | None = None

        def reached(number: int, frame: FrameType | None) -> None:
            nonlocal waits
            if self._inside and self._first is None and monotonic() - self._began < self._seconds:
                self._let_others_hear(number, frame)
                return
            # It may come just when the body has ended: `__exit__` must then be left to run.
            if self._inside and (frame is None or frame.f_code is not _BySignal.__exit__.__code__):
                waits = waits or _waits()
                signal.setitimer(signal.ITIMER_REAL, next(waits))
                error = LimitReached()
                self._first = self._first or error
                raise error

        self._inside = True
        self._began = monotonic()
        self._before = _set_handler(signal.SIGALRM, reached)
        self._outer, _ = signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def _let_others_hear(self, number: int, frame: FrameType | None) -> None:
        """Do what an alarm of the body's own does: without a handler it ends the process."""
        if callable(self._before):
            self._before(number, frame)
        elif self._before == signal.SIG_DFL:  # a number here, and no enum
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        self._inside = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        _set_handler(signal.SIGALRM, self._before)
        if self._outer:
            left = self._outer - (monotonic() - self._began)
            signal.setitimer(signal.ITIMER_REAL, max(left, _AT_LAST[0]))
        first, self._first = self._first, None
        if first is not None and kind is not LimitReached:
            raise first


class _ByThread:
    """Throws asynchronously from a second thread: it cannot wake a C call such as `time.sleep`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._thrown = False

    def __enter__(self) -> None:
        import ctypes  # other systems do without it

        done = self._done = threading.Event()
        thread, owner = threading.get_ident(), sys._getframe(1)
        raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc

        def throw() -> None:
            wait, waits = self._seconds, _waits()
            while not done.wait(wait):
                if _is_in_body(sys._current_frames().get(thread), owner):
                    self._thrown = True
                    raise_in(ctypes.c_ulong(thread), ctypes.py_object(LimitReached))
                wait = next(waits)

        self._thread = threading.Thread(target=throw, daemon=True)
        self._thread.start()
        OWN.add(self._thread.native_id or 0)

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        # One may be on its way, and is caught here: taking it back, as CPython offers, can hang a thread.
        try:
            self._end()
            for _ in range(100):
                pass
        except LimitReached:
            self._end()
        if self._thrown and kind is not LimitReached:
            raise LimitReached

    def _end(self) -> None:
        self._done.set()
        self._thread.join()
        OWN.discard(self._thread.native_id or 0)


def _is_in_body(frame: FrameType | None, owner: FrameType) -> bool:
    """Tell whether a thread is in the block that `owner` began, and not on its way in or out of it."""
    while frame is not None and frame is not owner:
        if frame.f_code in _ENDS_OF_A_BLOCK:
            return False
        frame = frame.f_back
    return frame is owner


_ENDS_OF_A_BLOCK = (_ByThread.__enter__.__code__, _ByThread.__exit__.__code__)


class _ByMonitoring:
    """Looks at the clock at each jump and each call of Python code, from 3.12 on; not inside C."""

    _tool = 5  # of the numbers that `sys.monitoring` has, one that nobody else here uses
    _limits: ClassVar[list[_ByMonitoring]] = []
    _next: ClassVar[float] = inf  # when the first of them is reached
    _pauses: ClassVar[Iterator[float]] = iter(())

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._reached = False

    def __enter__(self) -> None:
        self._until = monotonic() + self._seconds
        self._limits.append(self)
        self._look_again()
        if len(self._limits) > 1:
            return
        _ByMonitoring._pauses = _waits()
        monitoring = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
        monitoring.use_tool_id(self._tool, "routelab's limit")
        events = monitoring.events
        for event in (events.JUMP, events.PY_START):
            monitoring.register_callback(self._tool, event, self._look)
        monitoring.set_events(self._tool, events.JUMP | events.PY_START)

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        self._limits.pop()
        self._look_again()
        if not self._limits:
            monitoring = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
            monitoring.set_events(self._tool, 0)
            monitoring.free_tool_id(self._tool)
        if self._reached and kind is not LimitReached:
            raise LimitReached

    @classmethod
    def _look(cls, code: CodeType, *_where: object) -> None:
        if (now := monotonic()) <= cls._next or code in (cls.__exit__.__code__, cls._look_again.__code__):
            return
        # After a pause, as elsewhere: at once, it would come again in what tells where the code was.
        again = now + next(cls._pauses)
        for limit in cls._limits:
            limit._reached |= limit._until < now
            limit._until = max(limit._until, again)
        cls._look_again()
        raise LimitReached

    @classmethod
    def _look_again(cls) -> None:
        # A list, which is made in this very code: what ends a limit is not to be ended.
        cls._next = min([limit._until for limit in cls._limits], default=inf)
