"""What is said when files of the app were saved: that it was loaded anew, or why it does not load.

It must not know lessons.
"""

from __future__ import annotations

from datetime import datetime

from routelab.errors import RoutelabError
from routelab.session.bench import Bench
from routelab.session.reply import CLOCK, Says, Tone
from routelab.session.watch import News


def loaded_anew(bench: Bench, news: News, at: datetime) -> Says:
    """Load the app after a save, and say what came of it."""
    said = f"{at:{CLOCK}}  {news}"
    try:
        failure = bench.lab.failure
    except RoutelabError as error:
        return Says(text=f"{said}. {error}.", tone=Tone.WRONG)
    if failure is not None:
        return Says(text=f"{said}. {failure}.", tone=Tone.WRONG)
    return Says(text=f"{said}, and the app was loaded anew.", tone=Tone.ASIDE)
