"""Whether an app has changed the files of its folder: what is noted of them, to be held against it later.

It reads no file, and knows nothing of apps.
"""

from __future__ import annotations

import os
from typing import TypeAlias

FileStates: TypeAlias = dict[str, tuple[int, ...]]  # by path
_MOST = 1000  # of a folder that is looked through again and again


def files_as_they_are(folder: str) -> FileStates | None:
    """Tell files by what changes with them; None where they are too many, or cannot be seen."""
    found: FileStates = {}
    waiting = [folder]
    try:
        while waiting:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name == "__pycache__":
                        continue
                    if len(found) == _MOST:
                        return None
                    status = entry.stat(follow_symlinks=False)
                    found[entry.path] = (status.st_mode, status.st_ino, status.st_size, status.st_mtime_ns)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
    except OSError:
        return None
    return found
