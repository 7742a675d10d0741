"""A key that the session was asked for and did not have: what asked, and how the session had been opened.

It reads the session step and the line that raised.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from routelab.tracing.answers.spots import Spot
from routelab.tracing.facts import Place, Raised
from routelab.tracing.phrases import raised_at
from routelab.tracing.steps.session import SessionEvent, SessionStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace


def lacking_in_session(who: str, by: Place, error: Raised, spot: Spot | None, trace: Trace) -> str | None:
    """Say what the session was asked for in vain, where the line shows that, and how it was opened.

    `who` asked for it, a function `by` that place.
    """
    opened = trace.first(SessionStep)
    if error.type != "KeyError" or spot is None or opened is None or opened.event is not SessionEvent.OPEN:
        return None
    key = error.message[1:-1]
    asked = re.compile(rf"""\bsession(?:\[|\.pop\()(["']){re.escape(key)}\1[\])]""")
    if asked.search(spot.lines[spot.line - spot.first]) is None or key in (it.name for it in opened.contents):
        return None
    without = f", without {error.message}" if opened.contents else ""
    return (
        f"{who} asked the session for {error.message}{raised_at(error, by)} (KeyError). "
        f"The session was {opened.headline}{without}."
    )
