"""routelab: watch a web request find its Python function.

import routelab
trace = routelab.load("app.py").send("GET /user/alice")
"""

from __future__ import annotations

from routelab.errors import RoutelabError
from routelab.version import VERSION

TYPE_CHECKING = False  # type checkers know this name; to load `typing` takes a while
if TYPE_CHECKING:
    from routelab.lab import Lab, load
    from routelab.tracing.trace import Trace
    from routelab.watched import watch

__version__ = VERSION
__all__ = ["Lab", "RoutelabError", "Trace", "load", "watch"]
_HOMES = {"Lab": "lab", "load": "lab", "watch": "watched", "Trace": "tracing.trace"}


def __getattr__(name: str) -> object:
    # Imported when first used: `routelab --help` needs none of it, and a worker no lab.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"routelab.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
