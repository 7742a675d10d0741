"""The trace of one request: `facts` and `steps` are its data, `watching` the recorder that makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

__all__ = ["Trace"]


def __getattr__(name: str) -> object:
    # `routelab.tracing.Trace` is a public name; what reads one file of this folder need not load all of it.
    if name == "Trace":
        from routelab.tracing.trace import Trace

        return Trace
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
