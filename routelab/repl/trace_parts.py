"""The parts of a trace that a reply shows: which steps they are, and which notes.

It chooses by the lesson's `show`; how a step looks is the business of `screen`.
"""

from __future__ import annotations

from routelab.routing.outcome import Outcome
from routelab.screen.selection import Selection, select
from routelab.screen.showing import Showing, request_title
from routelab.screen.text import on_one_line
from routelab.session.reply import TraceShown
from routelab.tracing import words
from routelab.tracing.call_words import hook_decides
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

WHOLE = "full"  # the command word that shows all of a trace


def chosen(trace: Trace, item: TraceShown) -> Selection:
    """Choose steps: all, those of the kinds asked for, or the screen's own choice; a failure's always."""
    if item.full or not item.show:
        return select(trace, verbose=item.full)
    steps = [step for step in trace.steps if words.kind(step) in item.show or _decided_failure(step)]
    return Selection(steps=tuple(enumerate(steps, start=1)), total=len(trace.steps))


def showing_for(trace: Trace, item: TraceShown) -> Showing:
    """Show one of the reply's traces; the prompt itself says which app it is of.

    A page may ask for what a note about the app's file would give away, so in a lesson those wait for `full`.
    """
    hidden = bool(item.show) and not item.full
    return Showing(
        title=request_title(trace),
        selection=chosen(trace, item),
        notes=tuple(
            on_one_line(note.text) for note in trace.telling_notes if note.file is None or not hidden
        ),
        everything=item.full,
        whole=WHOLE,
    )


def _decided_failure(step: Step) -> bool:
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
