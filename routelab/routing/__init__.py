"""Why this rule: what Werkzeug's router did with a request, and what would have changed it.

from routelab.routing import explain
explain(url_map.bind("localhost"), "/user/alice", "GET").outcome
"""

from routelab.routing.explanation import explain, observe

__all__ = ["explain", "observe"]
