"""routelab: watch a web request find its Python function.

import routelab
trace = routelab.load("app.py").send("GET /user/alice")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routelab.errors import RoutelabError

if TYPE_CHECKING:
    from routelab.lab import Lab, load
    from routelab.tracing.records import Trace

__version__ = "0.1.0"
__all__ = ["Lab", "RoutelabError", "Trace", "load"]


def __getattr__(name: str) -> object:
    # Imported when first used: `routelab --help` needs no Werkzeug, and `routelab.routing` no lab.
    if name in ("Lab", "load"):
        from routelab import lab

        return getattr(lab, name)
    if name == "Trace":
        from routelab.tracing.records import Trace

        return Trace
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
