"""Run one request through an app, from its environ to the last byte of the body, with the recorder watching.

It knows WSGI and limits; what the stages mean is the recorder's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import copy_context
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

from routelab.messages import SendOptions
from routelab.reaching import reach_of
from routelab.stopping import LimitReached, time_limit
from routelab.tracing.facts import Escaped, Note
from routelab.tracing.not_run import NotRun
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.middleware import MiddlewareStep
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.trace import SentResponse
from routelab.tracing.watching.contexts import forget_context, json_was_read
from routelab.tracing.watching.exchange import WsgiExchange
from routelab.tracing.watching.forwarded import notes_on_forwarding
from routelab.tracing.watching.instrumentation import Instrumentation
from routelab.tracing.watching.logs import LOGGING, Logs
from routelab.tracing.watching.loop import tell_of_kept_back
from routelab.tracing.watching.made_in_view import tell_of_aborts
from routelab.tracing.watching.match_steps import with_candidates, with_diagnosis
from routelab.tracing.watching.middleware import (
    callable_by_itself,
    layers_before,
    name_of,
    other_apps,
    watched_calls,
)
from routelab.tracing.watching.notes import NotesTaken
from routelab.tracing.watching.printing import Printed
from routelab.tracing.watching.rebound_views import tell_of_rebound
from routelab.tracing.watching.recorder import Recorder, current
from routelab.tracing.watching.redirect_target import tell_of_target
from routelab.tracing.watching.request_step import NO_SETTINGS, FromSettings
from routelab.tracing.watching.sending import SENDING
from routelab.tracing.watching.sought_files import missed_in, tell_of_files
from routelab.tracing.watching.sources import Sources
from routelab.tracing.watching.step_recorder import StepRecorder
from routelab.tracing.watching.template_steps import tell_of_templates
from routelab.tracing.watching.unrun import not_run

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from routelab.routing.explanation import MatchExplanation

JUDGING_LIMIT = 0.4  # seconds: a converter of the app's own may do anything, and nobody waits for it
_NOT_JUDGED = Note(
    code="rules_not_judged",
    text="the other rules were not held against the request: a converter of the app failed or took too long",
)


class Run(NamedTuple):
    """What came of a request. `json_read`: the app asked for the JSON in the body.

    Steps that are told later may add to the notes when they are told.
    """

    steps: StepRecorder
    response: SentResponse | None
    exception: Escaped | None
    explanation: MatchExplanation | None
    notes: NotesTaken
    json_read: bool
    not_run: tuple[NotRun, ...] = ()


def run(
    instrumentation: Instrumentation,
    environ: WSGIEnvironment,
    body: bytes,
    options: SendOptions,
    *,
    settings: FromSettings = NO_SETTINGS,
    calling: Callable[[StepRecorder], None] | None = None,
    owning: Callable[[int | None], None] | None = None,
) -> Run:
    """Send `environ` to the app of `instrumentation`; whatever the app does, a Run comes back.

    `calling` is called before each callable of the app: it may be the last that is heard of this request.
    `owning` is told the place of the step to which belongs what is written past `sys.stdout` from then on.
    The app runs in a copy of the context, so that what a stopped request leaves behind ends with it.
    """
    printed = Printed()
    recorder = Recorder(
        instrumentation,
        printed,
        body=body,
        settings=settings,
        options=options,
        calling=calling,
        owning=owning,
    )
    exchange = WsgiExchange(instrumentation.app, environ, recorder)

    def stopped(error: BaseException, reason: Stop) -> None:
        frames = instrumentation.sources.frames(error)
        step = StoppedStep(
            reason=reason,
            seconds=options.seconds if reason is Stop.LIMIT else None,
            frame=frames[-1] if frames else None,
        )
        recorder.steps.add(step)

    def watched() -> None:
        current.set(recorder)
        try:
            with printed, time_limit(options.seconds):
                _go(recorder, exchange)
        except LimitReached as error:
            stopped(error, Stop.LIMIT)
        except KeyboardInterrupt as error:
            stopped(error, Stop.INTERRUPT)
        except SystemExit as error:
            stopped(error, Stop.EXIT)
        except BaseException as error:
            recorder.escapes(error)

    environ["wsgi.errors"] = recorder.logs.stream
    instrumentation.install()
    LOGGING.install(_logs_of_this_context)
    SENDING.install(_missed_in_this_context)
    try:
        copy_context().run(watched)
    finally:
        SENDING.uninstall()
        LOGGING.uninstall()
        instrumentation.uninstall()
        forget_context(recorder)
    response, missing = _tell_the_rest(recorder, exchange, environ)
    exchange.forget()
    recorder.forget()
    return Run(
        steps=recorder.steps,
        response=response,
        exception=recorder.exception,
        explanation=recorder.explanation,
        notes=recorder.notes,
        json_read=bool(body) and json_was_read(recorder),
        not_run=missing,
    )


def _tell_the_rest(
    recorder: Recorder, exchange: WsgiExchange, environ: WSGIEnvironment
) -> tuple[SentResponse | None, tuple[NotRun, ...]]:
    """Note what is known only when the request is over; return what was sent, and what did not run."""
    recorder.logs.finish()
    recorder.notes.add(*_notes_of_debuggers(recorder.printed, recorder.sources))
    recorder.record_request(environ)
    with recorder.guard("a response that was not returned"):
        tell_of_kept_back(recorder)
    with recorder.guard("what became of abort"):
        tell_of_aborts(recorder)
    with recorder.guard("what else is known of its templates"):
        tell_of_templates(recorder)
    with recorder.guard("what else has the name of a file"):
        tell_of_files(recorder)
    response = exchange.finish()
    status = None if response is None else response.status
    with recorder.guard("what a proxy in front said"):
        arrived = environ if recorder.context is None else recorder.context.request.environ
        recorder.notes.add(*notes_on_forwarding(arrived, response))
    with recorder.guard("what was read of the request's body"):
        recorder.record_reads(status)
    with recorder.guard("what else has the view's name"):
        tell_of_rebound(recorder)
    with recorder.guard("the rules that did not win"):
        _judge_rules(recorder)
    missing: tuple[NotRun, ...] = ()
    with recorder.guard("where the redirect leads"):
        tell_of_target(recorder, status)
    with recorder.guard("what did not run"):
        missing = not_run(recorder, status)
    return response, missing


def _notes_of_debuggers(printed: Printed, sources: Sources) -> Iterator[Note]:
    for filename, line, function in printed.debuggers:
        file = sources.own_file(filename)
        where = f"{function} at {file or filename}:{line}"
        text = (
            f"breakpoint() or pdb stopped the request in {where}: a server would wait there for its "
            "terminal; nobody can answer here, so the request went on as after the command continue"
        )
        yield Note(code="breakpoint", text=text, file=file, line=line if file else None)


def _missed_in_this_context(frame: FrameType) -> None:
    recorder = current.get()
    if recorder is not None:
        with recorder.guard("which file was looked for"):
            recorder.missed_file = missed_in(frame, recorder.sources)


def _logs_of_this_context() -> Logs | None:
    recorder = current.get()
    return None if recorder is None else recorder.logs


def _go(recorder: Recorder, exchange: WsgiExchange) -> None:
    """Call the app; note what stands before it, and which other app that gave the request to."""
    layers: tuple[Any, ...] = ()
    with recorder.guard("the middleware"):
        layers = layers_before(recorder.app)
    if not layers:
        exchange.go()
        return
    places = [recorder.steps.reserve() for _ in layers]
    called: list[str] = []
    try:
        with watched_calls(tuple(other_apps(recorder.app)), lambda app: called.append(str(app.name))):
            exchange.go()
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


def _judge_rules(recorder: Recorder) -> None:
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
    views = recorder.app.view_functions
    place_of = partial(recorder.sources.view_place, views)
    lines_of = partial(recorder.sources.view_lines, views)
    explanation.reach, explanation.host = reach_of(recorder.app), _host_of(recorder)
    judged = step

    def judge() -> None:
        nonlocal judged
        if _has_own_converters(recorder.app):
            recorder.app.app_context().push()  # and no pop, so that no teardown runs
        judged = with_candidates(step, explanation, place_of, all_candidates=recorder.options.all_candidates)
        if recorder.options.suggestions and explanation.error is not None:
            judged = with_diagnosis(judged, explanation, place_of, lines_of)

    try:
        with time_limit(JUDGING_LIMIT):
            copy_context().run(judge)
    except (LimitReached, Exception):
        recorder.notes.add(_NOT_JUDGED)
    recorder.steps.fill_with(place, (judged, *recorder.steps.all_at(place)[1:]))


def _host_of(recorder: Recorder) -> str | None:
    try:
        return str(recorder.context.request.host)
    except Exception:  # a request class of the app's own may do anything
        return None


def _has_own_converters(app: Any) -> bool:
    url_map = app.url_map
    return bool(url_map.converters != url_map.default_converters)
