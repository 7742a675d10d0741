"""An app whose code failed while it loaded, as facts: what was raised, and where in the learner's own files.

It must not know how the failure is shown, nor what is done about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from routelab.errors import RoutelabError
from routelab.stopping import LimitReached

from .causes import TakenEndpoint, taken_endpoint, unknown_converter
from .modules import OwnModules
from .records import Engine, Frame, Note, UnknownConverter

_INTERRUPTED = 130  # the exit code of what Ctrl-C ended
_ENDS = 10  # frames that are kept of either end of a traceback: recursion has a thousand


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """What an exception that came out of an app's own code says; lines are those of the learner's files.

    `chain` names the modules of a circular import, from one to itself: ("app", "routes", "app").
    """

    exception: str
    message: str
    file: str | None
    line: int | None
    source: str | None
    frames: tuple[Frame, ...]
    chain: tuple[str, ...]
    taken: TakenEndpoint | None
    converter: UnknownConverter | None


class LoadFailure(RoutelabError):
    """The app is there, but its code fails; everything known about it stands in the attributes."""

    def __init__(
        self,
        mishap: Mishap,
        *,
        engine: Engine,
        engine_version: str,
        target: str,
        folder: Path,
        printed: str,
        notes: tuple[Note, ...],
    ) -> None:
        self.exception, self.message = mishap.exception, mishap.message
        self.file, self.line, self.source = mishap.file, mishap.line, mishap.source
        self.frames, self.chain = mishap.frames, mishap.chain
        self.taken, self.converter = mishap.taken, mishap.converter
        self.engine, self.engine_version = engine, engine_version
        self.target, self.folder = target, folder
        self.printed, self.notes = printed, notes
        where = f"{self.file}:{self.line}" if self.file else target
        first_line = _one_line(self.message)
        said = f"{self.exception}: {first_line}" if first_line else self.exception
        super().__init__(f"{where}: the app does not load: {said}")
        if self.interrupted:
            self.exit_code = _INTERRUPTED

    @property
    def interrupted(self) -> bool:
        """Whether somebody pressed Ctrl-C."""
        return self.exception == KeyboardInterrupt.__name__


def mishap_of(error: BaseException, modules: OwnModules) -> Mishap:
    """Read an exception: the innermost of the learner's own lines counts, and for a SyntaxError its own."""
    walked = list(_own_frames(error.__traceback__, modules))
    frames = tuple(frame for _, frame in (*walked[:_ENDS], *walked[_ENDS:][-_ENDS:]))
    file, line, source = (
        (frames[-1].file, frames[-1].line, frames[-1].source) if frames else (None, None, None)
    )
    message = _message(error)
    if isinstance(error, SyntaxError) and error.filename in modules.files:
        file, line = modules.relative(error.filename), error.lineno
        source, message = _source_line(error.filename, error.lineno or 0, modules), error.msg
    return Mishap(
        exception=type(error).__name__,
        message=message,
        file=file,
        line=line,
        source=source,
        frames=frames,
        chain=_chain(error, [module for module, frame in walked if frame.function == "<module>"]),
        taken=taken_endpoint(error),
        converter=unknown_converter(error),
    )


def _own_frames(traceback: TracebackType | None, modules: OwnModules) -> Iterator[tuple[str, Frame]]:
    """Yield (module, frame), outermost first."""
    while traceback is not None:
        code, line = traceback.tb_frame.f_code, traceback.tb_lineno
        if code.co_filename in modules.files:
            source = _source_line(code.co_filename, line, modules)
            frame = Frame(modules.relative(code.co_filename), line, code.co_name, source)
            yield str(traceback.tb_frame.f_globals.get("__name__")), frame
        traceback = traceback.tb_next


def _source_line(file: str, line: int, modules: OwnModules) -> str:
    return "".join(modules.lines(file)[line - 1 : line]).strip()


def _message(error: BaseException) -> str:
    match error:
        case LimitReached():
            return "the time limit was reached while the app was loading; does a loop never end?"
        case KeyboardInterrupt():
            return "Ctrl-C was pressed while the app was loading"
    try:
        return str(error)
    except Exception:
        return ""


def _one_line(message: str) -> str:
    """Cut a message to its first line, with what a terminal would obey shown as escapes."""
    line = message.partition("\n")[0][:200]
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)


def _chain(error: BaseException, importing: list[str]) -> tuple[str, ...]:
    """Show how imports came back to a module that was not finished; empty where they did not."""
    name = None
    if isinstance(error, ImportError):
        name = error.name
    elif isinstance(error, AttributeError) and "partially initialized module" in _message(error):
        name = getattr(error.obj, "__name__", None)
    if name not in importing:
        return ()
    return (*dict.fromkeys(importing[importing.index(name) :]), name)
