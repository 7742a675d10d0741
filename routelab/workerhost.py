"""An app in a worker: its questions go there as messages, and its answers come back as records.

What ends a worker is told, and the next question finds another. It knows messages and limits, and no cookies.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import finalize, ref

from routelab.envfiles import EnvFiles, read_env_files
from routelab.environ import AT_ROOT, Base
from routelab.errors import AppNotFound, RoutelabError, SeveralApps
from routelab.hosts import AppDoesNotLoad, Exchanged, RouterStopped, failure_in, told
from routelab.interpreter import environments_in
from routelab.loaded import AppFacts, Loaded, LoadFailure, stopped_while_loading
from routelab.messages import SendOptions, request_message
from routelab.process import inbox
from routelab.process.ending import BadInterpreter, WorkerEnded, WorkerEnding
from routelab.record import Record
from routelab.regularfile import read_text
from routelab.requestline.record import RequestLine
from routelab.toldsteps import NOT_SAID, ToldSteps, broken_off, failed_trace
from routelab.tracing.facts import Frame, Note
from routelab.tracing.steps.match import RULES_NOT_JUDGED
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.trace import EngineUsed
from routelab.version import VERSION
from routelab.workers import OWN_SURROUNDINGS, AppWorker, Surroundings

if TYPE_CHECKING:
    from routelab.workerrouter import WorkerRouter

Answered = TypeVar("Answered")
Interrupted = TypeVar("Interrupted", StoppedStep, LoadFailure)
_UNREAD = "the app's process was ended, since what it wrote on routelab's own pipe could not be read"
_FLOODED = (
    "the app's process was ended, since more than {} megabytes came on routelab's own pipe: what the app "
    "made is longer than a trace can be, or it wrote there itself"
)
_NOT_THERE = re.compile(r"No module named '(\w+)'").fullmatch
_left: deque[AppWorker] = deque()  # of labs that were dropped and never closed
QUESTION_LIMIT = 10.0  # seconds for a question to the router: converters of the app's own may be asked


class AppToLoad(Record):
    """An app as it was asked for: on which engine, in which interpreter and folder, within how many seconds.

    `env_files` is whether the folder's `.env` and `.flaskenv` are read.
    """

    target: str | None
    engine: str
    python: str
    folder: Path
    seconds: float | None
    env_files: bool


class WorkerHost:
    """An app in a worker. A worker that ends is followed by another when it is next needed."""

    def __init__(
        self,
        app: AppToLoad,
        surroundings: Surroundings = OWN_SURROUNDINGS,
        *,
        worker: AppWorker | None = None,
        loaded: Loaded | None = None,
    ) -> None:
        self._app, self._surroundings = app, surroundings
        self._own_notes: tuple[Note, ...] = ()  # of what was seen here, and not in the app's process
        # Held apart, so that the worker is ended also where nobody closes the lab: see `finalize`.
        self._held: list[AppWorker] = [] if worker is None else [worker]
        end_left()
        finalize(self, _leave, self._held)
        self._turn = threading.Lock()  # a worker answers one question at a time, whoever asks
        self.loaded = self._load() if loaded is None else loaded

    @property
    def _worker(self) -> AppWorker | None:
        return self._held[0] if self._held else None

    @_worker.setter
    def _worker(self, worker: AppWorker | None) -> None:
        self._held[:] = [] if worker is None else [worker]

    def send(self, request: RequestLine, *, cookies: str | None, options: SendOptions) -> Exchanged:
        """Send a request; what ends the worker is a step of the trace."""
        end_left()
        with self._turn:
            return self._sent(request, cookies, options)

    def _sent(self, request: RequestLine, cookies: str | None, options: SendOptions) -> Exchanged:
        if isinstance(self.loaded, LoadFailure):
            return told(failed_trace(self.loaded, request), AT_ROOT)
        worker = self._ready()
        if isinstance(self.loaded, LoadFailure):  # it loaded before, and does no more
            return told(failed_trace(self.loaded, request), AT_ROOT)
        steps = ToldSteps()
        lost = partial(self._broken_off, request, cookies, worker)
        try:
            reply = worker.ask(
                "send",
                options.seconds,
                steps.add,
                request=request_message(request),
                cookies=cookies,
                all_candidates=options.all_candidates,
                suggestions=options.suggestions,
            )
            if "trace" not in reply:
                stopped = _stopped_in(reply)
                self._end_worker()
                return lost(steps, stopped)
            steps.add(reply)
            if reply.get("interrupted") is False:
                steps.take_interrupts_as_own()
            return self._answered(steps, reply, worker)
        except WorkerEnded as error:
            self._worker = None
            if steps.answer is not None:  # it ended with what was asked of it afterwards
                return self._answered(steps, steps.answer, worker, RULES_NOT_JUDGED)
            return lost(steps, self._stopped(error.ending, options.seconds))
        except NOT_SAID:  # in the reply, or in the steps that it told of before
            return lost(ToldSteps(), self._unreadable())

    def _answered(
        self, steps: ToldSteps, answer: Mapping[str, Any], worker: AppWorker, *more: Note
    ) -> Exchanged:
        notes = steps.add_past(worker.written_past().take())
        trace = steps.trace_of(answer["trace"], partial(_unread_later, ref(self), worker))
        notes = (*self._own_notes, *trace.notes, *notes, *more)
        return told(trace.replace(notes=notes), Base.from_json(answer["base"]))

    @property
    def router(self) -> WorkerRouter:
        from routelab.workerrouter import WorkerRouter  # no request needs it

        return WorkerRouter(self._ask)

    def copy(self, *, last: bool) -> WorkerHost | None:
        """Give a host of the app as it was when it had loaded; None where that cannot be had.

        There is one at a time, and until it is closed this host must not be asked; after the `last`, never.
        """
        with self._turn:
            worker = self._worker
            if worker is None or not worker.alive or isinstance(self.loaded, LoadFailure):
                return None
            self._surroundings.workers.tidy(worker)
            if not worker.alive or not worker.copy(last=last):
                return None
            if last:
                self._worker = None
            return _CopyHost(self, worker, stays=not last)

    def close(self) -> None:
        """Let the app go, and those of labs that were dropped."""
        end_left()
        self._end_worker()

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end("end")

    def _ask(self, question: str, read: Callable[[dict[str, Any]], Answered], **more: Any) -> Answered:
        """Ask the router, and read the reply. Raises RouterStopped, also where that is no reply of ours."""
        with self._turn:
            worker = self._ready()
            if isinstance(self.loaded, LoadFailure):  # it loaded before, and does no more
                raise AppDoesNotLoad(self.loaded)
            try:
                reply = worker.ask(question, QUESTION_LIMIT, **more)
                if "stopped" in reply:
                    raise RouterStopped(_stopped_in(reply))
                if "failed" in reply:
                    raise failure_in(reply)
                return read(reply)
            except WorkerEnded as error:
                self._worker = None
                raise RouterStopped(self._stopped(error.ending, QUESTION_LIMIT)) from None
            except NOT_SAID:
                raise RouterStopped(self._unreadable()) from None

    def _ready(self) -> AppWorker:
        """Give the worker, and load the app anew where the last one has ended."""
        if self._worker is None or not self._worker.alive:
            self._worker = None
            self.loaded = self._load()
        assert self._worker is not None or isinstance(self.loaded, LoadFailure)
        return self._worker  # type: ignore[return-value]

    def _load(self) -> Loaded:
        worker = self._worker
        if worker is None:
            worker = self._worker = self._surroundings.workers.worker(self._app.python, self._app.engine)
        environ = os.environ if self._surroundings.environ is None else self._surroundings.environ
        app, read = self._app, EnvFiles({})
        if app.env_files:
            read = read_env_files(app.folder, app.python, os.environ)
        try:
            worker.hello()
            reply = worker.ask(
                "load",
                app.seconds,
                target=app.target,
                engine=app.engine,
                folder=str(app.folder),
                environ={**read.values, **environ},
                limits=self._surroundings.limits.to_json(),
                own_thread=threading.current_thread() is threading.main_thread(),
            )
            loaded = self._loaded_from(reply, worker)
        except WorkerEnded as error:
            self._worker = None
            return self._not_loaded(self._stopped(error.ending, app.seconds))
        except BadInterpreter:
            self._worker = None
            raise
        except NOT_SAID:
            return self._not_loaded(self._unreadable())
        self._own_notes = () if read.note is None else (read.note,)
        return loaded.replace(notes=(*loaded.notes, *self._own_notes))

    def _loaded_from(self, reply: Mapping[str, Any], worker: AppWorker) -> Loaded:
        if "loaded" in reply and reply["loaded"]["loaded"] == "app":
            facts = AppFacts.from_json(reply["loaded"])
            past = "".join(worker.written_past().take().values())
            note = Note(
                code="written_past_at_load", text=f"wrote past sys.stdout while loading: {past.rstrip()}"
            )
            return facts.replace(notes=(*facts.notes, note)) if past else facts
        self._end_worker()
        if "error" in reply:
            no_app = SeveralApps if reply.get("several_apps") else AppNotFound
            kind = no_app if reply["no_app"] else RoutelabError
            raise kind(self._with_environments(reply["error"]))
        if "failed" in reply:
            raise failure_in(reply)
        if "stopped" in reply:  # Ctrl-C came when none of the app's code ran
            return self._not_loaded(_stopped_in(reply))
        failure = _ended_by(reply, LoadFailure.from_json(reply["loaded"]))
        hint = self._hint_of_environment(failure)
        return failure.replace(notes=(*failure.notes, hint)) if hint is not None else failure

    def _not_loaded(self, stopped: StoppedStep) -> LoadFailure:
        app = self._app
        engine = EngineUsed(name=app.engine, version=VERSION if app.engine == "routelab" else "")
        return stopped_while_loading(
            stopped, engine=engine, target=app.target or "app.py", folder=str(app.folder)
        )

    def _stopped(self, ending: WorkerEnding, seconds: float | None) -> StoppedStep:
        frame = self._own_frame(ending.frames)
        match ending.by_us:
            case None if ending.code is None and ending.signal is None:
                return StoppedStep(
                    reason=Stop.ENDED, problem="the app's process is gone, and nothing tells how", frame=frame
                )
            case "limit":
                return StoppedStep(reason=Stop.LIMIT, seconds=seconds, frame=frame)
            case "interrupt":
                return StoppedStep(reason=Stop.INTERRUPT, frame=frame)
            case "broken":
                return StoppedStep(reason=Stop.ENDED, problem=_UNREAD)
            case "flood":
                megabytes = inbox.LONGEST_ANSWER >> 20
                return StoppedStep(reason=Stop.ENDED, problem=_FLOODED.format(megabytes))
            case _:
                return StoppedStep(
                    reason=Stop.ENDED, exit_code=ending.code, signal=ending.signal, frame=frame
                )

    def _unreadable(self) -> StoppedStep:
        """End a worker that answers with what is no answer."""
        self._end_worker()
        return StoppedStep(reason=Stop.ENDED, problem=_UNREAD)

    def _end_if_asked(self, worker: AppWorker) -> None:
        """End a worker, unless it was let go before."""
        with self._turn:
            if self._worker is worker:
                self._end_worker()

    def _own_frame(self, frames: tuple[Frame, ...]) -> Frame | None:
        """Choose the innermost frame of the app's own files, with its line as it stands now."""
        told = self._surroundings.trusted and hasattr(self, "loaded")
        folder = str(Path(self.loaded.folder) if told else self._app.folder.resolve())
        for frame in frames:
            inside = frame.file.startswith(folder + os.sep) and ".." not in Path(frame.file).parts
            if inside and "site-packages" not in frame.file:
                file = frame.file[len(folder) + 1 :].replace(os.sep, "/")
                return frame.replace(file=file, source=_line(frame.file, frame.line))
        return None

    def _broken_off(
        self,
        request: RequestLine,
        cookies: str | None,
        worker: AppWorker,
        steps: ToldSteps,
        stopped: StoppedStep,
    ) -> Exchanged:
        assert isinstance(self.loaded, AppFacts)
        past = worker.written_past()
        trace = broken_off(self.loaded, request, cookies, steps, stopped, past.take(), past.running)
        return told(trace, self.loaded.base)

    def _with_environments(self, text: str) -> str:
        other = self._other_environment() if "Flask" in text else None
        return text if other is None else f"{text}; there is {other} here: --python {other}"

    def _hint_of_environment(self, failure: LoadFailure) -> Note | None:
        if failure.step.exception != "ModuleNotFoundError":
            return None
        ran, other = f"the app ran in {self._app.python}", self._other_environment()
        if other is not None:
            text = f"{ran}; {other} here has packages of its own: --python {other}"
            return Note(code="other_environment", text=text)
        missing = _NOT_THERE(failure.step.message)
        if missing is None or failure.step.meant is not None or failure.notes:
            return None  # a part of a package, a misspelt name, or one of which it is said what would help
        text = f"{ran}, and {missing[1]} is not installed there: install it, or name the app's own Python"
        return Note(code="not_installed", text=f"{text} with --python")

    def _other_environment(self) -> str | None:
        """Name the first virtual environment in the folder, unless the app runs in that."""
        python, folder = self._app.python, self._app.folder
        found = next(iter(environments_in(folder)), None)
        return None if found is None or python.startswith(str((folder / found).absolute())) else found


class _CopyHost(WorkerHost):
    """An app as it was when it had loaded; closed, it lets a worker that `stays` go on from there."""

    def __init__(self, original: WorkerHost, worker: AppWorker, *, stays: bool) -> None:
        super().__init__(original._app, original._surroundings, worker=worker, loaded=original.loaded)
        self._own_notes = original._own_notes
        self._staying = worker if stays else None

    def close(self) -> None:
        """Let the copy go; a worker that came after one that ended is nobody else's."""
        if self._staying is not None and self._worker is self._staying and self._staying.alive:
            self._worker = None
            self._staying.leave()
        self._end_worker()


def _leave(workers: list[AppWorker]) -> None:
    """Note workers whose lab was dropped, to be ended later.

    Ending takes locks and pipes, and the garbage collector, which notices such a lab, may run at any line:
    also while they are in use by the very thread in which it runs.
    """
    while workers:
        _left.append(workers.pop())


def end_left() -> None:
    """End the workers of labs that were dropped and never closed; at the end, all that are left are ended."""
    while _left:
        with contextlib.suppress(IndexError):  # another thread was here first
            _left.popleft().end("end")


def _unread_later(host: ref[WorkerHost], worker: AppWorker) -> StoppedStep:
    """End a worker that answered with what turns out to be none; no trace keeps a host that was dropped."""
    asking = host()
    if asking is not None:
        asking._end_if_asked(worker)
    return StoppedStep(reason=Stop.ENDED, problem=_UNREAD)


def _stopped_in(reply: Mapping[str, Any]) -> StoppedStep:
    """Read from a reply to a request that has no trace what ended that."""
    if "stopped" in reply:
        return _ended_by(reply, StoppedStep.from_json(reply["stopped"]))
    return StoppedStep(reason=Stop.ENDED, problem=str(failure_in(reply)))


def _ended_by(reply: Mapping[str, Any], stopped: Interrupted) -> Interrupted:
    """Take a KeyboardInterrupt for what the app itself brought about where nobody pressed Ctrl-C."""
    return stopped.as_own if reply.get("interrupted") is False else stopped


def _line(file: str, line: int) -> str:
    """Read a line of a file, if it is one: the app may have put a pipe or a link in its place."""
    try:
        return read_text(file, "replace").splitlines()[line - 1].strip()
    except (OSError, IndexError):
        return ""
