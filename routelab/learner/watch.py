"""Whether files were saved since one last looked: by content, so that every file system will do.

It reads files, and must not know what they are for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

_LARGE = 1024 * 1024  # bytes; of larger files only size and time are looked at


class News(NamedTuple):
    """What happened to files between two looks, by their names; false where nothing did."""

    saved: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.saved or self.gone)

    def __str__(self) -> str:
        saved, gone = _said(self.saved, "was saved", "were saved"), _said(self.gone, "is gone", "are gone")
        return ", ".join((*saved, *gone))


class Watch:
    """Looks at files again and again; `files` names those of interest, and is asked each time."""

    def __init__(self, files: Callable[[], Mapping[str, Path]]) -> None:
        self._files = files
        self._seen = self._state()

    def has_news(self) -> bool:
        """Tell whether anything changed since the last look."""
        return self._state() != self._seen

    def look(self) -> News:
        """Name the files that were changed, added or deleted since the last look."""
        before, now = self._seen, self._state()
        self._seen = now
        changed = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
        return News(
            saved=tuple(name for name in changed if now.get(name)),
            gone=tuple(name for name in changed if not now.get(name)),
        )

    def _state(self) -> dict[str, str]:
        return {name: _fingerprint(path) for name, path in self._files().items()}


def _fingerprint(path: Path) -> str:
    try:
        status = path.stat()
        if status.st_size > _LARGE:
            return f"{status.st_size} {status.st_mtime_ns}"
        return blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:  # gone for a moment, as editors have it while they save
        return ""


def _said(names: tuple[str, ...], one: str, several: str) -> Iterator[str]:
    if names:
        *first, last = names
        yield f"{', '.join(first)} and {last} {several}" if first else f"{last} {one}"
