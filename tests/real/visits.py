"""Visits of real apps: `NAME.txt` beside an app has one request a line, with the status that it must get.

    200 GET /login
    token name="csrf_token" value="([^"]+)"
    302 POST /login -f name=ann csrf_token={token}

A line that begins with a word takes its value from the body before: what the pattern's group holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

APPS = Path(__file__).parent / "apps"


class Visit(NamedTuple):
    """One request of a visit: its status, and its line with the words that were kept put in."""

    status: int
    line: str


class Visitor:
    """Goes through a visit's lines; `answered` is told each body."""

    def __init__(self, name: str) -> None:
        self._lines = (APPS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        self._kept: dict[str, str] = {}
        self.body = b""

    def __iter__(self) -> Iterator[Visit]:
        for line in self._lines:
            first, _, rest = line.partition(" ")
            if first.isdigit():
                for name, value in self._kept.items():
                    rest = rest.replace("{" + name + "}", value)
                yield Visit(int(first), rest)
            else:
                found = re.search(rest, self.body.decode())
                assert found is not None, f"{rest} is not in {self.body!r}"
                self._kept[first] = found[1]


def names() -> list[str]:
    """Name the apps that have a visit."""
    return sorted(file.stem for file in APPS.glob("*.txt"))
