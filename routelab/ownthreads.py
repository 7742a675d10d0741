"""Which threads of the app's process are routelab's own: what they do is no doing of the app's.

It knows their numbers, and not what they are for.
"""

from __future__ import annotations

OWN: set[int] = set()  # as the system numbers them
