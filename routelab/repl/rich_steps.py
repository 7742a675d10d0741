"""One step of a trace as a rich renderable, and as the one line that is left of it on a small screen.

It never prints, and knows nothing of the trace's other steps.
"""

from __future__ import annotations

from rich.console import RenderableType

from routelab.screen import rich_trace
from routelab.screen.text import on_one_line
from routelab.tracing import words
from routelab.tracing.records import Step, Trace


def step_view(trace: Trace, number: int, step: Step) -> RenderableType:
    """Show one step."""
    # The screen has no public name for one step alone.
    return rich_trace.Labelled(number, label_of(step), *rich_trace._content(trace, step))


def folded(number: int, step: Step) -> str:
    """Return a step on one line, for a screen that has no room for it."""
    return f"{number:>2} {label_of(step):<11} {on_one_line(words.headline(step))}"


def label_of(step: Step) -> str:
    """Return the step's label on the screen."""
    kind = words.kind(step)
    return rich_trace._LABELS.get(kind, kind)
