"""Run one request through an app, from its environ to the last byte of the body, with the recorder watching.

It knows WSGI and limits; what the stages mean is the recorder's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import copy_context
from types import FrameType
from typing import TYPE_CHECKING

from routelab.messages import SendOptions
from routelab.stopping import ENDS_A_REQUEST, LimitReached, time_limit
from routelab.tracing.facts import Frame, Note
from routelab.tracing.not_run import NotRun
from routelab.tracing.ourframes import shows_ours
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.trace import SentResponse
from routelab.tracing.watching.contexts import forget_context, json_was_read
from routelab.tracing.watching.exceptions.tracebacks import raised_by_a_statement
from routelab.tracing.watching.exchange import WsgiExchange
from routelab.tracing.watching.forwarded import REDIRECTS, notes_on_forwarding, tell_of_target
from routelab.tracing.watching.instrumentation import Instrumentation
from routelab.tracing.watching.judging import has_own_converters, judge_rules
from routelab.tracing.watching.listening import NOBODY, Listener, Run
from routelab.tracing.watching.logs import LOGGING, Logs
from routelab.tracing.watching.middleware_steps import call_through_middleware
from routelab.tracing.watching.printing import notes_on_printing
from routelab.tracing.watching.recorder import Recorder, current
from routelab.tracing.watching.request_step import FromSettings
from routelab.tracing.watching.sought_files import SENDING, missed_in
from routelab.tracing.watching.unrun import not_run

_FRAMES_IN_BODY = (
    "the app wrote the stack into its response, and it has frames of routelab's own, which are there only "
    "while routelab runs the app"
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def run(
    instrumentation: Instrumentation,
    environ: WSGIEnvironment,
    body: bytes,
    options: SendOptions,
    *,
    settings: FromSettings,
    listener: Listener = NOBODY,
) -> Run:
    """Send `environ` to the app of `instrumentation`; whatever the app does, a Run comes back.

    The app runs in a copy of the context, so that what a stopped request leaves behind ends with it.
    """
    recorder = Recorder(
        instrumentation.watched_app, body=body, settings=settings, options=options, listener=listener
    )
    exchange = WsgiExchange(recorder.app, environ, recorder)
    _call_watched(instrumentation, recorder, exchange)
    response, missing = _tell_the_rest(recorder, exchange)
    result = Run(
        steps=recorder.steps,
        response=response,
        exception=recorder.exceptions.escaped,
        explanation=recorder.routed.explanation,
        notes=recorder.notes,
        json_read=bool(body) and json_was_read(recorder),
        not_run=missing,
    )
    if (
        recorder.routed.place is not None
        and has_own_converters(recorder.app)
        and listener.answered is not None
    ):
        listener.answered(result)
    with recorder.guard("the rules that did not win"):
        judge_rules(recorder)
    exchange.forget()
    recorder.forget()
    return result


def _call_watched(instrumentation: Instrumentation, recorder: Recorder, exchange: WsgiExchange) -> None:
    """Call the app with what watches in place: on itself, on its logs, on the functions that send files."""
    exchange.environ["wsgi.errors"] = recorder.logs.servers_stream()
    instrumentation.install()
    LOGGING.install(_logs_of_this_context)
    SENDING.install(_missed_in_this_context)
    try:
        copy_context().run(_call, recorder, exchange)
    finally:
        SENDING.uninstall()
        LOGGING.uninstall()
        instrumentation.uninstall()
        forget_context(recorder)


def _call(recorder: Recorder, exchange: WsgiExchange) -> None:
    """Call the app within its limit; whatever ends it is noted, and goes no further."""
    current.set(recorder)
    try:
        with recorder.printed, time_limit(recorder.options.seconds):
            call_through_middleware(recorder, exchange)
    except ENDS_A_REQUEST as error:
        frames = recorder.sources.frames(error)
        step = stopped_step(error, frames, recorder.options.seconds).replace(begun=exchange.head_is_out)
        recorder.steps.add(step if frames else step.replace(library=recorder.sources.library_function(error)))
    except BaseException as error:
        recorder.exceptions.escapes(error)


def stopped_step(error: BaseException, frames: Sequence[Frame], seconds: float | None) -> StoppedStep:
    """Tell by what came out of something what ended it: a limit of `seconds`, Ctrl-C, or its own code."""
    frame = frames[-1] if frames else None
    if isinstance(error, LimitReached):
        return StoppedStep(reason=Stop.LIMIT, seconds=seconds, frame=frame)
    if isinstance(error, KeyboardInterrupt) and not raised_by_a_statement(error):
        return StoppedStep(reason=Stop.INTERRUPT, frame=frame)
    return StoppedStep(reason=Stop.EXIT, frame=frame, raised=type(error).__name__)


def _tell_the_rest(
    recorder: Recorder, exchange: WsgiExchange
) -> tuple[SentResponse | None, tuple[NotRun, ...]]:
    """Note what is known only when the request is over; return what was sent, and what did not run."""
    recorder.notes.add(*recorder.logs.finish())
    if recorder.printed.has_more:
        with recorder.guard("what was printed"):
            recorder.notes.add(*notes_on_printing(recorder.printed, recorder.sources))
    recorder.arrival.record(exchange.environ)
    for what, tell in tuple(recorder.ends.items()):
        with recorder.guard(what):
            tell(recorder)
    response = exchange.finish()
    status = None if response is None else response.status
    with recorder.guard("what was asked of the request"):
        recorder.arrival.record_asked(status, recorder.app.view_functions.get(recorder.routed.endpoint))
    if response is not None and status in REDIRECTS:
        with recorder.guard("what a proxy in front said"):
            arrived = exchange.environ if recorder.context is None else recorder.context.request.environ
            recorder.notes.add(*notes_on_forwarding(arrived, response))
        with recorder.guard("where the redirect leads"):
            tell_of_target(recorder)
    if response is not None and shows_ours(response.body):
        recorder.notes.add(Note(code="frames_in_body", text=_FRAMES_IN_BODY))
    missing: tuple[NotRun, ...] = ()
    with recorder.guard("what did not run"):
        missing = not_run(recorder, status)
    return response, missing


def _missed_in_this_context(frame: FrameType) -> None:
    recorder = current.get()
    if recorder is not None:
        with recorder.guard("which file was looked for"):
            recorder.missed_file = missed_in(frame, recorder.sources)


def _logs_of_this_context() -> Logs | None:
    recorder = current.get()
    return None if recorder is None else recorder.logs
