"""One step of a trace as a rich renderable, and as the one line that is left of it on a small screen.

It never prints, and knows nothing of the trace's other steps.
"""

from __future__ import annotations

from rich.console import RenderableType

from routelab.screen.rich_trace import Labelled, label_of, step_content
from routelab.screen.text import on_one_line
from routelab.tracing import words
from routelab.tracing.records import Step, Trace


def step_view(trace: Trace, number: int, step: Step, *, everything: bool = False) -> RenderableType:
    """Show one step; `everything` shows also rules that neither fit nor were looked at."""
    content = step_content(trace, step, everything=everything)
    return Labelled(number, label_of(step), *content)


def folded(number: int, step: Step) -> str:
    """Return a step on one line, for a screen that has no room for it."""
    return f"{number:>2} {label_of(step):<11} {on_one_line(words.headline(step))}"
