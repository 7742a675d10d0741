"""The decorators of a view, named as in its file, outermost first; none of them is called.

It knows functions and code, and no request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from routelab.tracing.watching.layers import Layer, layers_and_unseen
from routelab.tracing.watching.sources import Sources


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
    `cached` of `Cache.cached.<locals>.decorator.<locals>.decorated`. Where none is, it is the innermost of
    the app's own (its factory may stand around all of them), and of a library's the outermost.
    """
    around, written = layers[:-1], list(sources.decorators_written(layers[-1].function))
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
        code = layer.code
        own = code is not None and sources.own_file(code.co_filename) is not None
        named[number] = typed or inside_each_other[-1 if own else 0]
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
