"""What is known so far of one request that is being watched.

The stages of the loop add to it as they pass; `instrumentation` lists them. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, TypeAlias

from routelab.tracing.facts import Call, Escaped, Note, Pairs
from routelab.tracing.steps.response import Origin
from routelab.tracing.watching.loaded_templates import LoadedTemplates
from routelab.tracing.watching.origins import MADE, HeaderOrigins
from routelab.tracing.watching.request_step import request_step
from routelab.tracing.watching.step_recorder import StepRecorder
from routelab.tracing.watching.values import message_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from routelab.routing.explanation import MatchExplanation
    from routelab.tracing.watching.instrumentation import Instrumentation
    from routelab.tracing.watching.printing import Printed
    from routelab.tracing.watching.sources import Sources

# A stage method of the app, whatever its signature in this version: arguments are passed on as they come.
Original: TypeAlias = Callable[..., Any]
Arguments: TypeAlias = tuple[Any, ...]
Keywords: TypeAlias = dict[str, Any]
# What stands before a stage: it calls the original, once, and notes what it saw.
StageWrapper: TypeAlias = "Callable[[Recorder, Original, Arguments, Keywords], Any]"


class Phase(Enum):
    """What runs now; it tells what a callable is that the app is about to call."""

    LOOP = auto()
    BEFORE = auto()
    DISPATCH = auto()
    ERROR = auto()
    AFTER = auto()
    TEARDOWN_REQUEST = auto()
    TEARDOWN_APPCONTEXT = auto()
    OWN_CODE = auto()
    NESTED = auto()  # the loop again, called by the learner's own code: no part of this trace


class Recorder:
    """Watches one request; afterwards `steps`, `ledger`, `exception` and `explanation` tell of it.

    `body` is a copy of the request's bytes.
    """

    def __init__(
        self,
        instrumentation: Instrumentation,
        sources: Sources,
        printed: Printed,
        *,
        body: bytes = b"",
        all_candidates: bool = False,
        calling: Callable[[StepRecorder], None] | None = None,
        owning: Callable[[int | None], None] | None = None,
    ) -> None:
        self.instrumentation = instrumentation
        self.app = instrumentation.app
        self.sources = sources
        self.printed = printed
        self.all_candidates = all_candidates
        self.calling = calling
        self._owning = owning
        self._owner: int | None = None
        self.steps = StepRecorder()
        self.notes: tuple[Note, ...] = ()
        self.origins = HeaderOrigins()
        self.phase = Phase.LOOP
        self.explanation: MatchExplanation | None = None
        self.match_place: int | None = None
        self.endpoint = ""
        self.exception: Escaped | None = None
        self.escaped: BaseException | None = None
        self.response: Any = None
        self.streams = False
        self.producer: Origin = MADE  # whom the next response's own headers are credited to
        # What an answer's headers were as it left each function around the one that made it, innermost first.
        self.headers_on_the_way: tuple[tuple[Origin, Pairs], ...] = ()
        self.flask_looked = False  # whether Flask looked among the handlers for the last error
        self.context: Any = None  # the request's own; those that the learner's code makes are not watched
        self.torn_down = False
        self.view: Callable[..., Any] | None = None  # while it runs: what the view step shall name
        self.error: tuple[int, BaseException] | None = None  # the place of the error step, and the error
        self.handler: Call | None = None  # what the handler did with that error
        self.made_by_view: tuple[Any, ...] = ()  # responses that the view made by calling `make_response`
        self.unsent: tuple[int, tuple[Any, ...]] | None = None  # the step's place, and those not returned
        self.templates = LoadedTemplates()
        self._body = body
        self._arrival: int | None = self.steps.reserve()

    def record_request(self, environ: WSGIEnvironment) -> None:
        """Note the request: where Flask takes it over, or at the end if no part of Flask ever saw it."""
        if self._arrival is not None:
            place, self._arrival = self._arrival, None
            # A copy, since the app writes into its environ; the texts in it are those of this moment.
            arrived = environ.copy()
            arrived.pop("werkzeug.request", None)  # a request that middleware made would live on in it
            self.steps.fill(place, request_step(arrived, self._body))

    def escapes(self, error: BaseException) -> None:
        """Note an exception that no handler of its own took."""
        self.escaped = error
        self.exception = Escaped(
            type=type(error).__name__, message=message_of(error), frames=self.sources.frames(error)
        )

    def owns_output(self, step: int | None) -> int | None:
        """Let what is written past `sys.stdout` from now on belong to a step; return the one before."""
        before, self._owner = self._owner, step
        if self._owning is not None:
            self._owning(step)
        return before

    def staged(self, phase: Phase, original: Original, args: Arguments, kwargs: Keywords) -> Any:
        """Call a stage, and know until it returns what runs."""
        outer, self.phase = self.phase, phase
        try:
            return original(*args, **kwargs)
        finally:
            self.phase = outer


def nested(recorder: Recorder, original: Original, args: Arguments, kwargs: Keywords) -> Any:
    """Pass by a stage that the learner's own code calls."""
    return recorder.staged(Phase.NESTED, original, args, kwargs)


# The recorder of what runs here: other threads and other requests have another, or none.
current: ContextVar[Recorder | None] = ContextVar("routelab_recorder", default=None)
