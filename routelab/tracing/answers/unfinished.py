"""The answer where the app did not load, or the request was stopped.

It knows no other step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from routelab.tracing.answers.answer import Answer
from routelab.tracing.answers.spots import line_spot, with_mark
from routelab.tracing.phrases import called_name, capitalized, count
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.stopped import Stop, StoppedStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace


def not_loaded(trace: Trace) -> Answer | None:
    """Say why the app does not load, and which line that is about."""
    step = trace.first(LoadStep)
    if step is None:
        return None
    line = line_spot(step.file, step.line, step.source, step.unread)
    spot = None if line is None else with_mark(line, step.message)
    first, *causes = (_ended(text) for text in (step.headline, *map(capitalized, step.causes)))
    circle = (f"The imports go in a circle: {' -> '.join(step.chain)}.",) if step.chain else ()
    return Answer(cause=(first, *causes, *circle), spot=spot)


def _ended(text: str) -> str:
    """End a sentence, unless it is a question of Python's own: "Perhaps you forgot a comma?"."""
    return text if text.endswith("?") else f"{text.rstrip('.')}."


def stopped_verdict(step: StoppedStep) -> str:
    """Say how a request was stopped, in a few words."""
    match step.reason:
        case Stop.LIMIT:
            seconds = f"{step.seconds:g}"
            return f"stopped after {seconds} second" + ("" if seconds == "1" else "s")
        case Stop.INTERRUPT:
            return "stopped by Ctrl-C"
        case Stop.EXIT:
            return f"stopped by {step.raised or 'SystemExit'}"
        case Stop.MEMORY if step.memory is not None:
            return f"stopped at {count(step.memory, 'megabyte')} of memory"
        case Stop.MEMORY:
            return "stopped without memory"
        case Stop.ENDED:
            return "stopped: the app's process is gone"
    assert_never(step.reason)


def stopped(trace: Trace) -> Answer | None:
    """Say why a request was stopped, and where it was."""
    step = trace.first(StoppedStep)
    if step is None:
        return None
    frame = step.frame
    said = f"{capitalized(step.headline)}."
    if frame is None:
        inside = () if step.library is None else (f"It was in {called_name(step.library)}.",)
        return Answer(cause=(said, *inside))
    spot = line_spot(frame.file, frame.line, frame.source)
    at = f"It was at {frame.file}:{frame.line} in {called_name(frame.function)}."
    return Answer(cause=(said, at), spot=spot)
