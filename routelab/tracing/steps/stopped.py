"""The stopped step: the request was ended from outside, or ended its process."""

from __future__ import annotations

import signal
from typing import assert_never

from routelab.endcodes import WAYS
from routelab.oneof import OneOf
from routelab.tracing.facts import NOWHERE, Frame, Place
from routelab.tracing.phrases import count
from routelab.tracing.steps.step import Importance, Step


class Stop(OneOf):
    """Why a request has no end of its own."""

    LIMIT = "limit"
    INTERRUPT = "interrupt"
    EXIT = "exit"
    ENDED = "ended"  # the process is gone
    MEMORY = "memory"


class StoppedStep(Step):
    """The request was ended from outside, after `seconds` where a limit did it, or it ended its process.

    `exit_code` or `signal` tell how the process ended; `memory` is the limit in megabytes, None where
    there was none. `frame` is the line of the learner's that ran, where that is known, and `library` the
    function of a library where none of the learner's did; `problem` says what was wrong where nothing else
    tells. `raised` is the class of what the code itself raised to end the program. `begun`: a server would
    have sent the status by then.
    """

    json_tag = ("kind", "stopped")

    reason: Stop
    seconds: float | None = None
    exit_code: int | None = None
    signal: int | None = None
    memory: int | None = None
    frame: Frame | None = None
    problem: str | None = None
    raised: str | None = None
    library: str | None = None
    begun: bool = False

    @property
    def headline(self) -> str:
        match self.reason:
            case Stop.LIMIT:
                unit = "second" if self.seconds == 1 else "seconds"
                return f"the time limit of {self.seconds:g} {unit} was reached"
            case Stop.INTERRUPT:
                return "Ctrl-C ended the request"
            case Stop.EXIT:
                end = "the response breaks off there" if self.begun else "no server answers such a request"
                return f"{self.raised_words}, and {end}"
            case Stop.MEMORY if self.memory is not None:
                return f"the memory limit of {count(self.memory, 'megabyte')} was reached"
            case Stop.MEMORY:
                return "Python had no more memory"
            case Stop.ENDED if self.problem is not None:
                return self.problem
            case Stop.ENDED:
                return f"the app ended its own process: {self._way()}"
        assert_never(self.reason)

    @property
    def as_own(self) -> StoppedStep:
        """Take a KeyboardInterrupt for what the app itself brought about: there was no Ctrl-C."""
        if self.reason is not Stop.INTERRUPT:
            return self
        return self.replace(reason=Stop.EXIT, raised=KeyboardInterrupt.__name__)

    @property
    def raised_words(self) -> str:
        """Say what ended the program: "SystemExit was raised, as sys.exit does"."""
        like = ", as sys.exit does" if self.raised in (None, "SystemExit") else ", which ends the program"
        return f"{self.raised or 'SystemExit'} was raised{like}"

    @property
    def details(self) -> tuple[str, ...]:
        frame = self.frame
        if frame is None:
            return () if self.library is None else (f"it was in {self.library}",)
        source = f": {frame.source}" if frame.source else ""
        return (f"it was at {frame.file}:{frame.line} in {frame.function}{source}",)

    @property
    def importance(self) -> Importance:
        """A request that was stopped has no other outcome."""
        return Importance.DECIDES

    @property
    def at(self) -> Place:
        frame = self.frame
        return NOWHERE if frame is None else Place(function=frame.function, file=frame.file, line=frame.line)

    def _way(self) -> str:
        if self.signal is None:
            return WAYS.get(self.exit_code or 0, "it exited with code {}").format(self.exit_code)
        try:
            name = signal.Signals(self.signal).name
        except ValueError:
            name = f"signal {self.signal}"
        return f"it was ended by {name}"
