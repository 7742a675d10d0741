"""A view whose name in its module belongs to a wrapper that Flask does not know: a decorator above the route.

It compares objects, and calls nothing.
"""

from __future__ import annotations

import sys
from types import CellType, FunctionType
from typing import Any

from routelab.tracing.facts import Place
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.watching.layers import layers_and_unseen
from routelab.tracing.watching.recorder import Recorder
from routelab.tracing.watching.sources import Sources

_MOST_LAYERS = 20
_ROUTES = frozenset({"route", "get", "post", "put", "delete", "patch"})


def tell_of_rebound(recorder: Recorder) -> None:
    """Add to the view's step what has its name in its module, where that wraps the view."""
    wrapper = wrapper_above_route(recorder.app, str(recorder.routed.endpoint), recorder.sources)
    if wrapper is None:  # nearly always, and then no step need be made for it
        return
    for place in recorder.steps.places():
        step = recorder.steps.at(place)
        if isinstance(step, ViewStep):
            recorder.steps.fill(place, step.replace(rebound=wrapper))


def wrapper_above_route(app: Any, endpoint: str, sources: Sources) -> Place | None:
    """Find what has an endpoint's view's name in its module, where a decorator above the route made it."""
    views = app.view_functions
    view = views.get(endpoint)
    if not isinstance(view, FunctionType) or view.__qualname__ != view.__name__:
        return None
    module = sys.modules.get(view.__module__)
    found = vars(module).get(view.__name__) if module is not None else None
    if found is view or not callable(found) or any(found is each for each in views.values()):
        return None
    if isinstance(found, FunctionType):
        around = _wraps(found, view)
    else:  # an object that is called: of a class of somebody's, or of Python's own, as a cache
        around = any(layer.function is view for layer in layers_and_unseen(found, view.__name__))
    around = around or _made_above(found, sources.decorators_written(view))
    return sources.place_of_code(found) if around else None


def _made_above(found: Any, written: tuple[str, ...]) -> bool:
    """Tell whether a decorator above the route made it; it need not hold the view for that."""
    route = next((at for at, name in enumerate(written) if name in _ROUTES), 0)
    code = found.__code__ if isinstance(found, FunctionType) else None
    makers = code.co_qualname.split(".<locals>.")[:-1] if code is not None else [type(found).__qualname__]
    return any(maker.rpartition(".")[2] in written[:route] for maker in makers)


def _wraps(outer: FunctionType, view: FunctionType) -> bool:
    """Tell whether a function holds the view, by `__wrapped__` or in a closure, through other functions."""
    waiting, seen = [outer], 0
    while waiting and seen < _MOST_LAYERS:
        function, seen = waiting.pop(), seen + 1
        held = [vars(function).get("__wrapped__"), *map(_contents, function.__closure__ or ())]
        if any(each is view for each in held):
            return True
        waiting += [each for each in held if isinstance(each, FunctionType)]
    return False


def _contents(cell: CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # nothing was put in it
        return None
