"""What is said when an app was loaded anew, after a save or on request, or why it does not load.

It must not know where the learner is.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from routelab.errors import RoutelabError
from routelab.learner.watch import News
from routelab.session.bench import Bench
from routelab.session.reply import CLOCK, Says, Tone, aside

if TYPE_CHECKING:
    from routelab.lessons.tasks.base import TypedRequest


def loaded_anew(bench: Bench, news: News, at: datetime) -> Says:
    """Load the app after a save, and say what came of it."""
    said = f"{at:{CLOCK}}  {news}"
    try:
        failure = bench.lab.failure
    except RoutelabError as error:
        return Says(text=f"{said}. {error}.", tone=Tone.WRONG)
    if failure is not None:
        return Says(text=f"{said}. {failure}.", tone=Tone.WRONG)
    return aside(f"{said}, and the app was loaded anew.")


def started_afresh(bench: Bench, before: tuple[TypedRequest, ...] = ()) -> Says:
    """Start the app afresh, send these requests first, and say so."""
    bench.prepare(before)
    sent = ", ".join(request.typed for request in before)
    return aside(
        f"The app was started afresh, and this was sent: {sent}"
        if sent
        else "The app was started afresh; its cookies are gone."
    )
