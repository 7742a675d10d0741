"""The parts of a trace that a reply shows: which steps they are, and what stands around them.

It chooses by the lesson's `show`; how a step looks is the business of `screen`.
"""

from __future__ import annotations

from routelab.routing.decision import Outcome
from routelab.screen.selection import Selection, select
from routelab.screen.text import body_text, on_one_line
from routelab.session.reply import TraceShown
from routelab.tracing import words
from routelab.tracing.call_words import hook_decides
from routelab.tracing.phrases import count
from routelab.tracing.records import (
    ErrorStep,
    HookStep,
    LoadStep,
    MakeResponseStep,
    MatchStep,
    SessionStep,
    Step,
    StoppedStep,
    StreamStep,
    TemplateStep,
    Trace,
    ViewStep,
)


def chosen(trace: Trace, item: TraceShown) -> Selection:
    """Choose steps: all, those of the kinds asked for, or the screen's own choice; a failure's always."""
    if item.full or not item.show:
        return select(trace, verbose=item.full)
    steps = [step for step in trace.steps if words.kind(step) in item.show or decided_failure(step)]
    return Selection(steps=tuple(enumerate(steps, start=1)), total=len(trace.steps))


def decided_failure(step: Step) -> bool:
    """Tell whether a step decided that the request would fail."""
    match step:
        case ErrorStep() | LoadStep() | StoppedStep():
            return True
        case MatchStep():
            return step.outcome is not Outcome.MATCHED
        case ViewStep() | HookStep():
            return step.call.raised is not None or (isinstance(step, HookStep) and hook_decides(step))
        case MakeResponseStep() | SessionStep() | TemplateStep() | StreamStep():
            return step.raised is not None
        case _:
            return False


def request_title(trace: Trace) -> str:
    """Name the request: "GET /status?full=1"."""
    query = f"?{trace.request.query_string}" if trace.request.query_string else ""
    return on_one_line(f"{trace.request.method} {trace.request.path}{query}")


def notes_of(trace: Trace, item: TraceShown) -> tuple[str, ...]:
    """Return what is noted beside the request.

    A page may ask for what a note about the app's file would give away, so in a lesson those wait for `full`.
    """
    hidden = bool(item.show) and not item.full
    return tuple(on_one_line(note.text) for note in trace.notes if note.file is None or not hidden)


def body_of(trace: Trace, *, whole: bool) -> str:
    """Return the body as people read it, "" where there is none."""
    if trace.response is None or not trace.response.body:
        return ""
    text = body_text(trace.response.body, trace.response.header("Content-Type") or "", whole=whole)
    return text.replace("; -v shows all", "; full shows all")


def shown_of(selection: Selection) -> str:
    """Say how much of the trace is on the screen."""
    return f"{len(selection.steps)} of {count(selection.total, 'step')} shown; full shows all."
