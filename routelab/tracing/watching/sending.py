"""A file that was looked for in vain by a function that takes the 404 itself: nothing of it comes out.

Both engines ask Werkzeug's `send_from_directory`, and what it makes its error with is watched as long as a
request is traced: so no frame of ours stands in a traceback that the app may show.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Lock
from types import FrameType
from typing import Any, TypeAlias

import werkzeug.utils

# Takes the frame of the function that did not find a file; whose request it is, it knows itself.
Missed: TypeAlias = Callable[[FrameType], None]
_NAME = "NotFound"  # what that function calls to make its error


class _Watch:
    """Stands before the one place where an error is made for a file that is not in its folder."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests = 0
        self._original: Any = None
        self._ours: Any = None  # what stood before it last

    def install(self, missed: Missed) -> None:
        with self._lock:
            self._requests += 1
            if self._requests > 1:
                return
            original = vars(werkzeug.utils)[_NAME]
            if original is not self._original:
                self._original, self._ours = original, _before(original, missed)
            setattr(werkzeug.utils, _NAME, self._ours)

    def uninstall(self) -> None:
        with self._lock:
            self._requests -= 1
            if not self._requests:
                setattr(werkzeug.utils, _NAME, self._original)


def _before(original: Any, missed: Missed) -> Any:
    def make_error(*args: Any, **kwargs: Any) -> Any:
        missed(sys._getframe(1))
        return original(*args, **kwargs)

    return make_error


SENDING = _Watch()
