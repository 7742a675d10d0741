"""What loading an app came to, as data: the app's facts, or why there is none.

Both sides of the pipe know it; it holds no app.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from routelab.environ import Base
from routelab.record import Record
from routelab.routing.wording import plain
from routelab.tracing.facts import Note
from routelab.tracing.phrases import location
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.trace import EngineUsed

_INTERRUPT, _ENDED, _LIMIT = "KeyboardInterrupt", "ProcessEnded", "LimitReached"
_MEMORY = "MemoryError"
AT_THE_LIMIT = "the time limit was reached while the app was loading; perhaps a loop never ends"
AT_CTRL_C = "Ctrl-C was pressed while the app was loading"


class AppFacts(Record):
    """An app that loaded. `target` is what people are shown ("app.py", "shop:create_app").

    `folder` is where its imports start, `files` are the paths of its own files that have run.
    """

    json_tag = ("loaded", "app")

    engine: EngineUsed
    target: str
    name: str
    folder: str
    files: tuple[str, ...]
    digest: str
    notes: tuple[Note, ...]
    base: Base


class LoadFailure(Record):
    """An app that is there, but whose code fails; `step` says all that is known about it."""

    json_tag = ("loaded", "failure")

    engine: EngineUsed
    target: str
    folder: str
    step: LoadStep
    files: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def __str__(self) -> str:
        where = location(self.step.at) if self.step.file else self.target
        first_line = _one_line(self.step.message)
        said = f"{self.step.exception}: {first_line}" if first_line else self.step.exception
        return f"{where}: the app does not load: {said}"

    @property
    def explanation(self) -> tuple[str, ...]:
        """What a request would tell of it, a line each: the line of code, the cause, the way there, notes."""
        details = (f"  {plain(detail)}" for detail in self.step.details)
        return (*details, *(f"Note: {plain(note.text)}" for note in self.notes))

    @property
    def interrupted(self) -> bool:
        """Whether somebody pressed Ctrl-C; an app may raise that exception itself."""
        return (self.step.exception, self.step.message) == (_INTERRUPT, AT_CTRL_C)

    @property
    def as_own(self) -> LoadFailure:
        """Take a KeyboardInterrupt for what the app itself brought about: there was no Ctrl-C."""
        return self.replace(step=self.step.replace(message="")) if self.interrupted else self

    @property
    def timed_out(self) -> bool:
        """Whether loading took longer than its limit."""
        return self.step.timed_out

    @property
    def file(self) -> Path | None:
        """The file in which it failed."""
        return Path(self.folder, self.step.file) if self.step.file else None


Loaded: TypeAlias = AppFacts | LoadFailure


def stopped_while_loading(
    stopped: StoppedStep, *, engine: EngineUsed, target: str, folder: str
) -> LoadFailure:
    """Describe an app that ended its own process while it was loading, or had to be ended."""
    match stopped.reason:
        case Stop.LIMIT:
            exception, message = _LIMIT, AT_THE_LIMIT
        case Stop.INTERRUPT:
            exception, message = _INTERRUPT, AT_CTRL_C
        case Stop.MEMORY:
            exception, message = _MEMORY, f"{stopped.headline} while the app was loading"
        case _:
            exception, message = _ENDED, f"{stopped.headline} while it was loading"
    frame = stopped.frame
    step = LoadStep(
        exception=exception,
        message=message,
        file=None if frame is None else frame.file,
        line=None if frame is None else frame.line,
        source=None if frame is None else frame.source,
        frames=() if frame is None else (frame,),
    )
    return LoadFailure(engine=engine, target=target, folder=folder, step=step)


def _one_line(message: str) -> str:
    return plain(message.partition("\n")[0][:200])
