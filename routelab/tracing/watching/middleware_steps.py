"""The steps of WSGI middleware: what stands before the app, what it made of the request, and who answered.

It calls the app, and knows nothing of what happens inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from routelab.tracing.facts import Place
from routelab.tracing.steps.middleware import Changed, MiddlewareStep
from routelab.tracing.steps.response import Origin, Stage
from routelab.tracing.watching.entered import observed
from routelab.tracing.watching.exchange import WsgiExchange
from routelab.tracing.watching.middleware import (
    Passed,
    callable_by_itself,
    layers_before,
    name_of,
    other_apps,
    watched_calls,
)
from routelab.tracing.watching.recorder import Recorder

_TOLD = {"REQUEST_METHOD": "method", "PATH_INFO": "path", "SCRIPT_NAME": "root", "wsgi.url_scheme": "scheme",
         "HTTP_HOST": "host", "QUERY_STRING": "query"}  # fmt: skip


def call_through_middleware(recorder: Recorder, exchange: WsgiExchange) -> None:
    """Call the app; note what stands before it, and which other app that gave the request to."""
    layers: tuple[Any, ...] = ()
    if "wsgi_app" not in vars(recorder.app):
        exchange.go()
        return
    passed: tuple[Passed, ...] = ()
    before: dict[str, str] = {}
    with recorder.guard("the middleware"):
        layers = layers_before(recorder.app)
        passed = tuple(map(Passed, layers))
        before = _told_of(exchange.environ)
    if not layers:
        exchange.go()
        return
    places = [recorder.steps.reserve() for _ in layers]
    called: list[str] = []
    seen = False

    def reached() -> int | None:
        """Return the number of the last middleware that was called; None where that cannot be told."""
        if len(layers) == 1 or recorder.context is not None:
            return len(layers) - 1
        if not seen or any(each.code is None for each in passed):
            return None
        return max((number for number, each in enumerate(passed) if each.entered), default=None)

    def started(app: Any, headers: Any) -> None:
        with recorder.guard("where headers came from"):
            if recorder.context is None:
                place = Place(function=str(app.name))
                recorder.origins.note(headers, Origin(stage=Stage.OTHER_APP, place=place))

    def who_answers() -> str | None:
        last = reached()
        alone = len(layers) == 1 or recorder.context is None
        return name_of(layers[last]) if last is not None and alone else None

    exchange.middleware = who_answers
    try:
        with (
            watched_calls(tuple(other_apps(recorder.app)), lambda app: called.append(str(app.name)), started),
            observed(passed) as seen,
        ):
            exchange.go()
    finally:
        with recorder.guard("the middleware"):
            last = reached()
            for number, (place, layer) in enumerate(zip(places, layers, strict=True)):
                answered = recorder.context is None and number == last
                step = MiddlewareStep(
                    name=name_of(layer),
                    place=recorder.sources.place(type(layer) if not callable_by_itself(layer) else layer),
                    answered=answered,
                    called=called[0] if number == last and called else None,
                    reached=True if not number or recorder.context is not None else _order(number, last),
                    changed=tuple(_changed(before, recorder)) if number == len(layers) - 1 else (),
                )
                recorder.steps.fill(place, step)


def _order(number: int, last: int | None) -> bool | None:
    return None if last is None else number <= last


def _told_of(environ: Any) -> dict[str, str]:
    return {key: str(environ.get(key, "")) for key in _TOLD}


def _changed(before: dict[str, str], recorder: Recorder) -> Iterator[Changed]:
    """Compare what arrived with what the app was given."""
    if recorder.context is None:
        return
    for key, after in _told_of(recorder.context.request.environ).items():
        if after != before[key]:
            yield Changed(what=_TOLD[key], before=_text(before[key]), after=_text(after))


def _text(value: str) -> str:
    """Read a value of an environ, which has bytes as Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:  # middleware of the app's own put it there
        return value
