"""What a view makes on its way and may lose: a redirect that it does not return, an error that abort raised.

It notes them as they are made; whether they were lost is told when the request is over.
"""

from __future__ import annotations

import sys
from typing import Any

from routelab.tracing.steps.view import ViewStep
from routelab.tracing.watching.exceptions.raised import raised_of
from routelab.tracing.watching.recorded import MadeResponse
from routelab.tracing.watching.recorder import PendingCall, Recorder, StageWrapper, StandIn, guarded

REDIRECT, MAKE_RESPONSE = "redirect", "make_response"
UNRETURNED = "a response that was not returned"


def redirect(recorder: Recorder, stage: PendingCall) -> Any:
    """Keep a redirect that the view made: it may forget to return it."""
    response = stage()
    keep_made(recorder, REDIRECT, response)
    return response


def keep_made(recorder: Recorder, maker: str, response: Any) -> None:
    """Keep until the end of the request a response that was made while the view runs, and where."""
    if recorder.dispatched_to is None or not recorder.dispatched_to.view_runs:
        return
    with recorder.guard(UNRETURNED):
        own = recorder.sources.caller(sys._getframe(1))
        line = None if own is None else recorder.sources.line_of(own)
        recorder.made.responses += (MadeResponse(maker, response, line),)


class WatchedAborter(StandIn):
    """Stands before the app's own `aborter`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._own(*args, **kwargs)
        except Exception as error:
            recorder = self._recorder()
            view = None if recorder is None else recorder.dispatched_to
            if recorder is not None and view is not None and view.view_runs:
                recorder.made.aborted += (error,)
                recorder.at_end("what became of abort", tell_of_aborts)
            raise


def tell_of_aborts(recorder: Recorder) -> None:
    """Add to the view's step an error of abort's that never left it."""
    looked_up = [error for error, _, _ in recorder.handling.looked_up]
    lost = next((it for it in recorder.made.aborted if all(it is not error for error in looked_up)), None)
    if lost is None:
        return
    # Its way begins with the function that caught it.
    caught_in = None if lost.__traceback__ is None else recorder.sources.catcher(lost.__traceback__)
    for place, step in recorder.steps.each(ViewStep):
        if step.call.raised is None:
            aborted = raised_of(lost, recorder.sources)
            recorder.steps.fill(place, step.replace(aborted=aborted, caught_in=caught_in))


STAGES: dict[str, StageWrapper] = {"redirect": guarded(redirect)}
