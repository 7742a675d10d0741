"""What is known so far of one request that is being watched.

The stages of the loop add to it as they pass; `instrumentation` lists them. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import cached_property, partial
from typing import Any, TypeAlias

from routelab.messages import SendOptions
from routelab.oneof import OneOf
from routelab.routing.observation import forget_frames
from routelab.tracing.facts import Logged, Place, Raised
from routelab.tracing.sought import SoughtFile
from routelab.tracing.steps.log import LogStep
from routelab.tracing.watching.body_reads import asked_of
from routelab.tracing.watching.calls.dispatched import Dispatched
from routelab.tracing.watching.exceptions.raised import raised_of
from routelab.tracing.watching.exceptions.seen import SeenExceptions
from routelab.tracing.watching.guard import Guard, Once
from routelab.tracing.watching.listening import Listener
from routelab.tracing.watching.logs import Logs, in_one
from routelab.tracing.watching.origins import HeaderOrigins
from routelab.tracing.watching.printing import OutputOwner, Printed
from routelab.tracing.watching.recorded import (
    Answering,
    ErrorHandling,
    LoadedTemplates,
    MadeInView,
    NotesTaken,
    Routed,
    SessionSeen,
    StageProgress,
    ViewOutcome,
)
from routelab.tracing.watching.request_step import FromSettings, RequestArrival
from routelab.tracing.watching.step_recorder import StepRecorder
from routelab.tracing.watching.watched_app import WatchedApp


class PendingCall(partial[Any]):
    """A call of a stage method, or of a callable of the learner's: it is made when this is called.

    Whatever the signature is in this version of Flask, the arguments are passed on as they came.
    """

    __slots__ = ()

    def argument(self, name: str) -> Any:
        """Return a stage's own argument: the last one, for newer versions put the context before it."""
        return self.args[-1] if self.args else self.keywords.get(name)


# What stands before a stage: it makes the call, once, and notes what it saw. What it notes it guards itself,
# or else it is made by `guarded`.
StageWrapper: TypeAlias = "Callable[[Recorder, PendingCall], Any]"


class Phase(OneOf):
    """What runs now; it tells what a callable is that the app is about to call."""

    LOOP = "loop"
    BEFORE = "before"
    DISPATCH = "dispatch"
    ERROR = "error"
    AFTER = "after"
    TEARDOWN_REQUEST = "teardown_request"
    TEARDOWN_APPCONTEXT = "teardown_appcontext"
    OWN_CODE = "own_code"
    NESTED = "nested"  # the loop again, called by the learner's own code: no part of this trace


class Recorder:
    """Watches one request; afterwards `steps`, `origins`, `exceptions` and `routed` tell of it.

    `body` is a copy of the request's bytes, `settings` what the client took from the app's settings.
    """

    context: Any = None  # the request's own; those that the learner's code makes are not watched
    copies: tuple[Any, ...] = ()  # of that context, for other threads
    torn_down = False
    dispatched_to: Dispatched | None = None  # while a view runs: what is behind one of a class
    views_ended: tuple[ViewOutcome, ...] = ()  # where a method of the app's own may make more of it
    hooks: tuple[tuple[Any, int], ...] = ()  # the hooks that ran, each with the place of its step
    missed_file: SoughtFile | None = None  # that the call which runs looked for in vain

    def __init__(
        self,
        watched_app: WatchedApp,
        *,
        body: bytes,
        settings: FromSettings,
        options: SendOptions,
        listener: Listener,
    ) -> None:
        self.phase = Phase.LOOP  # read so often that a default of the class, which takes longer, counts
        self.watched_app = watched_app
        self.app = watched_app.app
        self.sources = watched_app.sources
        self.options = options
        self.calling = listener.calling
        self.printed = Printed.like_new()
        self.output = OutputOwner(listener.owning)
        self.notes = NotesTaken()
        # Makes a block of notes: where it fails, what it is given is not recorded, and the answer stays.
        self.guard: Callable[[str], Guard] = partial(Guard, self.notes.missed)
        self.steps = StepRecorder(self.guard)
        self.logs = Logs(_LoggedOutside(self), self.output.handlers_run, self.printed)
        self.origins = HeaderOrigins()
        self.exceptions = SeenExceptions(self.sources, self.guard, self.notes)
        self.progress = StageProgress()
        self.routed = Routed()
        self.handling = ErrorHandling()
        self.answering = Answering()
        self.made = MadeInView()
        self.session = SessionSeen()
        self.arrival = RequestArrival(self.steps, self.sources, body, settings)
        self.ends: dict[str, Callable[[Recorder], None]] = {}  # by what it tells once the request is over

    @cached_property
    def templates(self) -> LoadedTemplates:
        """The templates of this request: most have none."""
        return LoadedTemplates()

    @property
    def request(self) -> Any:
        """The app's request; None where none was made."""
        return getattr(self.context, "request", None)

    def place_of_own(self, stage: str) -> Place:
        """Say where the method stands that the app has in the place of Flask's own."""
        return self.sources.place_of_code(self.watched_app.replacement_of(stage))

    def at_end(self, what: str, tell: Callable[[Recorder], None]) -> None:
        """Have `tell` called once when the request is over; where that fails, `what` is not recorded."""
        self.ends[what] = tell

    def raised(self, error: BaseException) -> Raised:
        """Describe an exception that came out of what a step tells of."""
        self.exceptions.tells(error)
        described = raised_of(error, self.sources)
        if described.missing_key is None or self.context is None:
            return described
        return described.replace(asked_of=asked_of(error, self.context.request))

    def tell_before_own_code(self) -> None:
        """Tell what happened so far: code of the app's runs next, and may end the process."""
        if self.calling is not None:
            self.calling(self.steps)

    def forget(self) -> None:
        """Let go of the exceptions, which hold all that was on their way, and of what holds this.

        A recorder that held itself would be garbage that only the collector finds, with all that it kept.
        """
        self.logs.forget()
        self.printed.give_back()
        if self.routed.error is not None:  # Flask's request keeps it, and its frames hold the request
            forget_frames(self.routed.error)
        self.exceptions.forget()
        self.context = self.answering.response = self.answering.made = self.session.before = (
            self.session.saved
        ) = None
        self.views_ended = self.made.aborted = self.handling.looked_up = ()
        self.answering.seen = self.handling.error = self.handling.page = self.routed.error = None

    def gives_replacement(self, answer: Any) -> None:
        """Note what Flask answered to what handles an error in its place, where anything does."""
        replaced = self.handling.replaced
        if replaced is not None:
            with self.guard("where headers came from"):
                replaced.gives(answer, self.answering.producer)

    def staged(self, phase: Phase, stage: Callable[[], Any]) -> Any:
        """Call a stage, and know until it returns what runs."""
        outer, self.phase = self.phase, phase
        try:
            return stage()
        finally:
            self.phase = outer


class _LoggedOutside:
    """Makes steps of what is logged while no callable of the app's own runs."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def folds(self, line: Logged, error: BaseException | None, /) -> bool:
        steps = self._recorder.steps
        place, last = steps.last()
        if not isinstance(last, LogStep) or last.of_known_error is not self._is_known(error):
            return False
        both = in_one(last.logged, line)
        if both is not None:
            steps.amend(place, LogStep, logged=both)
        return both is not None

    def add(self, line: Logged, error: BaseException | None, /) -> None:
        with self._recorder.guard("what was logged"):
            self._recorder.steps.add(LogStep(logged=line, of_known_error=self._is_known(error)))

    def _is_known(self, error: BaseException | None) -> bool:
        seen = self._recorder.exceptions
        return error is not None and (error is seen.escaping or seen.is_told(error))


class StandIn:
    """Stands before an object of the app's, and passes for it in all that a class does not define itself.

    `recorder` gives the recorder of the request that runs here, if it is watched.
    """

    _own: Any
    _recorder: Callable[[], Recorder | None]

    def __init__(self, own: Any, recorder: Callable[[], Recorder | None]) -> None:
        # Past our own __setattr__, which hands every other attribute on.
        vars(self).update(_own=own, _recorder=recorder)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(self._own)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._own, name, value)


def guarded(watch: StageWrapper) -> StageWrapper:
    """Make of what watches a stage one that never fails: its outcome is the stage's, whatever fails."""

    def watching(recorder: Recorder, stage: PendingCall) -> Any:
        once = Once(stage)
        try:
            return watch(recorder, PendingCall(once, *stage.args, **stage.keywords))
        except Exception as error:
            failed, too_deep = error is not once.raised, isinstance(error, RecursionError)
        what = watch.__name__.replace("_", " ")
        if failed and not too_deep:
            recorder.notes.missed(what)
        # Out of the block: what is raised now shall have no failure of ours for a context.
        result = once.outcome()
        if failed and too_deep:  # where the app is too deep as well, there was nothing more to see
            recorder.notes.missed(what)
        return result

    return watching


def nested(recorder: Recorder, stage: PendingCall) -> Any:
    """Pass by a stage that the learner's own code calls."""
    return recorder.staged(Phase.NESTED, stage)


# The recorder of what runs here: other threads and other requests have another, or none.
current: ContextVar[Recorder | None] = ContextVar("routelab_recorder", default=None)
