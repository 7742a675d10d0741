"""What ran behind a class-based view: its `dispatch_request`, and the method that this dispatched to.

Flask's MethodView says itself which method it calls; the base classes of extensions, and the app's own, do
not. There the app's own methods are watched while the view runs. It knows nothing of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import FrameType, FunctionType, MethodType
from typing import Any

from routelab.tracing.watching.calls.entered import Calls, observed
from routelab.tracing.watching.code.layers import Layer, layers_of, with_layers_of
from routelab.tracing.watching.code.sources import FLASKS_OWN, Sources, is_frameworks
from routelab.tracing.watching.guard import Guard

_DISPATCH = "dispatch_request"
_VERBS = frozenset({"get", "post", "put", "delete", "patch", "head", "options"})


def _is_of_view(function: Any) -> bool:
    """Tell whether a callable is a method of a class-based view."""
    return hasattr(getattr(function, "__self__", None), _DISPATCH)


def layers_of_view(function: Callable[..., Any], name: str) -> tuple[Layer, ...]:
    """Look through what stands around a view, as `layers_of`.

    An extension may put a function of its own in the place of the one that Flask makes of a class: inside is
    the `dispatch_request` of the class that it says it is of.
    """
    layers = layers_of(function, name)
    kind = vars(function).get("view_class") if isinstance(function, FunctionType) else None
    dispatch = getattr(kind, _DISPATCH, None) if isinstance(kind, type) else None
    if not isinstance(dispatch, FunctionType) or is_frameworks(dispatch):
        return layers
    made_in = getattr(layers[-1].function, "__globals__", {}).get("__name__")
    if str(made_in).startswith(FLASKS_OWN) or any(layer.function is dispatch for layer in layers):
        return layers
    return (*layers, *layers_of(dispatch, _DISPATCH))


class Dispatched:
    """The layers behind a class-based view, outermost first, and the method that is told for the view.

    Of Flask's own `dispatch_request` nothing is told: it hands on what the method returns. What fails of
    ours is told by `guard`.
    """

    method: Callable[..., Any] | None = None
    layers: tuple[Layer, ...] = ()
    view: tuple[Layer, ...] = ()  # those of the view function itself, where it can be seen which of them run

    def __init__(self, sources: Sources, context: Any, guard: Callable[[str], Guard]) -> None:
        self._sources = sources
        self._context = context
        self._make_guard = guard

    def watching(self, function: Any, run: Callable[..., Any], *, own_sync: bool) -> Callable[..., Any]:
        """Return what calls a method of the view as `run` does, and notes it; `run` for anything else.

        `own_sync`: an `ensure_sync` of the app's own made `run`, which may do anything in its place.
        """
        with self._guard:
            if _is_of_view(function):
                return self._watching(function, run, own_sync)
        return run

    @property
    def view_runs(self) -> bool:
        """Tell whether the view itself is at work, and nothing around it alone."""
        layers = (*self.view, *self.layers)
        return len(layers) < 2 or layers[-1].runs

    @property
    def _guard(self) -> Guard:
        return self._make_guard("which method of a class answered")

    @property
    def _asked(self) -> str:
        """The request's method: two wrappers of one code that close over nothing differ in nothing else."""
        try:
            return str(self._context.request.method).lower()
        except Exception:  # a request class of the app's own may do anything
            return ""

    def would_ask(self, kind: type) -> Callable[..., Any]:
        """Return what Flask would call of a class-based view that was not reached; else the class."""
        dispatcher = getattr(kind, _DISPATCH, None)
        if dispatcher is None or not is_frameworks(dispatcher):
            return dispatcher or kind
        asked = self._asked if hasattr(kind, self._asked) or self._asked != "head" else "get"
        return getattr(kind, asked, kind)

    def _watching(self, function: Any, run: Callable[..., Any], own_sync: bool) -> Callable[..., Any]:
        layers = () if _hands_on(function) else layers_of(function, function.__name__)
        if own_sync and layers:
            layers = with_layers_of(run, layers, function.__name__)
        self.method, self.layers = function, (*self.layers, *layers)
        asked = self._asked
        methods = sorted(_own_methods(function, self._sources), key=lambda it: it.name != asked)
        unrun = [it for it in methods if it.name == self._would_answer(function)]

        def call(*args: Any, **kwargs: Any) -> Any:
            order: list[_Method] = []
            seen: Calls | None = None
            watched: tuple[Layer, ...] = ()
            with self._guard:
                watched = tuple(layer for method in methods for layer in method.begun(order))
            # One more, for a single function is not watched.
            more = (Layer(function.__func__),) if len(watched) == 1 and not layers else ()
            alone = layers[0] if len(layers) == 1 and not watched else None
            try:
                if alone is not None:
                    return alone.called(run, args, kwargs)
                with observed((*layers, *watched, *more)) as seen:
                    return run(*args, **kwargs)
            finally:
                with self._guard:
                    self._dispatched(function, order if order or seen is None else unrun)

        return call if layers or methods else run

    def _would_answer(self, dispatcher: Any) -> str:
        """Name the method of its class that a dispatcher would call for this request."""
        asked = self._asked
        return asked if asked != "head" or hasattr(dispatcher.__self__, asked) else "get"

    def _dispatched(self, dispatcher: Any, order: list[_Method]) -> None:
        if self.method != dispatcher or not order:  # Flask's MethodView was called after all, and has told
            return
        chosen = next((method for method in order if method.name in _VERBS), order[0])
        self.method = getattr(dispatcher.__self__, chosen.name, dispatcher)
        self.layers = (*self.layers, *chosen.layers)


class _Method:
    """One of the app's own methods that somebody else's `dispatch_request` may call."""

    def __init__(self, name: str, function: FunctionType) -> None:
        self.name = name
        self._function = function
        self.layers: tuple[Layer, ...] = ()

    def begun(self, order: list[_Method]) -> tuple[Layer, ...]:
        """Make layers that put this method into `order` when the outermost is entered."""
        inside = layers_of(self._function, self.name)
        self.layers = tuple(_Noting(layer.function, self, order) for layer in inside)
        return self.layers


class _Noting(Layer):
    """A layer of a method; only of the one that may be told values are described."""

    def __init__(self, function: Callable[..., Any], method: _Method, order: list[_Method]) -> None:
        super().__init__(function)
        self._method = method
        self._order = order

    def enter(self, frame: FrameType) -> None:
        if self._method not in self._order:
            self._order.append(self._method)
        if self._told():
            super().enter(frame)
        self.entered = True

    def leave(self, result: Any) -> None:
        if self._told():
            super().leave(result)

    def _told(self) -> bool:
        return self._method.name in _VERBS or self._order[:1] == [self._method]


def _hands_on(function: Any) -> bool:
    """Tell whether this is Flask's own `dispatch_request`."""
    return function.__name__ == _DISPATCH and is_frameworks(function)


def _own_methods(function: Any, sources: Sources) -> Iterator[_Method]:
    """List the app's own methods that somebody else's `dispatch_request` may call."""
    if not isinstance(function, MethodType) or function.__name__ != _DISPATCH:
        return
    kinds = type(function.__self__).__mro__
    if _DISPATCH in vars(kinds[0]) or is_frameworks(function):
        return
    met = {_DISPATCH}
    for kind in kinds:
        for name, value in vars(kind).items():
            if name in met or name.startswith("__") or not isinstance(value, FunctionType):
                continue
            if sources.is_own(layers_of(value, name)[-1].code):
                met.add(name)
                yield _Method(name, value)
