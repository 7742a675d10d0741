"""What an app wrote past `sys.stdout`: what comes through a worker's third pipe, sorted and cut at a bound.

It knows marks and bytes, and neither pipes nor steps.
"""

from __future__ import annotations

import re

from routelab.tracing.facts import Frame
from routelab.tracing.ourframes import OURS, without_ours

_KEPT = 10_000  # bytes of what is written past `sys.stdout`, for one step
_LONGEST_MARK = 100  # bytes
_DUMP_BEGINS = b"Timeout (0:"  # as faulthandler has it
# Python tells of a coroutine that nobody awaited where its collector runs, as in a line of routelab's.
_OUR_LINE = re.compile(
    rf"^{re.escape(OURS)}(?!lessons.bundled)[^\n:]+\.py:\d+: "
    r"(\w+: [^\n]*\n?)(?:  [^\n]*(?:\n|\Z))?",
    re.MULTILINE,
)
_DUMPED = re.compile(rb'  File "(.+)", line (\d+) in (\S+)').findall


class PastOutput:
    """What comes through the third pipe: stretches of the app's output between the worker's marks.

    A stretch belongs to the place of the step whose call ran, or to none. Last may come what the watchdog
    writes of code that runs past its limit.
    """

    def __init__(self, token: str) -> None:
        self._mark = re.compile(rb"\x1e" + re.escape(token.encode()) + rb" ([^\x1f]*)\x1f")
        self._rest = b""
        self._step: int | None = None
        self._begun = self._done = 0
        self._kept: dict[int | None, bytes] = {}
        self._left_out: dict[int | None, int] = {}
        self._tail = b""  # of what was kept or left out last: it may be the beginning of a dump
        self._dump: bytes | None = None
        self._dumped = b""  # whole, since the worker turned to what it was asked last

    @property
    def running(self) -> int | None:
        """The place of the step whose call ran when the last mark came; None where none did."""
        return self._step

    def begun(self, number: int) -> bool:
        """Tell whether the worker has begun with a message."""
        return self._begun >= number

    def reached(self, number: int) -> bool:
        """Tell whether all has come that was written before a reply."""
        return self._done >= number

    @property
    def frames(self) -> tuple[Frame, ...]:
        """Where the code was when the watchdog looked, innermost first; no lines of text yet.

        That is known until the next message, also where the code ended at last and no answer came of it.
        """
        return tuple(
            Frame(file=file.decode("utf-8", "replace"), line=int(line), function=name.decode(), source="")
            for file, line, name in _DUMPED(self._dump or self._dumped)
        )

    def take(self) -> dict[int | None, str]:
        """Return what was written since this was last asked, by the place of the step, cut at a bound.

        A warning that names a line of routelab's stays without that, and a stack without its frames.
        """
        kept, self._kept = self._kept, {}
        left_out, self._left_out = self._left_out, {}
        return {
            step: without_ours(_OUR_LINE.sub(r"\1", data.decode("utf-8", "replace")))
            + (f"\n... and {left_out[step]} bytes more" if step in left_out else "")
            for step, data in kept.items()
            if data
        }

    def feed(self, chunk: bytes) -> None:
        """Take in some of it."""
        pieces = self._mark.split(self._rest + chunk)
        self._rest = b""
        last = pieces[-1]
        begin = last.rfind(b"\x1e")
        if begin >= 0 and len(last) - begin < _LONGEST_MARK:  # perhaps the beginning of a mark
            pieces[-1], self._rest = last[:begin], last[begin:]
        for place, piece in enumerate(pieces):
            if place % 2:
                self._take_mark(piece.decode("ascii", "replace"))
            elif piece:
                self._keep(piece)

    def _take_mark(self, text: str) -> None:
        self._tail = b""
        word, _, number = text.partition(" ")
        said = _number(number)
        self._step = said if word == "step" else None
        if word == "begin" and said is not None:
            self._begun, self._dump, self._dumped = said, None, b""
        elif word == "end" and said is not None:
            self._done = said
            # No other mark ends a dump: on a busy machine its thread may write while the code goes on.
            if self._dump is not None:
                self._dumped, self._dump = self._dump, None

    def _keep(self, data: bytes) -> None:
        if self._dump is not None:
            self._dump += data
            return
        seen, taken = self._tail + data, len(self._tail)
        self._tail = seen[1 - len(_DUMP_BEGINS) :]
        at = seen.find(_DUMP_BEGINS)
        if at >= 0:
            self._dump, self._tail = seen[at:], b""
            if at < taken:
                self._forget(taken - at)
            data = data[: max(at - taken, 0)]
        if not data:
            return
        kept = self._kept.get(self._step, b"")
        room = max(_KEPT - len(kept), 0)
        self._kept[self._step] = kept + data[:room]
        if len(data) > room:
            self._left_out[self._step] = self._left_out.get(self._step, 0) + len(data) - room

    def _forget(self, count: int) -> None:
        """Take the last bytes back, which were the beginning of what the watchdog writes."""
        left_out = self._left_out.pop(self._step, 0)
        if left_out > count:
            self._left_out[self._step] = left_out - count
        elif left_out < count:
            self._kept[self._step] = self._kept[self._step][: left_out - count]


def _number(text: str) -> int | None:
    """Read the number of a mark; None of anything else, which an app that knows the token may write."""
    try:
        return int(text)
    except ValueError:
        return None
