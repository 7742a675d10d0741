"""Findings on errors: who was not asked, what failed on its way, what answered before the app."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from routelab.routing.wording import listed
from routelab.tracing.findings.finding import Detected, failed, named
from routelab.tracing.not_run import Expected, Why
from routelab.tracing.phrases import (
    at_place,
    message_words,
    no_function_words,
    of_blueprint,
    sentence,
    wrapper_words,
)
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import TEARDOWNS, HookStep, When, processor_words
from routelab.tracing.steps.middleware import MiddlewareStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.stopped import Stop, StoppedStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace


def handler_not_asked(step: ErrorStep, _trace: Trace) -> Detected | None:
    """Find where there is a handler for the error, and it came where Flask does not ask that one."""
    if not step.unasked or step.handler is not None:
        return None
    first = step.unasked[0]
    who = f"{named(first.place)}{of_blueprint(first.blueprint)}"
    why = step.details[-len(step.unasked)].partition(" is not called: ")[2]
    return Detected(
        f"{step.exception} has the handler {who}, and it was not called: {why}.",
        {"exception": step.exception, "handler": first.place.function, "because": first.because.value},
    )


def let_out(step: ErrorStep, trace: Trace) -> Detected | None:
    """Find where a setting lets the exception out of the app, and there is a handler for a 500."""
    if not step.propagated or step.let_out_by is None:
        return None
    handlers = tuple(
        named(it.place)
        for it in trace.not_run
        if it.expected is Expected.ERRORHANDLER and it.why is Why.PROPAGATED
    )
    if not handlers:
        return None
    return Detected(
        f"{step.let_out_by} is on, so {step.exception} leaves the app, and {listed(handlers, 'and')} "
        "for a 500 is not called; without it, it is.",
        {"let_out_by": step.let_out_by},
    )


def handler_failed(step: ErrorStep, trace: Trace) -> Detected | None:
    """Find where an error handler raised an error of its own."""
    handler = step.handler
    if handler is None or handler.failure is None or handler.answered_by is not None:
        return None  # what a decorator around it did is told as that
    raised = handler.failure
    if (raised.type, raised.message) == (step.exception, step.message):
        return Detected(
            f"The handler {named(handler.place)} for {step.exception} raised the same error again.",
            {"handler": handler.place.function, "raised": raised.type},
        )
    instead = no_function_words(handler)
    if instead is not None:
        return Detected(
            f"What was registered for {step.exception} cannot be called: {instead}.",
            {"handler": handler.place.function, "raised": raised.type},
        )
    after = trace.steps[trace.steps.index(step) + 1 :]
    processor = processor_words(takewhile(lambda it: not isinstance(it, ErrorStep), after))
    if processor is not None and raised.type == TypeError.__name__:
        return Detected(
            f"The handler {named(handler.place)} for {step.exception} failed at its template: {processor}.",
            {"handler": handler.place.function, "raised": raised.type},
        )
    call = "" if handler.ran else " (a handler is called with the error, so it takes one argument)"
    return Detected(
        f"The handler {named(handler.place)} for {step.exception} "
        + sentence(f"raised an error itself{at_place(raised)}: {raised.type}: {message_words(raised)}{call}"),
        {"handler": handler.place.function, "raised": raised.type},
    )


def lost_on_the_way(step: ResponseStep, trace: Trace) -> Detected | None:
    """Find where the app had made a response, and an exception left it before anything was sent."""
    if not step.from_server or step.made is None or step.failed is None:
        return None
    if step.failed.raised is None:
        return None
    teardowns = (it for it in trace.each(HookStep) if it.when in TEARDOWNS)
    late = next((it for it in teardowns if it.call.failure == step.failed.raised), None)
    what = "what is raised" if late is None else f"what {late.when.value} {named(late.call.place)} raised"
    return Detected(
        # As the step says it, so that it is not said twice.
        f"The app had made {step.made}, which was not sent: {what} after the response was made is "
        "the server's 500, and no handler is called.",
        {"made": step.made, "raised": step.failed.raised.type},
    )


def hook_returned_nothing(step: HookStep, _trace: Trace) -> Detected | None:
    """Find where an after_request function did not return the response."""
    answered = step.call.answered_by
    if step.when is When.CONTEXT_PROCESSOR or step.wrong_result is None:
        return None
    who = f"{step.when.value} function {named(step.call.place)}"
    around = "" if answered is None else f"wrapper {wrapper_words(answered)} around the "
    return Detected(
        f"The {around}{who} returned {step.wrong_result}: it has to return the response.",
        {"function": step.call.place.function},
    )


def middleware_answered(step: MiddlewareStep, trace: Trace) -> Detected | None:
    """Find where middleware answered with an error, and the app was not asked."""
    if not step.answered or step.called is not None or step.raised is not None or not failed(trace):
        return None
    within = "" if step.is_apps_own else " in app.wsgi_app"
    return Detected(
        f"{step.name}{at_place(step.place)}{within} answered by itself, so none of this app's rules, "
        "views and handlers had a part in it.",
        {"middleware": step.name},
    )


def exit_called(step: StoppedStep, _trace: Trace) -> Detected | None:
    """Find where the code ended the whole program."""
    if step.reason is not Stop.EXIT:
        return None
    where = f" at {step.frame.file}:{step.frame.line}" if step.frame is not None else ""
    client = "the response breaks off there" if step.begun else "the client gets no response"
    instead = (
        "return ends a function that makes a body" if step.begun else "abort ends a request with a response"
    )
    return Detected(
        f"{step.raised_words}{where}: {client}, and a server of one thread ends with it. {instead}."
    )
