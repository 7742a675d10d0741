"""A path into JSON, as a lesson writes it: `tracks[0].title`.

It knows no JSON.
"""

from __future__ import annotations

import re
from typing import TypeAlias

JsonPath: TypeAlias = tuple[str | int, ...]

_PATH_PART = re.compile(r"\.?(?P<key>[^.\[\]]+)|\[(?P<index>[0-9]{1,9})\]")


def json_path(text: str) -> JsonPath | None:
    """Read `tracks[0].title` as ("tracks", 0, "title"); None where it is no such path."""
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        part = _PATH_PART.match(text, position)
        if part is None or (position == 0 and text[0] == "."):
            return None
        # After a key or an index the next key needs its dot.
        if parts and part["key"] is not None and text[position] != ".":
            return None
        parts.append(part["key"] if part["index"] is None else int(part["index"]))
        position = part.end()
    return tuple(parts) if parts else None


def json_path_text(path: JsonPath) -> str:
    """Write ("tracks", 0, "title") as `tracks[0].title`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
