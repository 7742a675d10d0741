"""The method of a class-based view that answered, where its class is dispatched by somebody's own code.

Flask's MethodView says itself which method it calls; the base classes of extensions, and the app's own, do
not. There the app's own methods are watched while the view runs. It knows nothing of steps.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType, FunctionType, MethodType
from typing import Any

from routelab.tracing.watching.entered import Layer, observed
from routelab.tracing.watching.sources import Sources, is_frameworks

_DISPATCH = "dispatch_request"


class _Noting(Layer):
    """A method of which only the time of its first call is of interest."""

    def __init__(self, function: Callable[..., Any], order: list[str]) -> None:
        super().__init__(function)
        self._order = order

    def enter(self, frame: FrameType) -> None:
        if not self.entered:
            self._order.append(frame.f_code.co_name)
        self.entered = True

    def leave(self, result: Any) -> None:
        """Leave the result alone: the view's own is described by whoever called it."""


def telling_method(
    function: Any, run: Callable[..., Any], sources: Sources, tell: Callable[[Any], None]
) -> Callable[..., Any]:
    """Return what calls `dispatch_request` as `run` does, and tells of the method that it dispatched to."""
    view = function.__self__
    methods = _own_methods(view, function, sources)
    if not methods:
        return run

    def dispatch(*args: Any, **kwargs: Any) -> Any:
        order: list[str] = []
        layers = tuple(_Noting(method, order) for method in methods)
        try:
            # One more, for a single function is not watched.
            with observed((*layers, _Noting(function.__func__, []))):
                return run(*args, **kwargs)
        finally:
            if order:
                method = _named_as_the_request(order)
                tell(getattr(view, method or order[0], function))

    return dispatch


def _own_methods(view: Any, function: Any, sources: Sources) -> list[FunctionType]:
    """List the app's own methods that somebody else's `dispatch_request` may call."""
    if not isinstance(function, MethodType) or function.__name__ != _DISPATCH:
        return []
    if _DISPATCH in vars(type(view)) or is_frameworks(function.__func__):
        return []
    found: dict[str, FunctionType] = {}
    for kind in type(view).__mro__:
        for name, value in vars(kind).items():
            own = isinstance(value, FunctionType) and sources.own_file(value.__code__.co_filename) is not None
            if own and name != _DISPATCH and not name.startswith("__"):
                found.setdefault(name, value)
    return list(found.values())


def _named_as_the_request(order: list[str]) -> str | None:
    verbs = ("get", "post", "put", "delete", "patch", "head", "options")
    return next((name for name in order if name in verbs), None)
