"""Why this rule: what Werkzeug's router did with a request, and what would have changed it.

    from routelab.routing import explain
    explain(url_map.bind("localhost"), "/user/alice", "GET").outcome

The names are looked up when they are first used, since a traced request needs neither building nor audit.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from routelab.routing.auditing import audit
    from routelab.routing.building import explain_build
    from routelab.routing.explanation import explain, observe
    from routelab.routing.observation import decision_order

__all__ = ["audit", "decision_order", "explain", "explain_build", "observe"]

_HOMES = {
    "audit": "auditing",
    "decision_order": "observation",
    "explain": "explanation",
    "explain_build": "building",
    "observe": "explanation",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
