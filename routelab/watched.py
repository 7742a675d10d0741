"""A lab around a live app object, in this very process: for tests, notebooks and servers that run.

The same recorder, records and words as in a worker; the app's limits are those of its process.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from routelab.hosts import Exchanged
from routelab.lab import Lab
from routelab.live import LiveApp
from routelab.loaded import AppFacts
from routelab.loading.engine import flask_version
from routelab.messages import SendOptions
from routelab.requestline.record import RequestLine
from routelab.tracing.trace import EngineUsed
from routelab.tracing.watching.code.sources import Sources
from routelab.version import VERSION

if TYPE_CHECKING:
    from routelab.liverouter import LiveRouter

_ENGINES_MODULE = "routelab.engine"
# The process has one standard output, which is watched for one request at a time; a view may send another.
_turn = RLock()


class LiveHost:
    """A live app that answers for itself."""

    def __init__(self, app: Any, target: str) -> None:
        folder = Path(app.root_path)
        self._live = LiveApp(
            app, engine=_engine_of(app), target=target, sources=Sources(folder, _files_in(folder))
        )
        self.loaded = AppFacts(
            engine=self._live.engine,
            target=target,
            name=str(app.name),
            folder=str(folder),
            files=(),
            digest="",
            notes=(),
            base=self._live.base,
        )

    def send(self, request: RequestLine, *, cookies: str | None, options: SendOptions) -> Exchanged:
        """Send a request."""
        live = self._live
        environ = live.environ_of(request, cookies)
        arrives = environ.copy()  # the app is handed the other, and may write into it
        with _turn:
            result = live.run(environ, request, options)
        return Exchanged(result.response, live.base, partial(live.trace_of, request, arrives, result))

    @property
    def router(self) -> LiveRouter:
        from routelab.liverouter import LiveRouter  # no request needs it

        return LiveRouter(self._live)

    def copy(self, *, last: bool) -> None:
        """Give none: the app is the one that this process has."""

    def close(self) -> None:
        """Leave the app as it is."""


def watch(app: Any) -> Lab:
    """Make a lab of a live app, Flask's or the engine's; its requests are traced in this process."""
    return Lab(str(app.name), LiveHost(app, str(app.name)))


def _engine_of(app: Any) -> EngineUsed:
    if any(kind.__module__.startswith(_ENGINES_MODULE) for kind in type(app).__mro__):
        return EngineUsed(name="routelab", version=VERSION)
    try:
        return EngineUsed(name="flask", version=flask_version())
    except PackageNotFoundError:
        return EngineUsed(name="flask", version="")


def _files_in(folder: Path) -> list[str]:
    """Name the app's files that are loaded; others are read when one of their functions runs."""
    prefix = str(folder.resolve()) + os.sep
    files = (getattr(module, "__file__", None) or "" for module in tuple(sys.modules.values()))
    return [file for file in files if file.startswith(prefix) and file.endswith(".py")]
