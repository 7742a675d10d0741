"""A function of a library with an observer before it, as long as at least one request is traced.

It knows neither the function nor what the observer does.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, TypeVar

Told = TypeVar("Told")


class Replacing(Generic[Told]):
    """Puts what `before` makes of a function in its place: an attribute of a class or a module."""

    def __init__(self, owner: Any, name: str, before: Callable[[Any, Told], Any]) -> None:
        self._owner, self._name, self._before = owner, name, before
        self._lock = Lock()
        self._requests = 0
        self._original: Any = None
        self._ours: Any = None  # what stood before it last

    def install(self, told: Told) -> None:
        """Begin to watch; `told` is what the observer tells, and each call needs one of `uninstall`."""
        with self._lock:
            self._requests += 1
            if self._requests > 1:
                return
            original = vars(self._owner)[self._name]
            if original is not self._original:
                self._original, self._ours = original, self._before(original, told)
            setattr(self._owner, self._name, self._ours)

    def uninstall(self) -> None:
        """Leave the function as it was, once no request is traced."""
        with self._lock:
            self._requests -= 1
            if not self._requests:
                setattr(self._owner, self._name, self._original)
