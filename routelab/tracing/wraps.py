"""Attributes of one object shadowed for a while, and taken off again so that nothing is left.

It knows nothing of Flask or of what the shadows do.
"""

from __future__ import annotations

from typing import Any

_MISSING = object()


class Wraps:
    """Instance attributes that hide others until `undo`."""

    def __init__(self) -> None:
        self._hidden: list[tuple[dict[str, Any], str, Any]] = []

    def put(self, owner: object, name: str, shadow: Any) -> None:
        """Set `owner.name`, past any `__setattr__` or property of its class."""
        attributes = vars(owner)
        self._hidden.append((attributes, name, attributes.get(name, _MISSING)))
        attributes[name] = shadow

    def undo(self) -> None:
        """Leave every touched object with the attributes that it had before."""
        while self._hidden:
            attributes, name, before = self._hidden.pop()
            if before is _MISSING:
                attributes.pop(name, None)
            else:
                attributes[name] = before
