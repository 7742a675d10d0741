"""Steps to sentences, in the words of the design: one headline each, and details below it.

Pure functions, used by the JSON and by the screens alike; they know no style and no width.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import assert_never

from routelab.routing.candidate import Verdict
from routelab.tracing.call_words import (
    call_details,
    error_details,
    error_headline,
    hook_details,
    template_details,
    template_headline,
)
from routelab.tracing.load_words import cause_of_load
from routelab.tracing.match_words import converted, match_details, match_headline
from routelab.tracing.phrases import call, count, one_line, raised
from routelab.tracing.records import (
    AutomaticOptionsStep,
    ContextStep,
    ConvertersStep,
    ErrorStep,
    Event,
    HookStep,
    LoadStep,
    MakeResponseStep,
    MatchStep,
    Place,
    RequestStep,
    ResponseStep,
    SessionStep,
    Step,
    Stop,
    StoppedStep,
    StreamStep,
    TemplateStep,
    Trace,
    ViewStep,
)
from routelab.tracing.request_words import (
    request_details,
    request_headline,
    session_details,
    session_headline,
)
from routelab.tracing.response_words import made, made_details, response_headline


def kind(step: Step) -> str:
    """Return the step's word: "request", "make_response"."""
    match step:
        case RequestStep():
            return "request"
        case ContextStep():
            return "context"
        case SessionStep():
            return "session"
        case MatchStep():
            return "match"
        case ConvertersStep():
            return "converters"
        case HookStep():
            return "hook"
        case ViewStep():
            return "view"
        case TemplateStep():
            return "template"
        case ErrorStep():
            return "error"
        case AutomaticOptionsStep():
            return "automatic_options"
        case MakeResponseStep():
            return "make_response"
        case StreamStep():
            return "stream"
        case StoppedStep():
            return "stopped"
        case ResponseStep():
            return "response"
        case LoadStep():
            return "load"
    assert_never(step)


def headline(step: Step) -> str:
    """Say in one line what happened: "/user/<name>  ->  show_user"."""
    match step:
        case RequestStep():
            return request_headline(step)
        case ContextStep(event=Event.PUSH):
            return "pushed: request, session, g and current_app now stand for this request"
        case ContextStep():
            return "popped: request, session, g and current_app are gone"
        case SessionStep():
            return session_headline(step)
        case MatchStep():
            return match_headline(step)
        case ConvertersStep():
            return ", ".join(converted(value) for value in step.values)
        case HookStep():
            owner = f" of blueprint {step.blueprint}" if step.blueprint else ""
            return f"{step.when.value} {step.call.place.function}{owner}"
        case ViewStep():
            return call(step.call) + (", Flask's own view for files" if step.builtin else "")
        case TemplateStep():
            return template_headline(step)
        case ErrorStep():
            return error_headline(step)
        case AutomaticOptionsStep():
            return "no view ran: Flask itself answers OPTIONS, from the methods that the path's rules take"
        case MakeResponseStep():
            return made(step)
        case StreamStep():
            return f"the body was read in {count(step.chunks, 'piece')}, {count(step.size, 'byte')} in all"
        case StoppedStep():
            return _stopped(step)
        case ResponseStep():
            return response_headline(step)
        case LoadStep():
            return f"{step.exception}: {one_line(step.message)}"
    assert_never(step)


def details(step: Step) -> Iterator[str]:
    """Say what else is worth a line below the headline."""
    match step:
        case RequestStep():
            yield from request_details(step)
        case SessionStep():
            yield from session_details(step)
        case MatchStep():
            yield from match_details(step)
        case ViewStep():
            yield from call_details(step.call)
        case HookStep():
            yield from hook_details(step)
        case TemplateStep():
            yield from template_details(step)
        case ErrorStep():
            yield from error_details(step)
        case MakeResponseStep():
            yield from made_details(step)
        case StreamStep():
            if step.raised:
                yield raised(step.raised)
        case LoadStep():
            yield from _load_details(step)
        case ConvertersStep() | ContextStep() | AutomaticOptionsStep() | StoppedStep() | ResponseStep():
            return


def place(step: Step) -> Place:
    """Return where the code of a step stands, so far as it is the learner's."""
    match step:
        case ViewStep() | HookStep():
            return step.call.place
        case ErrorStep() if step.handler:
            return step.handler.place
        case LoadStep():
            return Place(file=step.file, line=step.line)
        case MatchStep() if step.raised:
            return Place(file=step.raised.file, line=step.raised.line)
        case MatchStep():
            return next(
                (it.place for it in step.candidates if it.candidate.verdict is Verdict.MATCH), Place()
            )
        case _:
            return Place()


def hop(trace: Trace) -> str:
    """Say in one line where a request was sent on to: "GET /old  302 FOUND  ->  /new"."""
    query = f"?{trace.request.query_string}" if trace.request.query_string else ""
    asked = f"{trace.request.method} {trace.request.path}{query}"
    response = trace.response
    if response is None:
        return f"{asked}  no response"
    return f"{asked}  {response.status} {response.reason_phrase}  ->  {response.header('Location')}"


def way_out(trace: Trace) -> Iterator[str]:
    """Say what escaped the app where no response came, and by which of the learner's lines an exception came.

    One line alone is left out: the step that raised it names it already.
    """
    escaped = trace.exception
    if escaped is None:
        return
    if trace.response is None:
        yield f"No response: {escaped.type} went out of the app: {one_line(escaped.message)}"
    if len(escaped.frames) > 1:
        yield f"The way of {escaped.type} through your code:"
        for frame, same in groupby(escaped.frames):
            yield f"  {frame.file}:{frame.line} in {frame.function}: {frame.source}"
            if len(list(same)) > 1:
                yield "  the same line again and again"


def _stopped(step: StoppedStep) -> str:
    match step.reason:
        case Stop.LIMIT:
            return f"the time limit of {step.seconds:g} seconds was reached"
        case Stop.INTERRUPT:
            return "Ctrl-C ended the request"
        case Stop.EXIT:
            return "the code called sys.exit, which would end a server"
    assert_never(step.reason)


def _load_details(step: LoadStep) -> Iterator[str]:
    if step.source:
        yield f"the line: {step.source}"
    yield from cause_of_load(step)
    if step.chain:
        yield f"imports that go in a circle: {' -> '.join(step.chain)}"
    for frame in step.frames:
        yield f"{frame.file}:{frame.line} in {frame.function}: {frame.source}"
    if step.printed:
        yield f"printed {step.printed.rstrip()!r}"
