"""Make slashes in a row one, as the installed Werkzeug does it.

Werkzeug 3.1.0 takes them two by two, so that three slashes become two; 3.1.9 does not. It is asked, once.
"""

import re
from functools import cache

from werkzeug.routing import Map, Rule


def merged(path: str) -> str:
    """Merge the slashes of a path or a rule: "/a//b" gives "/a/b"."""
    if "//" not in path:
        return path
    return re.sub("/{2,}" if "///" not in path or _merges_all() else "//", "/", path)


@cache
def _merges_all() -> bool:
    """Build a URL from a rule with three slashes, and see what is left of them."""
    return Map([Rule("/a///b", endpoint="probe")]).bind("probe").build("probe") == "/a/b"
