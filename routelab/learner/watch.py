"""Whether files were saved since one last looked: by content, so that every file system will do.

It reads files, and must not know what they are for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from routelab.regularfile import read_bytes

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
    """Looks at files again and again; `files` names those of interest, and is asked each time.

    One look reads them once: the news that `has_news` found are what `look` returns.
    """

    def __init__(self, files: Callable[[], Mapping[str, Path]]) -> None:
        self._files = files
        self._seen: Mapping[str, str] = self._state()
        self._now: Mapping[str, str] | None = None  # what `has_news` saw, until it is looked at

    def has_news(self) -> bool:
        """Tell whether anything changed since the last look."""
        now = self._state()
        self._now = now if now != self._seen else None
        return self._now is not None

    def look(self) -> News:
        """Name the files that were changed, added or deleted since the last look."""
        now, self._now = self._now, None
        # An editor that saves may have its file gone for a moment, which is worth another look.
        if now is None or _news(self._seen, now).gone:
            now = self._state()
        before, self._seen = self._seen, now
        return _news(before, now)

    def watch(self, files: Callable[[], Mapping[str, Path]]) -> None:
        """Watch these files from now on; what was seen of one of them counts, and the others are read."""
        self._files = files
        self._now = None
        self._seen = {name: self._seen.get(name) or _fingerprint(path) for name, path in files().items()}

    def _state(self) -> dict[str, str]:
        return {name: _fingerprint(path) for name, path in self._files().items()}


def _news(before: Mapping[str, str], now: Mapping[str, str]) -> News:
    changed = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    return News(
        saved=tuple(name for name in changed if now.get(name)),
        gone=tuple(name for name in changed if not now.get(name)),
    )


def _fingerprint(path: Path) -> str:
    try:
        status = path.stat()
        if status.st_size > _LARGE:
            return f"{status.st_size} {status.st_mtime_ns}"
        return blake2b(read_bytes(path), digest_size=16).hexdigest()
    except OSError:  # gone for a moment, as editors have it while they save
        return ""


def _said(names: tuple[str, ...], one: str, several: str) -> Iterator[str]:
    if names:
        *first, last = names
        yield f"{', '.join(first)} and {last} {several}" if first else f"{last} {one}"
