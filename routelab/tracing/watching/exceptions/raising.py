"""Where an exception was raised: the end of its way, with the frame, the line and the instruction.

It knows exceptions, and nothing of whose code it was.
"""

from __future__ import annotations

from types import TracebackType


def raising_point(error: BaseException) -> TracebackType | None:
    """Return the end of an exception's way; None for one that was never raised."""
    way = error.__traceback__
    while way is not None and way.tb_next is not None:
        way = way.tb_next
    return way
