"""Why this rule: what Werkzeug's router did with a request, and what would have changed it.

    from routelab.routing import explain
    explain(url_map.bind("localhost"), "/user/alice", "GET").outcome

The names are looked up when they are first used, since a traced request needs neither building nor audit.

What is found is data, with its words and its JSON, and knows no Werkzeug; what finds it asks Werkzeug.

    topic                                     what is found               what finds it
    a rule, and a variable of it              variable                    pattern, examples
    why a rule does not fit, or lost          obstacle, candidate         comparison, verdicts
    the router's way through its rules        walk                        observation, events
    how it ended                              outcome, redirect           search, explanation
    what would have matched                   suggestion                  nearby, suggesting
    how a URL is built                        built                       building
    what is wrong with a map                  finding                     conflicts, auditing

`wording` has how texts, lists and methods are written in all of these sentences.
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
