"""Which environment variable was asked for and is not set: Python's own message is no more than the name.

It reads the frame that raised, and calls nothing of the app's.
"""

from __future__ import annotations

import os

from routelab.tracing.watching.exceptions.raising import raising_point


def unset_variable(error: BaseException) -> str | None:
    """Return the variable that `os.environ` was asked for in vain; None for what another mapping raised."""
    if type(error) is not KeyError:
        return None
    way = raising_point(error)
    if way is None or way.tb_frame.f_locals.get("self") is not os.environ:
        return None
    name = error.args[0] if error.args else None
    return name if isinstance(name, str) and name not in os.environ else None
