"""A lesson's card: what the list of lessons says of it, read from the head of its lesson.md alone.

It must not read pages: to show a course in a list takes no Markdown parser. What a whole lesson says
is read by `lessons.reading`, and a test holds the two together.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from routelab.lessons.course import key_of
from routelab.lessons.findings import LESSON_FILE

_BLOCK = "toml lesson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A lesson as the list shows it; `number` counts from 1 in its course."""

    folder: Path
    key: str
    number: int
    title: str
    goal: str
    pages: int
    part: str = ""
    minutes: int | None = None


def read_card(folder: Path, number: int) -> Card:
    """Read a card; a lesson.md that cannot be read gives one with the folder's name for a title."""
    try:
        text = (folder / LESSON_FILE).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        text = ""
    plain, settings = _split(text)
    titles = [line[2:].strip() for line in plain if line.startswith("# ")]
    part, minutes = settings.get("part"), settings.get("minutes")
    return Card(
        folder=folder,
        key=key_of(folder),
        number=number,
        title=titles[0] if titles else folder.name,
        goal=_goal(plain),
        pages=sum(line.startswith("## ") for line in plain),
        part=part if isinstance(part, str) else "",
        minutes=minutes if isinstance(minutes, int) else None,
    )


def _split(text: str) -> tuple[list[str], dict[str, Any]]:
    """Return the lines outside of fences, and what the `toml lesson` block says."""
    plain: list[str] = []
    settings: list[str] = []
    fence, words = "", ""
    for line in text.splitlines():
        mark = line[: len(line) - len(line.lstrip("`~"))]
        if not fence and len(mark) >= 3:
            fence, words = mark, " ".join(line[len(mark) :].split())
        elif fence and line.strip() == fence:
            fence = ""
        elif not fence:
            plain.append(line)
        elif words == _BLOCK:
            settings.append(line)
    try:
        return plain, tomllib.loads("\n".join(settings))
    except tomllib.TOMLDecodeError:
        return plain, {}


def _goal(lines: list[str]) -> str:
    """Join the first paragraph below the title."""
    return " ".join(_first_paragraph(lines)).replace("`", "")


def _first_paragraph(lines: list[str]) -> Iterator[str]:
    begun = False
    for line in lines:
        if line.startswith("## "):
            return
        if line.startswith("#") or not line.strip():
            if begun:
                return
            continue
        begun = True
        yield line.strip()
