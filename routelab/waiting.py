"""Tell a person what is waited for, once it takes a while, and take it back when it is over.

It knows the clock, and no screen: whoever has one says how it is told there; nobody is told elsewhere.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

Teller = Callable[[str], Callable[[], None]]
PATIENCE = 1.0  # seconds until somebody wonders
_UNTOLD = nullcontext()


class Waiting:
    """What is waited for, one thing at a time.

    `teller` shows it, with Ctrl-C as what ends it, and returns what takes that off again. It is called in a
    thread of its own, while the one that waits stands still.
    """

    def __init__(self) -> None:
        self.teller: Teller | None = None

    def told(self, what: str, at_most: float | None) -> AbstractContextManager[None]:
        """Tell of the wait in this block, which ends by itself after `at_most` seconds.

        Ctrl-C reaches the main thread alone, so no other one tells of its waiting.
        """
        if self.teller is None or threading.current_thread() is not threading.main_thread():
            return _UNTOLD
        return self._told(self.teller, what if at_most is None else f"{what}, at most {at_most:g} s")

    @contextmanager
    def _told(self, teller: Teller, what: str) -> Iterator[None]:
        wait = _Wait(teller, what)
        wait.timer.start()
        try:
            yield
        finally:
            wait.end()


class _Wait:
    def __init__(self, teller: Teller, what: str) -> None:
        self._teller, self._what = teller, what
        self._take_back: Callable[[], None] | None = None
        self._over = False
        self._lock = threading.Lock()
        self.timer = threading.Timer(PATIENCE, self._tell)
        self.timer.daemon = True

    def end(self) -> None:
        self.timer.cancel()
        with self._lock:
            self._over = True
            if self._take_back is not None:
                self._take_back()

    def _tell(self) -> None:
        with self._lock:
            if not self._over:
                self._take_back = self._teller(self._what)


WAITING = Waiting()
