"""The decorators of a view, named as in its file, outermost first, and two that are wrongly written.

One stands above the route, so that Flask does not know it; one takes arguments and has no parentheses, so
that the decorator inside stands under the endpoint. It compares objects, reads code, and calls nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

from routelab.record import Record
from routelab.tracing.facts import Place
from routelab.tracing.watching.code.layers import Layer, contents_of, layers_and_unseen
from routelab.tracing.watching.code.sources import Sources

_MOST_LAYERS = 20
ROUTES = ("route", "get", "post", "put", "delete", "patch")  # the decorators that add a rule


def decorators_of(view: Callable[..., Any], endpoint: str, sources: Sources) -> tuple[str, ...]:
    """Name what stands around a view's own function, as far as it can be looked through."""
    found = layers_and_unseen(view, endpoint.rpartition(".")[2])
    layers = tuple(it for it in found if it.code is not None or it.unseen)
    return tuple(
        maker or _itself(layer) for layer, maker in zip(layers, makers_of(layers, sources), strict=False)
    )


def makers_of(layers: tuple[Layer, ...], sources: Sources) -> tuple[str | None, ...]:
    """Name the functions that made the wrappers, all layers but the last; None where no function did.

    Of functions that stand inside each other it is the one that is written above the wrapped function:
    `cached` of `Cache.cached.<locals>.decorator.<locals>.decorated`; a class-based view has them in the list
    `decorators` of its class. Where none is, it is the innermost of
    the app's own (its factory may stand around all of them), and of a library's the outermost.
    """
    if not layers:  # a class of Python's own that is called has no code
        return ()
    around, written = layers[:-1], list(sources.decorators_written(layers[-1].function))
    view_class = getattr(layers[0].function, "view_class", None) if around and not written else None
    if isinstance(view_class, type):
        written = list(sources.decorators_listed(view_class))
    named: list[str | None] = [None] * len(around)
    makers = [_makers(layer, written) for layer in around]
    # Line by line first, from the function upwards: a name may be written more than once.
    for number in range(1, min(len(around), len(written)) + 1):
        if written[-number] in makers[-number]:
            named[-number], written[-number] = written[-number], ""
    for number, (layer, inside_each_other) in enumerate(zip(around, makers, strict=True)):
        if named[number] is not None or not inside_each_other:
            continue
        typed = next((maker for maker in reversed(inside_each_other) if maker in written), None)
        if typed is not None:
            written[written.index(typed)] = ""
        named[number] = typed or inside_each_other[-1 if sources.is_own(layer.code) else 0]
    return tuple(named)


def _makers(layer: Layer, written: list[str]) -> list[str]:
    """List the functions inside which a wrapper's code stands, outermost first.

    What has no code is of a class that is called after what made it: `_lru_cache_wrapper`.
    """
    if layer.unseen:
        return [name for name in written if name in type(layer.function).__name__]
    if layer.code is None or not hasattr(layer.function, "__code__"):
        return []
    # An object that is called is written by the name of its class.
    makers = (part.removesuffix(".__call__") for part in layer.code.co_qualname.split(".<locals>.")[:-1])
    return [part.rpartition(".")[2] for part in makers]


def _itself(layer: Layer) -> str:
    if layer.code is None or not hasattr(layer.function, "__code__"):
        return type(layer.function).__name__
    return layer.code.co_name


def stands_under_its_name(view: Any) -> bool:
    """Tell whether a view is what its module has by its name; then nothing there wraps it."""
    return type(view) is FunctionType and view.__globals__.get(view.__name__) is view


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
    route = next((at for at, name in enumerate(written) if name in ROUTES), 0)
    code = found.__code__ if isinstance(found, FunctionType) else None
    makers = code.co_qualname.split(".<locals>.")[:-1] if code is not None else [type(found).__qualname__]
    return any(maker.rpartition(".")[2] in written[:route] for maker in makers)


def _wraps(outer: FunctionType, view: FunctionType) -> bool:
    """Tell whether a function holds the view, by `__wrapped__` or in a closure, through other functions."""
    waiting, seen = [outer], 0
    while waiting and seen < _MOST_LAYERS:
        function, seen = waiting.pop(), seen + 1
        held = [vars(function).get("__wrapped__"), *map(contents_of, function.__closure__ or ())]
        if any(each is view for each in held):
            return True
        waiting += [each for each in held if isinstance(each, FunctionType)]
    return False


class Swallowed(Record):
    """`maker` is the decorator's name, as it is written; `function` what it got as its argument."""

    maker: str
    function: FunctionType


def swallowed_by(view: Callable[..., Any], sources: Sources) -> Swallowed | None:
    """Find the function that was given to the maker of this decorator, where its `@` has no parentheses."""
    if not isinstance(view, FunctionType) or ".<locals>." not in view.__code__.co_qualname:
        return None
    if not _is_decorator(view.__code__):
        return None
    maker = view.__code__.co_qualname.split(".<locals>.")[-2].rpartition(".")[2]
    for held in _held(view):
        if maker in sources.decorators_written(held, bare=True):
            return Swallowed(maker=maker, function=held)
    return None


def _is_decorator(code: CodeType) -> bool:
    """Tell whether a function is one that puts another around what it is given."""
    first = code.co_varnames[:1] if code.co_argcount else ()
    inner = (each for each in code.co_consts if isinstance(each, CodeType))
    return any(name in each.co_freevars for each in inner for name in first)


def _held(function: FunctionType) -> Iterator[FunctionType]:
    for cell in function.__closure__ or ():
        content = contents_of(cell)
        for each in content if isinstance(content, tuple) else (content,):
            if isinstance(each, FunctionType):
                yield each
