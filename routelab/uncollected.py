"""Keep the collector off while much is loaded at once: what imports make stays, and is no garbage.

It knows the collector alone.
"""

from __future__ import annotations

import gc


class Uncollected:
    """A block in which nothing is searched for garbage; what is there at its end never is."""

    def __enter__(self) -> None:
        gc.disable()

    def __exit__(self, *_failed: object) -> None:
        gc.freeze()
        gc.enable()
