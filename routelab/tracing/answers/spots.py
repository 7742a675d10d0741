"""Which line of the learner's decided, with what stands around it.

It reads calls and exceptions as the steps tell of them, and says nothing in words.
"""

from __future__ import annotations

import re

from routelab.record import Record
from routelab.tracing.facts import Call, Escaped, Raised

_BEFORE, _AFTER = 2, 1
# Of a longer function the line that decides is shown, and what stands right around it.
_LINES = 5
_NAMED = re.compile(r"endpoint ('[^']+')|[Nn]ame '([^']+)' is not defined|attribute '([^']+)'")


class Spot(Record):
    """The line that decided, with `lines` of its file from `first` on; `start` and `end` are its piece."""

    file: str
    line: int
    first: int
    lines: tuple[str, ...]
    start: int = 0
    end: int = 0


def definition_spot(ran: Call) -> Spot | None:
    """Return the function's own line, the one of its `def`, and what stands above it; a short one whole."""
    spot = None if ran.place.line is None else spot_around(ran, ran.place.line)
    if spot is None or len(ran.source) <= _LINES:
        return spot
    return spot.replace(lines=spot.lines[: spot.line - spot.first + 1])


def raising_spot(ran: Call, error: Raised, escaped: Escaped | None) -> Spot | None:
    spot = None
    if error.file is not None and error.line is not None:
        if error.file == ran.place.file:
            spot = spot_around(ran, error.line)
        if spot is None and escaped is not None:
            frames = (it for it in escaped.frames if (it.file, it.line) == (error.file, error.line))
            frame = next(frames, None)
            spot = None if frame is None else line_spot(frame.file, frame.line, frame.source)
    return _marked(spot or line_spot(error.file, error.line, error.source), error)


def raised_spot(error: Raised | None) -> Spot | None:
    """Return the line that raised, where no call of the learner's is told of."""
    return None if error is None else _marked(line_spot(error.file, error.line, error.source), error)


def _marked(spot: Spot | None, error: Raised) -> Spot | None:
    key = error.missing_key or (error.message if error.type == "KeyError" else "")
    return None if spot is None else with_mark(spot, error.message, key)


def last_frame_spot(escaped: Escaped | None) -> Spot | None:
    if escaped is None or not escaped.frames:
        return None
    frame = escaped.frames[-1]
    spot = line_spot(frame.file, frame.line, frame.source)
    return None if spot is None else with_mark(spot, escaped.message)


def line_spot(
    file: str | None, line: int | None, source: str | None, lines: tuple[str, ...] = ()
) -> Spot | None:
    """Return a line alone, or the last of some `lines`; None where it is not known."""
    if file is None or line is None or not source:
        return None
    lines = lines or (source,)
    return Spot(file=file, line=line, first=line - len(lines) + 1, lines=lines)


def spot_around(ran: Call, line: int) -> Spot | None:
    """Return a short function whole, else the lines around one; None where they are not known."""
    first, source = ran.first_line, ran.source
    if ran.place.file is None or first is None or not first <= line < first + len(source):
        return None
    at = line - first
    begin, end = (0, len(source)) if len(source) <= _LINES else (max(0, at - _BEFORE), at + _AFTER + 1)
    return Spot(file=ran.place.file, line=line, first=first + begin, lines=source[begin:end])


def found_spot(file: str, found: re.Match[str]) -> Spot | None:
    """Return the line where what was found in a file's text ends, and mark it; None where that is nothing."""
    end = found.start() + len(found[0].rstrip())
    if end == found.start():
        return None
    lines = found.string.split("\n")
    at, begins = found.string.count("\n", 0, end), found.string.rfind("\n", 0, end) + 1
    first = next(
        (it for it in range(at, at - _BEFORE, -1) if it == 0 or not lines[it - 1].strip()), at - _BEFORE
    )
    indent = len(lines[at]) - len(lines[at].lstrip())
    return Spot(
        file=file,
        line=at + 1,
        first=first + 1,
        lines=(*lines[first : at + 1], *filter(str.strip, lines[at + 1 : at + 1 + _AFTER])),
        start=max(found.start() - begins, indent),
        end=end - begins,
    )


def with_mark(spot: Spot, message: str, literal: str = "") -> Spot:
    """Mark the piece of the deciding line that the exception names, a text in quotes or a whole word.

    That is `literal`, as Python writes it, or else what the message names.
    """
    found = _NAMED.search(message)
    literal = literal or next(filter(None, found.groups() if found else ()), "")
    named = literal.strip("'\"")
    quote = r"['\"]" if named != literal else r"\b"
    text = spot.lines[spot.line - spot.first]
    at = re.search(f"{quote}({re.escape(named)}){quote}", text) if named else None
    return spot if at is None else spot.replace(start=at.start(1), end=at.end(1))
