"""Whether files were saved since one last looked: by content, so that every file system will do.

It reads files, and must not know what they are for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path

LARGE = 1024 * 1024  # bytes; of larger files only size and time are looked at


class Watch:
    """Looks at files again and again; `files` names those of interest, and is asked each time."""

    def __init__(self, files: Callable[[], Mapping[str, Path]]) -> None:
        self._files = files
        self._seen = self._state()

    def has_news(self) -> bool:
        """Tell whether anything changed since the last look."""
        return self._state() != self._seen

    def look(self) -> tuple[str, ...]:
        """Name the files that were changed, added or deleted since the last look."""
        before, self._seen = self._seen, self._state()
        names = sorted({*before, *self._seen})
        return tuple(name for name in names if before.get(name) != self._seen.get(name))

    def _state(self) -> dict[str, str]:
        return {name: _fingerprint(path) for name, path in self._files().items()}


def _fingerprint(path: Path) -> str:
    try:
        status = path.stat()
        if status.st_size > LARGE:
            return f"{status.st_size} {status.st_mtime_ns}"
        return blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:  # gone for a moment, as editors have it while they save
        return ""
