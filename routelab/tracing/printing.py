"""What the learner's code prints, and that it can read no input, while a request runs.

It knows streams, and nothing of who writes to them.
"""

from __future__ import annotations

import sys
from io import BytesIO, StringIO, TextIOWrapper


class _StaysOpen(BytesIO):
    """Keeps its bytes even if the learner's code closes `sys.stdout`; like a terminal's, it is write-only."""

    def readable(self) -> bool:
        return False  # so that no decoder is made for each request

    def close(self) -> None:
        pass


class Printed:
    """A standard output that remembers, in place inside a `with` block; there, `input()` finds no input.

    `mark` and `since` cut out what one callable wrote.
    """

    def __init__(self) -> None:
        self._bytes = _StaysOpen()
        # Real learners' code also uses `sys.stdout.buffer` and `reconfigure`: a StringIO has neither.
        self._stream = TextIOWrapper(self._bytes, "utf-8", "backslashreplace", write_through=True)

    def mark(self) -> int:
        """Return the present end, in bytes."""
        return self._bytes.tell()

    def since(self, mark: int) -> str:
        """Return what was written after a mark."""
        if self._bytes.tell() == mark:
            return ""
        return self._bytes.getvalue()[mark:].decode("utf-8", "replace")

    def __enter__(self) -> None:
        self._before = sys.stdout, sys.stdin
        sys.stdout, sys.stdin = self._stream, StringIO()

    def __exit__(self, *_error: object) -> None:
        sys.stdout, sys.stdin = self._before
