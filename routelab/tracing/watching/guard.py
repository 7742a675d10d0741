"""One guard for all that the recorder notes: where a note fails, it is missing, and the app's answer stays.

It knows calls and exceptions, and nothing of what is noted.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeAlias

from routelab.stopping import FROM_OUTSIDE

# Takes what could not be noted, in words: "where headers came from".
Missed: TypeAlias = Callable[[str], None]


class Guard:
    """A `with` block of our own: what fails in it is told as not recorded, and goes no further.

    What ends the request from outside (the time limit, Ctrl-C) is no failure, and passes.
    """

    __slots__ = ("_missed", "_what")

    def __init__(self, missed: Missed, what: str) -> None:
        self._missed = missed
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _way: TracebackType | None
    ) -> bool:
        if kind is None or issubclass(kind, FROM_OUTSIDE):
            return False
        self._missed(self._what)
        return True


class Once:
    """A function of the app that is called once, whose outcome is the app's whatever our notes do."""

    __slots__ = ("_called", "_function", "_raised", "_result")

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._called = False
        self._raised: BaseException | None = None
        self._result: Any = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._called = True
        try:
            self._result = result = self._function(*args, **kwargs)
        except BaseException as error:
            self._raised = error
            raise
        return result

    def settled(
        self,
        error: Exception,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        missed: Callable[[], None],
    ) -> Any:
        """Give what counts after `error` came out of the watching: the app's own, or our failure."""
        if error is not self._raised:
            missed()
        if not self._called:
            return self._function(*args, **kwargs)
        raised, self._raised = self._raised, None  # no circle of an exception and a frame on its way
        if raised is not None:
            raise raised
        return self._result
