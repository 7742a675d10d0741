"""What is known of one app that is watched, from one request to the next.

It knows no request, and not how the methods of the app are wrapped: `instrumentation` does that.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from routelab.tracing.watching.code.loops import MadeInLoops
from routelab.tracing.watching.code.sources import Sources
from routelab.tracing.watching.kept_routes import KeptRoutes
from routelab.tracing.watching.shapes import UsualSteps


class WatchedApp:
    """An app, its files, and what was found out about it; what each request has is its recorder's."""

    def __init__(self, app: Any, sources: Sources) -> None:
        self.app = app
        self.sources = sources
        self.routes = KeptRoutes(app, sources)
        self.usual_steps = UsualSteps()
        self.loops = MadeInLoops(app, sources)
        # Flask's signal; our engine has none.
        self.request_finished = getattr(sys.modules.get("flask.signals"), "request_finished", None)
        self.has_own({})
        self._awaited: dict[int, list[Any]] = {}  # by the stream of a request

    def has_own(self, own: Mapping[str, Any]) -> None:
        """Take what stands on the app itself, or in its class, in the place of methods of Flask's."""
        self._own = own
        self.replaced = frozenset(self._own)  # the names for which `replacement_of` has an answer

    def replacement_of(self, stage: str) -> Any:
        """Return what stands in the place of one of Flask's own methods; None for the method.

        It may be an attribute of the app, which an extension put there, or a method of the app's own class.
        """
        return self._own.get(stage)

    @contextmanager
    def awaiting(self, environ: Mapping[str, Any]) -> Iterator[list[Any]]:
        """Keep what comes to the app where nothing of it is watched, as in a thread of middleware's.

        Middleware may hand on another environ. The stream of the body is what such a copy has, too.
        """
        body = environ["wsgi.input"]
        came = self._awaited[id(body)] = list[Any]()
        try:
            yield came
        finally:
            del self._awaited[id(body)]

    def comes_unwatched(self, args: tuple[Any, ...]) -> None:
        """Note a request that comes to the app where no recorder is current: a stage gets its environ."""
        if self._awaited and args and isinstance(args[0], dict):
            came = self._awaited.get(id(dict.get(args[0], "wsgi.input")))
            if came is not None:
                came.append(args[0])
