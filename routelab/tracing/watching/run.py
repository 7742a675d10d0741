"""Run one request through an app, from its environ to the last byte of the body, with the recorder watching.

It knows WSGI and limits; what the stages mean is the recorder's business.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from routelab.stopping import LimitReached, time_limit
from routelab.tracing.facts import Escaped, Pairs
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.response import Origin, ResponseStep, Stage
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.steps.stream import StreamStep
from routelab.tracing.trace import SentResponse
from routelab.tracing.watching.contexts import forget_context, json_was_read
from routelab.tracing.watching.instrumentation import Instrumentation
from routelab.tracing.watching.loop import tell_of_kept_back
from routelab.tracing.watching.match_steps import with_diagnosis
from routelab.tracing.watching.printing import Printed
from routelab.tracing.watching.recorder import Recorder, current
from routelab.tracing.watching.sources import Sources
from routelab.tracing.watching.step_recorder import StepRecorder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from routelab.routing.explanation import MatchExplanation

BODY_LIMIT = 16 * 1024 * 1024  # bytes; an endless generator must end somewhere


class Run(NamedTuple):
    """What came of a request. `json_read`: the app asked for the JSON in the body."""

    steps: StepRecorder
    response: SentResponse | None
    exception: Escaped | None
    explanation: MatchExplanation | None
    json_read: bool


def run(
    instrumentation: Instrumentation,
    environ: WSGIEnvironment,
    body: bytes,
    sources: Sources,
    *,
    seconds: float | None,
    all_candidates: bool = False,
    suggestions: bool = True,
    calling: Callable[[StepRecorder], None] | None = None,
    owning: Callable[[int | None], None] | None = None,
) -> Run:
    """Send `environ` to the app of `instrumentation`; whatever the app does, a Run comes back.

    `suggestions` asks the router, afterwards, what would have matched where nothing did. `calling` is called
    before each callable of the app: it may be the last that is heard of this request. `owning` is told the
    place of the step to which belongs what is written past `sys.stdout` from then on. The app runs in a copy
    of the context, so that what a stopped request leaves behind ends with it.
    """
    printed = Printed()
    recorder = Recorder(
        instrumentation,
        sources,
        printed,
        body=body,
        all_candidates=all_candidates,
        calling=calling,
        owning=owning,
    )
    exchange = _Exchange(instrumentation.app, environ, recorder)

    def stopped(error: BaseException, reason: Stop) -> None:
        frames = sources.frames(error)
        step = StoppedStep(
            reason=reason,
            seconds=seconds if reason is Stop.LIMIT else None,
            frame=frames[-1] if frames else None,
        )
        recorder.steps.add(step)

    def watched() -> None:
        current.set(recorder)
        try:
            with printed, time_limit(seconds):
                exchange.go()
        except LimitReached as error:
            stopped(error, Stop.LIMIT)
        except KeyboardInterrupt as error:
            stopped(error, Stop.INTERRUPT)
        except SystemExit as error:
            stopped(error, Stop.EXIT)
        except BaseException as error:
            recorder.escapes(error)

    instrumentation.install()
    try:
        copy_context().run(watched)
    finally:
        instrumentation.uninstall()
        forget_context(recorder)
    recorder.record_request(environ)
    tell_of_kept_back(recorder)
    response = exchange.finish()
    if suggestions:
        _diagnose(recorder)
    return Run(
        steps=recorder.steps,
        response=response,
        exception=recorder.exception,
        explanation=recorder.explanation,
        json_read=bool(body) and json_was_read(recorder),
    )


def _diagnose(recorder: Recorder) -> None:
    """Add to a match without a winner what would have matched. The request is over: converters may run."""
    explanation, place = recorder.explanation, recorder.match_place
    if explanation is None or place is None or explanation.error is None:
        return
    place_of = partial(recorder.sources.view_place, recorder.app.view_functions)
    steps = recorder.steps.all_at(place)
    recorder.steps.fill_with(
        place,
        tuple(
            with_diagnosis(step, explanation, place_of) if isinstance(step, MatchStep) else step
            for step in steps
        ),
    )


class _Exchange:
    """One WSGI call, and the reading of its body."""

    def __init__(self, app: Any, environ: WSGIEnvironment, recorder: Recorder) -> None:
        self._app = app
        self._environ = environ
        self._recorder = recorder
        self._chunks: list[bytes] = []
        self._size = 0
        self._status = ""
        self._headers: Pairs = ()
        self._place: int | None = None
        self._truncated = False
        self._complete = False

    def go(self) -> None:
        body = self._app(self._environ, self._start_response)
        try:
            if self._recorder.streams:
                self._read_stream(body)
            else:
                self._read(body)
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()

    def finish(self) -> SentResponse | None:
        """Fill the response step, now that the end is known."""
        if self._place is None:
            return None
        status, reason_phrase = _status_line(self._status)
        response = SentResponse(
            status=status,
            reason_phrase=reason_phrase,
            headers=self._headers,
            body=b"".join(self._chunks),
            truncated=self._truncated,
            complete=self._complete,
        )
        step = ResponseStep(
            status=status,
            reason_phrase=reason_phrase,
            complete=self._complete,
            headers=self._recorder.origins.sent(self._headers),
        )
        self._recorder.steps.fill(self._place, step)
        return response

    def _start_response(self, status: str, headers: Any, _exc_info: Any = None) -> Callable[[bytes], None]:
        if self._place is None:
            self._place = self._recorder.steps.reserve()
        self._status, self._headers = status, tuple(headers)
        self._credit_the_rest()
        return self._take

    def _credit_the_rest(self) -> None:
        """Middleware that sees the headers last may add some that the app's own response did not have."""
        response = self._recorder.response
        if "wsgi_app" in vars(self._app) and hasattr(response, "get_wsgi_headers"):
            self._recorder.origins.note(
                response.get_wsgi_headers(self._environ), Origin(stage=Stage.RESPONSE)
            )
            self._recorder.origins.note(self._headers, Origin(stage=Stage.MIDDLEWARE))

    def _take(self, chunk: bytes) -> None:
        room = BODY_LIMIT - self._size
        if len(chunk) > room:
            self._truncated = True
            chunk = chunk[:room]
        self._chunks.append(chunk)
        self._size += len(chunk)

    def _read(self, body: Any) -> None:
        for chunk in body:
            self._take(chunk)
            if self._truncated:
                return
        self._complete = True

    def _read_stream(self, body: Any) -> None:
        """Read a body that is made while it is read; a step tells so, unless nothing was asked of it."""
        steps = self._recorder.steps
        place = steps.reserve()
        raised = None
        try:
            self._read(body)
        except Exception as error:
            raised = self._recorder.sources.raised(error)
            raise
        finally:
            if self._chunks or raised or not self._complete:
                steps.fill(place, StreamStep(chunks=len(self._chunks), size=self._size, raised=raised))


def _status_line(line: str) -> tuple[int, str]:
    """Split "404 NOT FOUND" into 404 and "NOT FOUND"; a status without a number is 0."""
    number, _, reason_phrase = line.partition(" ")
    return (int(number), reason_phrase) if number.isdigit() else (0, line)
