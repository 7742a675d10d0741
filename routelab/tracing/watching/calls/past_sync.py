"""A view that a dispatcher of the app's own calls past Flask's `ensure_sync`: it is seen as its code runs.

Apps whose dispatching is Flask's need none of this. It knows calls and layers, and what a view's step is.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType
from typing import Any

from routelab.tracing.facts import Logged
from routelab.tracing.steps.response import Origin, Stage
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.watching.calls.dispatched import Dispatched, layers_of_view
from routelab.tracing.watching.calls.entered import observed
from routelab.tracing.watching.calls.telling import CallTelling
from routelab.tracing.watching.code.layers import Layer, made_generator
from routelab.tracing.watching.own_stages import view_ended
from routelab.tracing.watching.recorder import Phase, Recorder

_WHETHER = "whether the view ran"


def seeing_the_view(recorder: Recorder, name: str, stage: Callable[[], Any]) -> Any:
    """Call the stage `name`; where it is the app's own, see whether it calls the view by itself."""
    if name not in recorder.watched_app.replaced:
        return stage()
    recorder.progress.view_unseen = True
    view: _View | None = None
    with recorder.guard(_WHETHER):
        view = _view_of(recorder)
    if view is None:
        return stage()
    own = Layer(recorder.watched_app.replacement_of(name))
    try:
        with observed((own, *view.layers)) as seen:
            recorder.progress.view_unseen = seen is None or not view.is_seen
            result = stage()
        view.may_have_made(result)
        return result
    finally:
        view.tell()


def _view_of(recorder: Recorder) -> _View | None:
    endpoint = recorder.routed.endpoint
    function = recorder.app.view_functions.get(endpoint)
    if function is None:
        return None
    layers = layers_of_view(function, str(endpoint).rpartition(".")[2])
    return _View(recorder, layers) if layers[-1].code is not None else None


class _View:
    """The view of the matched rule, of which a step tells as soon as it has returned."""

    def __init__(self, recorder: Recorder, layers: tuple[Layer, ...]) -> None:
        self._recorder, self._place = recorder, recorder.steps.reserve()
        self.is_seen = not any(it.unseen or it.makes_generator for it in layers)
        layers = tuple(it for it in layers if not it.unseen)
        self.layers = (_Outermost(layers[0].function, self._begins, self._ends, self.tell), *layers[1:])
        self._told = self._runs = False
        self._phase = recorder.phase
        self._behind = self._nothing_behind()
        self._mark = 0
        self._logged: tuple[Logged, ...] = ()

    def may_have_made(self, result: Any) -> None:
        """Know a view with a `yield` by what it made, for its code runs when that is read."""
        inner = self.layers[-1]
        made = made_generator(result, inner.code) if inner.makes_generator and not inner.entered else None
        if made is not None and made.gi_frame is not None:
            inner.enter(made.gi_frame)
            inner.result = made

    def _nothing_behind(self) -> Dispatched:
        recorder = self._recorder
        return Dispatched(recorder.sources, recorder.context, recorder.guard)

    def _begins(self) -> None:
        recorder = self._recorder
        if recorder.dispatched_to is None and not self._runs:
            self._runs, self._mark = True, recorder.printed.mark()
            # What the view itself passes to `ensure_sync` is no view; it may be a method of its class.
            self._phase, recorder.phase = recorder.phase, Phase.OWN_CODE
            self._behind = recorder.dispatched_to = self._nothing_behind()
            self._behind.view = self.layers
            recorder.logs.begin()

    def _ends(self) -> None:
        if self._runs:
            self._runs, self._logged = False, self._recorder.logs.end()
            self._recorder.phase, self._recorder.dispatched_to = self._phase, None

    def tell(self) -> None:
        """Tell of the view if it ran, unless it came by `ensure_sync` and has a step of its own."""
        recorder = self._recorder
        self._ends()
        if self._told or recorder.dispatched_to is not None or not any(it.entered for it in self.layers):
            return
        with recorder.guard(_WHETHER):
            if any(isinstance(step, ViewStep) for _, step in recorder.steps.made()):
                return
            self._told = True
            outermost = self.layers[0]
            telling = CallTelling(recorder, self.layers, outermost.arguments)
            telling.seen = True
            recorder.dispatched_to = self._behind
            if outermost.error is not None:
                telling.raises(outermost.error)
            call = telling.call(printed=recorder.printed.since(self._mark), logged=self._logged)
            recorder.dispatched_to = None
            recorder.steps.fill(self._place, ViewStep(endpoint=str(recorder.routed.endpoint), call=call))
            recorder.answering.headers_on_the_way = tuple(telling.headers(call))
            recorder.answering.status_changer = telling.status_changer(call)
            recorder.answering.producer = Origin(stage=Stage.VIEW, place=call.answerer)
            view_ended(recorder, self._place, outermost.result, outermost.error)


class _Outermost(Layer):
    """The layer of a view that its caller gets the answer of."""

    def __init__(
        self,
        function: Callable[..., Any],
        begins: Callable[[], None],
        fails: Callable[[], None],
        told: Callable[[], None],
    ) -> None:
        super().__init__(function)
        self._begins, self._fails, self._told = begins, fails, told

    def enter(self, frame: FrameType) -> None:
        super().enter(frame)
        self._begins()

    def leave(self, result: Any) -> None:
        super().leave(result)
        self._told()

    def fail(self, error: BaseException | None) -> None:
        super().fail(error)
        self._fails()
