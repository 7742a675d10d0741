"""One guard for all that the recorder notes: where a note fails, it is missing, and the app's answer stays.

It knows calls and exceptions, and nothing of what is noted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any

from routelab.stopping import FROM_OUTSIDE


class Guard(partial[None]):
    """A `with` block of our own: what fails in it is told as not recorded, and goes no further.

    It is the call that tells so: `Guard(notes.missed, "where headers came from")`. A request needs dozens, so
    they are made without a function of Python's. What ends the request from outside (the time limit, Ctrl-C)
    is no failure, and passes.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _way: TracebackType | None
    ) -> bool:
        if kind is None or issubclass(kind, FROM_OUTSIDE):
            return False
        self()
        return True


class Once:
    """A call of the app that is made once, whose outcome is the app's whatever our notes do."""

    __slots__ = ("_call", "_called", "_result", "raised")

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._called = False
        self._result: Any = None
        self.raised: BaseException | None = None

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        """Make the call; the arguments are those that it has already."""
        self._called = True
        try:
            self._result = self._call()
        except BaseException as error:
            self.raised = error
            raise
        return self._result

    def outcome(self) -> Any:
        """Give what came of the call, which is made now where our notes failed before it."""
        if not self._called:
            return self._call()
        raised, self.raised = self.raised, None  # no circle of an exception and a frame on its way
        if raised is not None:
            raise raised
        return self._result
