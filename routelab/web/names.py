"""Names of files that every system takes, Windows too: what a site hands out is unpacked anywhere.

It knows names, and asks no file system.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE
)
_FORBIDDEN = re.compile(r'[<>:"\\|?*\x00-\x1f\x7f\ud800-\udfff]')
_LONGEST = 100  # characters of a path below a folder: Windows has 260 for all of it


def portable(path: str) -> bool:
    """Tell whether a relative path with `/` can be a file's on every system.

    >>> [portable(it) for it in ("templates/a.html", "con.txt", "a:b", "ends.", "../up", "/root")]
    [True, False, False, False, False, False]
    """
    parts = path.split("/")
    return len(path) <= _LONGEST and all(map(_is_name, parts)) and not PurePosixPath(path).is_absolute()


def _is_name(part: str) -> bool:
    if part in ("", ".", "..") or part[-1] in ". " or part[0] == " ":
        return False
    return _RESERVED.fullmatch(part) is None and _FORBIDDEN.search(part) is None
