"""A rehearsal in a warm parent: a small app is asked, so that no worker does for the first time what all do.

Records read their fields when the first is made, patterns are compiled when they are first used: what is
done before a fork is done once. The app is gone afterwards; it knows no app of a learner's.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from routelab.live import LiveApp
from routelab.loading.engine import start
from routelab.loading.records import Engine
from routelab.messages import Limits, SendOptions, request_message, request_of
from routelab.requestline.record import RequestLine
from routelab.tracing.trace import EngineUsed, Trace
from routelab.tracing.watching.code.sources import Sources
from routelab.version import VERSION

_PATHS = ("/", "/one/a", "/number/3", "/number/a", "/nope")


def rehearse(engine: str) -> None:
    """Send a few requests to an app of this module's own; what fails here fails again in a worker."""
    with suppress(Exception):
        Limits.from_json(Limits().to_json())
        start(Engine(engine))
        perform(engine)
        _app(_flask(engine)).test_client()  # it looks for Werkzeug's version, for which much is loaded


def perform(engine: str) -> tuple[Trace, ...]:
    """Send them, and return their traces."""
    live = LiveApp(
        _app(_flask(engine)),
        engine=EngineUsed(name=engine, version=VERSION),
        target="rehearsal",
        sources=Sources(Path(__file__).parent, [__file__]),
    )
    return tuple(_sent(live, *asked) for asked in (*(("GET", path) for path in _PATHS), ("POST", "/")))


def _sent(live: LiveApp, method: str, path: str) -> Trace:
    request = request_of(request_message(RequestLine(method=method, path=path)))
    environ = live.environ_of(request, None)
    trace = live.trace_of(request, environ, live.run(environ, request, SendOptions(all_candidates=True)))
    trace.to_json()
    return trace


def _flask(engine: str) -> Any:
    return import_module("routelab.engine" if engine == "routelab" else "flask")


def _app(flask: Any) -> Any:
    app = flask.Flask("routelab_rehearsal", root_path=str(Path(__file__).parent), static_folder=None)
    app.add_url_rule("/", "home", lambda: "x")
    app.add_url_rule("/one/<name>", "one", lambda name: name)
    app.add_url_rule("/number/<int:number>", "number", lambda number: ({"number": number}, 201))
    return app
