"""Signals that others send to end this program: they are heard, so that it says which one came and tidies up.

It must not know what the program does, nor how it ends.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` makes enums of all, which takes a while
import os

TYPE_CHECKING = False  # type checkers know this name; to load `typing` takes a while
if TYPE_CHECKING:
    from types import FrameType

# Those that a process may be sent by another, an app's among them, and that would end it without a word.
_NAMES = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM")
_NUMBERS = {number: name for name in _NAMES if (number := getattr(_signal, name, None)) is not None}
_BY_SIGNAL = 128  # as shells count


class EndedBySignal(SystemExit):
    """A signal came that ends the program: what has the screen gives it back as this passes."""

    asked_app = False  # whether it came while an app was asked, which may have sent it

    def __init__(self, number: int) -> None:
        self.exit_code = _BY_SIGNAL + number
        super().__init__(self.exit_code)
        self._name = _NUMBERS[number]

    def __str__(self) -> str:
        if not self.asked_app:
            return f"{self._name} ended it"
        return (
            f"{self._name} ended it while the app was asked; "
            "an app that sends a signal to its parent process sends it to routelab"
        )


def signal_behind(error: BaseException) -> EndedBySignal | None:
    """Find the signal that an error came of: a lock that was waited for when it came may complain."""
    behind: BaseException | None = error
    while behind is not None and not isinstance(behind, EndedBySignal):
        behind = behind.__context__
    return behind


def hear_them() -> None:
    """Let them be raised from now on; what somebody wanted to be ignored, as `nohup` does, stays so."""
    for number in _NUMBERS:
        if _signal.getsignal(number) == _signal.SIG_DFL:
            _signal.signal(number, _ended)


def end_at_once() -> None:
    """Let each of them, and Ctrl-C, end the program without a word from now on: all has been said."""
    for number in (_signal.SIGINT, *_NUMBERS):
        if callable(_signal.getsignal(number)):
            _signal.signal(number, _leave)


def _leave(number: int, _: FrameType | None) -> None:
    os._exit(_BY_SIGNAL + number)


def _ended(number: int, _: FrameType | None) -> None:
    _signal.signal(number, _signal.SIG_DFL)  # sent again, it ends what does not end by itself
    raise EndedBySignal(number)
