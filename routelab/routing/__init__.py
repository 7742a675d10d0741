"""Why this rule: what Werkzeug's router did with a request, and what would have changed it.

from routelab.routing import explain
explain(url_map.bind("localhost"), "/user/alice", "GET").outcome
"""

from routelab.routing.auditing import audit
from routelab.routing.building import explain_build
from routelab.routing.explanation import explain, observe
from routelab.routing.order import decision_order

__all__ = ["audit", "decision_order", "explain", "explain_build", "observe"]
