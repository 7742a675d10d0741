"""The steps of WSGI middleware: what stands before the app, what it made of the request, and who answered.

It calls the app, and knows nothing of what happens inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from routelab.tracing.facts import NOWHERE, Place
from routelab.tracing.steps.middleware import Changed, ChangedHeader, MiddlewareStep
from routelab.tracing.steps.response import Origin, Stage
from routelab.tracing.watching.calls.entered import Calls, observed
from routelab.tracing.watching.exceptions.raised import raised_of
from routelab.tracing.watching.exchange import WsgiExchange
from routelab.tracing.watching.middleware import (
    TOLD,
    Bottom,
    Passed,
    callable_by_itself,
    layers_before,
    mounted_beside,
    name_beside,
    name_of,
    other_apps,
    own_method,
    prefix_of,
    told_of,
    watched_calls,
)
from routelab.tracing.watching.recorder import Recorder
from routelab.tracing.watching.request_step import header_name, text_of


def call_through_middleware(recorder: Recorder, exchange: WsgiExchange) -> None:
    """Call the app; note what stands before it, and which other app that gave the request to."""
    chain = None
    try:  # no guard: that costs something in each request, and hardly an app has middleware
        app = recorder.app
        if "wsgi_app" in vars(app) or own_method(app, "wsgi_app") or own_method(app, "__call__"):
            chain = _Chain(recorder, exchange.environ)
    except Exception:
        recorder.notes.missed("the middleware")
    if chain is None or not chain.layers:
        exchange.go()
        return
    exchange.middleware = chain.who_answers
    try:
        chain.pass_through(exchange)
    except Exception as error:
        chain.error = error
        raise
    except BaseException:
        chain.stopped = not exchange.head_is_out
        raise
    finally:
        with recorder.guard("the middleware"):
            chain.tell()
        chain.error = None  # its way leads through here


class _Chain:
    """The middleware before an app, outermost first, and how far a request came through it."""

    def __init__(self, recorder: Recorder, environ: Any) -> None:
        self._recorder = recorder
        self.layers = layers_before(recorder.app)
        self._passed = tuple(map(Passed, self.layers))
        self._bottom = Bottom(recorder.app)
        self._mounted = tuple(map(Passed, mounted_beside(recorder.app)))
        self._before = told_of(environ)
        self._places = [recorder.steps.reserve() for _ in self.layers]
        self._called: list[str] = []  # the names of other apps that it gave the request to
        self._came_elsewhere: list[Any] = []  # the requests that the app got in another thread
        self._seen: Calls | None = None
        self.error: Exception | None = None  # what came out of it
        self.stopped = False  # before anything was sent

    def pass_through(self, exchange: WsgiExchange) -> None:
        """Send the request on its way, and see what is called."""
        others = tuple(other_apps(self._recorder.app))
        watched = (*self._passed, *(each for each in self._mounted if each.code is not None), self._bottom)
        with (
            self._recorder.watched_app.awaiting(exchange.environ) as self._came_elsewhere,
            watched_calls(others, self._calls, self._starts),
            observed(watched) as self._seen,
        ):
            exchange.go()

    def _calls(self, app: Any) -> None:
        self._called.append(name_beside(self._recorder.app, app))

    def _starts(self, app: Any, headers: Any) -> None:
        recorder = self._recorder
        with recorder.guard("where headers came from"):
            if recorder.context is None:
                place = Place(function=name_beside(recorder.app, app))
                recorder.origins.note(headers, Origin(stage=Stage.OTHER_APP, place=place))

    def _reached(self) -> int | None:
        """Return the number of the last middleware that was called; None where that cannot be told."""
        if len(self.layers) == 1 or self._recorder.context is not None:
            return len(self.layers) - 1
        if self._seen is None or any(each.code is None for each in self._passed):
            return None
        return max((number for number, each in enumerate(self._passed) if each.entered), default=None)

    @property
    def _given_to(self) -> str | None:
        """Name another app that got the request: one of Flask's, or whatever else was mounted."""
        if self._called:
            return self._called[0]
        alone = self._recorder.context is None
        return next((name_of(each.middleware) for each in self._mounted if alone and each.entered), None)

    @property
    def _elsewhere(self) -> bool:
        """Whether the app was called where nothing of it was seen."""
        return bool(self._came_elsewhere) and self._recorder.context is None

    def who_answers(self, *, body: bool = False) -> Origin:
        """Tell who makes the answer, or its body: middleware, named where that can be told, or an app."""
        if not self._called and self._given_to is not None:
            return Origin(stage=Stage.OTHER_APP, place=Place(function=self._given_to))
        if self._elsewhere:
            return Origin(stage=Stage.ELSEWHERE)
        name = self._who_changes(body) if self._recorder.context is not None else self._who_answers_early()
        return Origin(stage=Stage.MIDDLEWARE, place=NOWHERE if name is None else Place(function=name))

    def _who_answers_early(self) -> str | None:
        last = self._reached()
        if last is None:
            return None
        # What stands before it may have put headers in by a start_response of its own.
        started = {id(each.start_response) for each in self._passed[: last + 1]}
        return name_of(self.layers[last]) if len(started) == 1 else None

    def _who_changes(self, body: bool) -> str | None:
        """Name the only middleware that hands on another start_response, or body, than it was given."""
        if len(self.layers) == 1:
            return name_of(self.layers[0])
        calls = (*self._passed, self._bottom)
        if not all(each.entered for each in calls):
            return None
        changing = [
            outer.middleware
            for outer, inner in pairwise(calls)
            if not (inner.gave(outer.result) if body else inner.start_response is outer.start_response)
        ]
        return name_of(changing[0]) if len(changing) == 1 else None

    def tell(self) -> None:
        """Fill in a step for each."""
        for number, place in enumerate(self._places):
            self._recorder.steps.fill(place, self._step(number, self._reached()))

    def _step(self, number: int, last: int | None) -> MiddlewareStep:
        recorder, layer = self._recorder, self.layers[number]
        passed = recorder.context is not None or self._elsewhere
        ended_here = not passed and number == last
        answered = ended_here and not self.stopped
        return MiddlewareStep(
            name=name_of(layer),
            place=recorder.sources.place(layer if callable_by_itself(layer) else type(layer)),
            answered=answered,
            called=self._given_to if number == last else None,
            stopped=ended_here and self.stopped,
            prefix=prefix_of(recorder.app, layer) if ended_here else None,
            elsewhere=self._elsewhere and number == len(self.layers) - 1,
            reached=True if not number or passed else _order(number, last),
            raised=raised_of(self.error, recorder.sources) if answered and self.error is not None else None,
            **self._changes(number),
        )

    def _changes(self, number: int) -> dict[str, Any]:
        """Tell what this middleware made of the request; of the last what all did where one was not seen."""
        if self._recorder.context is None:
            return {}
        between = [each.given for each in self._passed[1:]]
        got = told_of(self._recorder.arrival.environ)  # a method of the app's own may write into it later
        known = [each for each in between if each is not None]
        seen = len(known) == len(between)
        if not seen and number < len(self.layers) - 1:
            return {}
        given = [self._before, *known, got] if seen else [self._before, got]
        first = number if seen else 0
        return {
            "changed": tuple(_differences(given, first, seen=seen)),
            "headers": tuple(_headers_changed(given[first], given[first + 1], seen=seen)),
        }


def _order(number: int, last: int | None) -> bool | None:
    return None if last is None else number <= last


def _differences(given: Sequence[dict[str, str]], number: int, *, seen: bool) -> Iterator[Changed]:
    """Compare what middleware was given with what the next was, or the app: `given`, from first to last."""
    before, after = given[number], given[number + 1]
    for key, what in TOLD.items():
        if after[key] != before[key]:
            yield Changed(
                what=what,
                before=text_of(before[key]),
                after=text_of(after[key]),
                alone=before[key] == given[0][key] and after[key] == given[-1][key],
                seen=seen,
            )


def _headers_changed(before: dict[str, str], after: dict[str, str], *, seen: bool) -> Iterator[ChangedHeader]:
    for key in {**before, **after}:
        if key not in TOLD and before.get(key) != after.get(key):
            yield ChangedHeader(name=header_name(key), came=key in before, left=key in after, seen=seen)
