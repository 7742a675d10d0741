"""What came of a request, and who is told of it while it runs.

It knows how neither is found out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from routelab.record import Record
from routelab.tracing.facts import Escaped
from routelab.tracing.not_run import NotRun
from routelab.tracing.trace import SentResponse
from routelab.tracing.watching.recorded import NotesTaken
from routelab.tracing.watching.step_recorder import StepRecorder

if TYPE_CHECKING:
    from routelab.routing.explanation import MatchExplanation


class Run(Record):
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


class Listener(NamedTuple):
    """Who is told of a request while it runs, where anybody is.

    `calling` is told before each callable of the app's is called: that may be the last that is heard of it.
    `owning` is told the place of the step to which belongs what is written past `sys.stdout` from then on.
    `answered` is told all but how the other rules fared, where an app's own converters are asked for that.
    """

    calling: Callable[[StepRecorder], None] | None = None
    owning: Callable[[int | None], None] | None = None
    answered: Callable[[Run], None] | None = None


NOBODY = Listener()
