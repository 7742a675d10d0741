"""Which app a command works on, when the command line does not say or says a lesson's name.

It finds targets and loads them; what is asked of them is the command's business.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NamedTuple

from routelab import bundled
from routelab.errors import RoutelabError
from routelab.lab import Lab, load
from routelab.loading import LoadFailure
from routelab.requestline import RequestLine


class Chosen(NamedTuple):
    """The target to load; `bundled` is an app that came with routelab, `remark` a line for the person."""

    target: str
    bundled: bool = False
    remark: str | None = None


def choose(asked: str | None) -> Chosen:
    """Choose by `-A`, ROUTELAB_APP, FLASK_APP, an app.py or wsgi.py here, and else the playground."""
    named = asked or os.environ.get("ROUTELAB_APP") or os.environ.get("FLASK_APP")
    if named:
        is_bundled = not Path(named).exists() and bundled.find(named) is not None
        return Chosen(target=named, bundled=is_bundled)
    for default in ("app.py", "wsgi.py"):
        if Path(default).is_file():
            return Chosen(target=default)
    folder = bundled.find(bundled.PLAYGROUND)
    remark = f"no app.py here, so this is routelab's playground: {folder}"
    return Chosen(target=bundled.PLAYGROUND, bundled=True, remark=remark)


def load_chosen(options: argparse.Namespace) -> tuple[Lab, Chosen]:
    """Load the app that the options choose, and say on stderr where routelab chose by itself."""
    chosen = choose(options.app)
    if chosen.remark:
        print(f"routelab: {chosen.remark}", file=sys.stderr)
    lab = load(chosen.target, engine=options.engine)
    if lab.failure is not None and lab.failure.interrupted:
        raise lab.failure
    return lab, chosen


def load_for_its_router(options: argparse.Namespace) -> Lab:
    """Load the app that the options choose; it must load, since only its router is wanted.

    Raises AppDoesNotLoad.
    """
    lab, _ = load_chosen(options)
    if lab.failure is not None:
        from routelab.screen.plain import lines
        from routelab.screen.shown.trace import cause_blocks

        # An app that does not load runs nothing: each of its traces is the load failure.
        trace = lab.send(RequestLine(method="GET", path="/"))
        raise AppDoesNotLoad(lab.failure, tuple(lines(cause_blocks(trace))))
    return lab


class AppDoesNotLoad(RoutelabError):
    """There is no router to ask. Below the one line stands what `request` tells of the cause."""

    def __init__(self, failure: LoadFailure, causes: tuple[str, ...]) -> None:
        self.failure, self.causes = failure, causes
        super().__init__("\n".join((str(failure), *causes)))
