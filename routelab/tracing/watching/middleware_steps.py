"""The steps of WSGI middleware: what stands before the app, and which other app it gave the request to.

It calls the app, and knows nothing of what happens inside.
"""

from __future__ import annotations

from typing import Any

from routelab.tracing.steps.middleware import MiddlewareStep
from routelab.tracing.watching.exchange import WsgiExchange
from routelab.tracing.watching.middleware import (
    callable_by_itself,
    layers_before,
    name_of,
    other_apps,
    watched_calls,
)
from routelab.tracing.watching.recorder import Recorder


def call_through_middleware(recorder: Recorder, exchange: WsgiExchange) -> None:
    """Call the app; note what stands before it, and which other app that gave the request to."""
    layers: tuple[Any, ...] = ()
    if "wsgi_app" not in vars(recorder.app):
        exchange.go()
        return
    with recorder.guard("the middleware"):
        layers = layers_before(recorder.app)
    if not layers:
        exchange.go()
        return
    places = [recorder.steps.reserve() for _ in layers]
    called: list[str] = []
    try:
        with watched_calls(tuple(other_apps(recorder.app)), lambda app: called.append(str(app.name))):
            exchange.go()
    finally:
        reached = recorder.context is not None
        for number, (place, layer) in enumerate(zip(places, layers, strict=True)):
            innermost = number == len(layers) - 1
            step = MiddlewareStep(
                name=name_of(layer),
                place=recorder.sources.place(type(layer) if not callable_by_itself(layer) else layer),
                answered=innermost and not reached,
                called=called[0] if innermost and called else None,
            )
            recorder.steps.fill(place, step)
