"""What a browser makes of the answer to its CORS preflight: of one that it cannot use, what was in the way.

It knows no rule and no endpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from routelab.routing.outcome import Outcome
from routelab.tracing.steps.automatic_options import AutomaticOptionsStep
from routelab.tracing.steps.hook import HookStep, When
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

_ASKS = "Access-Control-Request-Method"
_REFUSING = (3, 4)
_ALLOWS = "Access-Control-Allow-Origin"


def preflight_words(trace: Trace) -> Iterator[str]:
    """Say why a browser would not go on to the request that it asks about."""
    request, response, match = trace.request, trace.response, trace.first(MatchStep)
    origin, method = request.header("Origin"), request.header(_ASKS)
    if request.method != "OPTIONS" or not origin or not method or response is None or match is None:
        return
    what = "This is a CORS preflight, which a browser sends first"
    if response.status // 100 == 2:
        if response.header(_ALLOWS) is None:
            yield f"{what}: without {_ALLOWS} in its answer it does not send the {method}."
    elif response.status // 100 in _REFUSING and match.outcome is Outcome.MATCHED and _guarded(trace):
        yield (
            f"{what}, without cookies and Authorization, and it sends the {method} only after a 2xx: "
            "what refuses it has to let OPTIONS through."
        )
    elif match.outcome is Outcome.REDIRECT and response.status // 100 == 3:
        yield f"{what}, and it follows no redirect of one: the request needs the path itself."


def _guarded(trace: Trace) -> bool:
    """Tell whether what is before or around the view answered in its place."""
    step = trace.first(ViewStep)
    if step is not None:
        return not step.call.ran and step.call.answered_by is not None
    hooks = any(it.when is When.BEFORE_REQUEST for it in trace.each(HookStep))
    return hooks and trace.first(AutomaticOptionsStep) is None
