"""What to change for one task: the fewest of a solution's changes with which the task's checks pass.

A lesson has one solution for all of its edits, and a learner who asks for one of them should not be shown the
others. It knows texts, and not where they lie nor how they are checked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import NamedTuple, TypeAlias

Texts: TypeAlias = Mapping[PurePosixPath, str]


class Change(NamedTuple):
    """In `path`, the lines from `start` to `end` become `lines`."""

    path: PurePosixPath
    start: int
    end: int
    lines: tuple[str, ...]


def minimal_solution(mine: Texts, wanted: Texts, passes: Callable[[Texts], bool]) -> Texts:
    """Return `mine` with as few of the changes towards `wanted` as still pass; all where all do not pass.

    Each change is left out in turn, and stays out if the rest passes: the last one first, since what uses a
    name stands below what makes it, and again until nothing more can be spared.
    """
    needed: tuple[Change, ...] = tuple(_changes(mine, wanted))
    spared = passes(_changed(mine, needed))
    while spared:
        spared = False
        for change in reversed(needed):
            rest = tuple(each for each in needed if each is not change)
            if passes(_changed(mine, rest)):
                needed, spared = rest, True
    return _changed(mine, needed)


def _changes(mine: Texts, wanted: Texts) -> Iterator[Change]:
    for path, text in wanted.items():
        before, after = _lines(mine.get(path, "")), _lines(text)
        matcher = SequenceMatcher(a=before, b=after, autojunk=False)
        for tag, start, end, first, last in matcher.get_opcodes():
            if tag != "equal":
                yield Change(path, start, end, tuple(after[first:last]))


def _changed(mine: Texts, changes: Collection[Change]) -> Texts:
    texts = dict(mine)
    for path in dict.fromkeys(change.path for change in changes):
        lines = _lines(mine.get(path, ""))
        for change in sorted(changes, key=lambda each: each.start, reverse=True):
            if change.path == path:
                lines[change.start : change.end] = change.lines
        texts[path] = "".join(lines)
    return texts


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
