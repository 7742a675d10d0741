"""Run one request through an app, from its environ to the last byte of the body, with the recorder watching.

It knows WSGI and limits; what the stages mean is the recorder's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from routelab.stopping import LimitReached, time_limit
from routelab.tracing.context_stages import forget_context, json_was_read
from routelab.tracing.loop_stages import tell_of_kept_back
from routelab.tracing.origins import Ledger
from routelab.tracing.printing import Printed
from routelab.tracing.recorder import Recorder, current
from routelab.tracing.records import (
    Escaped,
    Origin,
    Pairs,
    Response,
    ResponseStep,
    Stage,
    Step,
    Stop,
    StoppedStep,
    StreamStep,
)
from routelab.tracing.shadows import Shadows
from routelab.tracing.sources import Sources

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from routelab.routing.explanation import MatchExplanation

BODY_LIMIT = 16 * 1024 * 1024  # bytes; an endless generator must end somewhere


class Run(NamedTuple):
    """What came of a request. `explanation` is live: ask it for suggestions before the app changes.

    `json_read`: the app asked for the JSON in the body.
    """

    steps: Sequence[Step]
    response: Response | None
    exception: Escaped | None
    explanation: MatchExplanation | None
    json_read: bool


def run(
    shadows: Shadows,
    environ: WSGIEnvironment,
    body: bytes,
    sources: Sources,
    *,
    seconds: float | None,
    all_candidates: bool = False,
) -> Run:
    """Send `environ` to the app of `shadows`; whatever the app does, a Run comes back.

    The app runs in a copy of the context, so that what a stopped request leaves behind ends with it.
    """
    printed = Printed()
    recorder = Recorder(shadows, sources, printed, body=body, all_candidates=all_candidates)
    exchange = _Exchange(shadows.app, environ, recorder)

    def watched() -> None:
        current.set(recorder)
        try:
            with printed, time_limit(seconds):
                exchange.go()
        except LimitReached:
            recorder.tape.add(StoppedStep(reason=Stop.LIMIT, seconds=seconds))
        except KeyboardInterrupt:
            recorder.tape.add(StoppedStep(reason=Stop.INTERRUPT))
        except SystemExit:
            recorder.tape.add(StoppedStep(reason=Stop.EXIT))
        except Exception as error:
            recorder.escapes(error)

    shadows.put_on()
    try:
        copy_context().run(watched)
    finally:
        shadows.take_off()
        forget_context(recorder)
    recorder.arrives(environ)
    tell_of_kept_back(recorder)
    response = exchange.finish()
    steps = recorder.tape.steps()
    shadows.keep(steps)
    return Run(
        steps=steps,
        response=response,
        exception=recorder.exception,
        explanation=recorder.explanation,
        json_read=bool(body) and json_was_read(recorder),
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

    def finish(self) -> Response | None:
        """Fill the response step, now that the end is known."""
        if self._place is None:
            return None
        status, reason_phrase = _status_line(self._status)
        response = Response(
            status=status,
            reason_phrase=reason_phrase,
            headers=self._headers,
            body=b"".join(self._chunks),
            truncated=self._truncated,
            complete=self._complete,
        )
        tell = partial(_response_steps, response, self._recorder.ledger)
        self._recorder.tape.fill_when_read(self._place, tell)
        return response

    def _start_response(self, status: str, headers: Any, _exc_info: Any = None) -> Callable[[bytes], None]:
        if self._place is None:
            self._place = self._recorder.tape.reserve()
        self._status, self._headers = status, tuple(headers)
        self._credit_the_rest()
        return self._take

    def _credit_the_rest(self) -> None:
        """Middleware that sees the headers last may add some that the app's own response did not have."""
        response = self._recorder.response
        if "wsgi_app" in vars(self._app) and hasattr(response, "get_wsgi_headers"):
            self._recorder.ledger.note(response.get_wsgi_headers(self._environ), Origin(stage=Stage.RESPONSE))
            self._recorder.ledger.note(self._headers, Origin(stage=Stage.MIDDLEWARE))

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
        tape = self._recorder.tape
        place = tape.reserve()
        raised = None
        try:
            self._read(body)
        except Exception as error:
            raised = self._recorder.sources.raised(error)
            raise
        finally:
            if self._chunks or raised or not self._complete:
                tape.fill(place, StreamStep(chunks=len(self._chunks), size=self._size, raised=raised))


def _response_steps(response: Response, ledger: Ledger) -> tuple[ResponseStep]:
    """Make the one step that tells what left the app, and where each header came from."""
    step = ResponseStep(
        status=response.status,
        reason_phrase=response.reason_phrase,
        complete=response.complete,
        headers=ledger.sent(response.headers),
    )
    return (step,)


def _status_line(line: str) -> tuple[int, str]:
    """Split "404 NOT FOUND" into 404 and "NOT FOUND"; a status without a number is 0."""
    number, _, reason_phrase = line.partition(" ")
    return (int(number), reason_phrase) if number.isdigit() else (0, line)
