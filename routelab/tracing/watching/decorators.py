"""The decorators of a view, named as in its file, outermost first; none of them is called.

It knows functions and code, and no request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from routelab.tracing.watching.entered import Layer, layers_of


def decorators_of(view: Callable[..., Any], endpoint: str) -> tuple[str, ...]:
    """Name what stands around a view's own function, as far as it can be looked through."""
    layers = layers_of(view, endpoint.rpartition(".")[2])
    return tuple(map(_decorator, layers[:-1]))


def _decorator(layer: Layer) -> str:
    """Name a wrapper by the function that made it, else by itself or its class."""
    if layer.code is None or not hasattr(layer.function, "__code__"):
        return type(layer.function).__name__
    outer = layer.code.co_qualname.split(".<locals>.")
    return outer[-2].rpartition(".")[2] if len(outer) > 1 else layer.code.co_name
