"""Run one request through an app, from its environ to the last byte of the body, with the recorder watching.

It knows WSGI and limits; what the stages mean is the recorder's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from routelab.reaching import reach_of
from routelab.stopping import LimitReached, time_limit
from routelab.tracing.facts import NOWHERE, Escaped, Note, Pairs, Place
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.middleware import MiddlewareStep
from routelab.tracing.steps.response import Origin, ResponseStep, Stage
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.steps.stream import StreamStep
from routelab.tracing.trace import SentResponse
from routelab.tracing.watching.contexts import forget_context, json_was_read
from routelab.tracing.watching.instrumentation import Instrumentation
from routelab.tracing.watching.loop import tell_of_kept_back
from routelab.tracing.watching.match_steps import with_candidates, with_diagnosis
from routelab.tracing.watching.middleware import (
    callable_by_itself,
    layers_before,
    name_of,
    other_apps,
    watched_calls,
)
from routelab.tracing.watching.printing import Printed
from routelab.tracing.watching.recorder import Recorder, current
from routelab.tracing.watching.sources import Sources
from routelab.tracing.watching.step_recorder import StepRecorder
from routelab.tracing.watching.values import short_repr

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from routelab.routing.explanation import MatchExplanation

JUDGING_LIMIT = 0.4  # seconds: a converter of the app's own may do anything, and nobody waits for it
_NOT_JUDGED = Note(
    code="rules_not_judged",
    text="the other rules were not held against the request: a converter of the app failed or took too long",
)
BODY_LIMIT = 16 * 1024 * 1024  # bytes; an endless generator must end somewhere


class Run(NamedTuple):
    """What came of a request. `json_read`: the app asked for the JSON in the body."""

    steps: StepRecorder
    response: SentResponse | None
    exception: Escaped | None
    explanation: MatchExplanation | None
    notes: tuple[Note, ...]
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
            with printed, watching_middleware(recorder), time_limit(seconds):
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
    _judge_rules(recorder, suggestions=suggestions)
    return Run(
        steps=recorder.steps,
        response=response,
        exception=recorder.exception,
        explanation=recorder.explanation,
        notes=recorder.notes,
        json_read=bool(body) and json_was_read(recorder),
    )


@contextmanager
def watching_middleware(recorder: Recorder) -> Iterator[None]:
    """Note what stands before the app, and which other app it gave the request to."""
    layers = layers_before(recorder.app)
    if not layers:
        yield
        return
    places = [recorder.steps.reserve() for _ in layers]
    called: list[str] = []
    try:
        with watched_calls(tuple(other_apps(recorder.app)), lambda app: called.append(str(app.name))):
            yield
    finally:
        reached = recorder.context is not None
        for number, (place, layer) in enumerate(zip(places, layers, strict=True)):
            innermost = number == len(layers) - 1
            step = MiddlewareStep(
                name=name_of(layer),
                place=recorder.sources.place(type(layer) if not callable_by_itself(layer) else layer),
                answered=innermost and not reached,
                called=called[0] if innermost and called else None,
            )
            recorder.steps.fill(place, step)


def _judge_rules(recorder: Recorder, *, suggestions: bool) -> None:
    """Judge the rules of the match, and ask the router what would have matched where nothing did.

    The request is over: what converters of the app's own do now changes no answer. A converter that takes
    too long, or fails, leaves the step without candidates.
    """
    explanation, place = recorder.explanation, recorder.match_place
    if explanation is None or place is None:
        return
    step = recorder.steps.at(place)
    if not isinstance(step, MatchStep):
        return
    place_of = partial(recorder.sources.view_place, recorder.app.view_functions)
    explanation.reach, explanation.host = reach_of(recorder.app), _host_of(recorder)
    judged = step

    def judge() -> None:
        nonlocal judged
        if _has_own_converters(recorder.app):
            recorder.app.app_context().push()  # and no pop, so that no teardown runs
        judged = with_candidates(step, explanation, place_of, all_candidates=recorder.all_candidates)
        if suggestions and explanation.error is not None:
            judged = with_diagnosis(judged, explanation, place_of)

    try:
        with time_limit(JUDGING_LIMIT):
            copy_context().run(judge)
    except (LimitReached, Exception):
        recorder.notes += (_NOT_JUDGED,)
    recorder.steps.fill_with(place, (judged, *recorder.steps.all_at(place)[1:]))


def _host_of(recorder: Recorder) -> str | None:
    try:
        return str(recorder.context.request.host)
    except Exception:  # a request class of the app's own may do anything
        return None


def _has_own_converters(app: Any) -> bool:
    url_map = app.url_map
    return bool(url_map.converters != url_map.default_converters)


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
        _check_as_servers_do(status, headers)
        if self._place is None:
            self._place = self._recorder.steps.reserve()
        self._status, self._headers = status, tuple(headers)
        self._credit_the_rest()
        return self._take

    def _credit_the_rest(self) -> None:
        """Middleware that sees the headers last may add some that the app's own response did not have."""
        layers = layers_before(self._app)
        if not layers:
            return
        response, origins = self._recorder.response, self._recorder.origins
        if hasattr(response, "get_wsgi_headers"):
            origins.note(response.get_wsgi_headers(self._environ), Origin(stage=Stage.RESPONSE))
        who = Place(function=name_of(layers[0])) if len(layers) == 1 else NOWHERE
        origins.note(self._headers, Origin(stage=Stage.MIDDLEWARE, place=who))

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


def _check_as_servers_do(status: Any, headers: Any) -> None:
    """Refuse what a WSGI server refuses (PEP 3333): the error is raised in the app that calls."""
    if not isinstance(status, str):
        raise TypeError(f"start_response wants the status as a str, and was given {short_repr(status)}")
    for header in headers:
        if not (isinstance(header, tuple) and len(header) == 2 and all(type(part) is str for part in header)):
            raise TypeError(
                f"start_response wants each header as a pair of str, and was given {short_repr(header)}"
            )


def _status_line(line: str) -> tuple[int, str]:
    """Split "404 NOT FOUND" into 404 and "NOT FOUND"; a status without a number is 0."""
    number, _, reason_phrase = line.partition(" ")
    return (int(number), reason_phrase) if number.isdigit() else (0, line)
