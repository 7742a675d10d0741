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


Changes: TypeAlias = tuple[Change, ...]


def minimal_solution(mine: Texts, wanted: Texts, passes: Callable[[Texts], bool]) -> Texts:
    """Return `mine` with as few of the changes towards `wanted` as still pass; all where all do not pass.

    Of the changes that are needed, the parts are tried in the same way: one may hold several functions.
    """
    changes = tuple(_changes(mine, wanted))
    if not passes(_changed(mine, changes)):
        return _changed(mine, changes)
    needed = _needed(changes, lambda some: passes(_changed(mine, some)))
    parts = tuple(part for change in needed for part in _parts(change))
    if len(parts) > len(needed):
        needed = _needed(parts, lambda some: passes(_changed(mine, some)))
    return _changed(mine, needed)


def _needed(changes: Changes, passes: Callable[[Changes], bool]) -> Changes:
    """Leave out each change in turn, for good if the rest passes, until nothing more can be spared.

    The last one goes first, since what uses a name stands below what makes it.
    """
    spared = True
    while spared:
        spared = False
        for change in reversed(changes):
            rest = tuple(each for each in changes if each is not change)
            if passes(rest):
                changes, spared = rest, True
    return changes


def _changes(mine: Texts, wanted: Texts) -> Iterator[Change]:
    for path, text in wanted.items():
        before, after = _lines(mine.get(path, "")), _lines(text)
        matcher = SequenceMatcher(a=before, b=after, autojunk=False)
        for tag, start, end, first, last in matcher.get_opcodes():
            if tag != "equal":
                yield Change(path, start, end, tuple(after[first:last]))


def _parts(change: Change) -> Iterator[Change]:
    """Split a change where something new begins: with a line that is not indented, after a blank one.

    What is replaced goes with the first part, and blank lines go with what they are above.
    """
    starts = [0]
    for number in range(1, len(change.lines)):
        above, line = change.lines[number - 1], change.lines[number]
        if above.strip() or not line.strip() or line[0].isspace():
            continue
        blank = number - 1
        while blank and not change.lines[blank - 1].strip():
            blank -= 1
        if blank > starts[-1]:
            starts.append(blank)
    for first, last in zip(starts, [*starts[1:], len(change.lines)], strict=True):
        begin = change.end if first else change.start
        yield change._replace(start=begin, lines=change.lines[first:last])


def _changed(mine: Texts, changes: Collection[Change]) -> Texts:
    texts = dict(mine)
    for path in dict.fromkeys(change.path for change in changes):
        lines = _lines(mine.get(path, ""))
        # The last one goes first, also of several at one place.
        for change in sorted(changes, key=lambda each: each.start)[::-1]:
            if change.path == path:
                lines[change.start : change.end] = change.lines
        texts[path] = "".join(lines)
    return texts


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
