"""What has come from a worker and was not taken yet: its lines, and what its app wrote past them.

Two threads read, so that waiting can always be broken off, on every system. It knows how lines begin and end,
and nothing of what they say.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from routelab.process.pastoutput import PastOutput
from routelab.process.pipes import Pipes

AWAKE = 0.05  # seconds: on Windows, waiting for a lock hears no Ctrl-C
_TO_HEAR = 0.5  # seconds until the last words of a process that has ended are read, on a busy machine
_TO_DUMP = 0.4  # seconds that a watchdog may be late on a busy machine
_GARBAGE = 10_000  # bytes that an interpreter may print before the worker's first line
LONGEST_ANSWER = 64 * 1024 * 1024  # bytes: the longest body that is recorded has 16 MB, 22 as base64

FLOODED = b"flooded"  # a line in the place of all that came, where it was more than that


class Inbox:
    """Fills as long as the worker writes. Before its first line, an interpreter may print what it likes."""

    def __init__(self, pipes: Pipes, token: str) -> None:
        self._pipes = pipes
        self._token = token.encode() + b" "
        lock = threading.RLock()
        # Of the lines, and of what is written past them: most marks there are news to nobody who waits.
        self._change, self._past_change = threading.Condition(lock), threading.Condition(lock)
        self._lines: list[bytes] = []
        self._asked = False
        self._answered = 0  # bytes, since the last question
        self._expected = 0  # the number of what was asked last
        # By `monotonic`, when the worker turned to what was asked last; None where it has not told so.
        self.began: float | None = None
        self._garbage = b""
        self.at_end = self._past_at_end = False
        self.past = PastOutput(token)
        for read in (self._read_lines, self._read_past):
            threading.Thread(target=read, daemon=True).start()

    def expect_answer(self, number: int) -> None:
        """Note that something is asked from now on."""
        with self._change:
            self._asked = True
            self._answered = 0
            self._expected, self.began = number, None

    def line(self, deadline: Callable[[], float] | None) -> bytes | None:
        """Wait for the next line; None at the end, and where none came by the deadline, which may move.

        It is at the end, too, where the process has ended and only its pipes are held open.
        """
        gone_since: float | None = None
        with self._change:
            while not self._lines and not self.at_end:
                left = AWAKE if deadline is None else min(deadline() - monotonic(), AWAKE)
                if left <= 0:
                    break
                self._change.wait(timeout=left)
                if gone_since is not None:
                    self.at_end = self.at_end or (not self._lines and monotonic() - gone_since > _TO_HEAR)
                elif not self._lines and self._pipes.process_is_gone:
                    gone_since = monotonic()
            return self._lines.pop(0) if self._lines else None

    def wait_for_more(self) -> None:
        """Wait a moment for what may be on its way past the lines."""
        with self._past_change:
            self._past_change.wait(timeout=AWAKE)

    def wait_for_dump(self) -> None:
        """Wait for what the watchdog writes, which is due."""
        with self._past_change:
            self._past_change.wait_for(lambda: self.at_end or self.past.frames, timeout=_TO_DUMP)

    def past_answer(self, number: int) -> PastOutput:
        """Return what the app wrote past its answers, once all until one of them has come, or to the end."""
        with self._past_change:
            self._past_change.wait_for(lambda: self._past_at_end or self.past.reached(number), timeout=0.5)
        return self.past

    @property
    def last_words(self) -> str:
        """The last line of what no worker of ours has said; "" for none."""
        said = self._garbage.decode("utf-8", "replace") + "".join(self.past.take().values())
        return next(reversed(said.strip().splitlines()), "")

    def _read_lines(self) -> None:
        begun: list[bytes] = []  # pieces of a line that has not ended, joined once: a line may be a long body
        while chunk := self._pipes.read_out():
            self._answered += len(chunk)
            if self._answered > LONGEST_ANSWER:  # no answer is that long: a flood, to which nobody listens
                begun.clear()
                with self._change:
                    self._lines[:] = [FLOODED]
                    self._change.notify_all()
                continue
            first, *others = chunk.split(b"\n")
            begun.append(first)
            if others:
                lines = [b"".join(begun), *others[:-1]]
                begun = [others[-1]]
                with self._change:
                    for line in lines:
                        self._take_line(line)
                    self._change.notify_all()
            elif not self._asked and not self._lines and sum(map(len, begun)) > _GARBAGE:
                with self._change:
                    self._garbage = b"".join(begun)[:_GARBAGE]
                begun.clear()
        rest = b"".join(begun)
        self._pipes.close_out()
        with self._change:
            self._garbage = (self._garbage + rest)[:_GARBAGE]
            self.at_end = True
            self._change.notify_all()
            self._past_change.notify_all()

    def _take_line(self, line: bytes) -> None:
        if self._asked or self._lines or self._token in line:
            at = max(line.find(self._token), 0) if not self._asked else 0
            self._lines.append(line[at:])
        else:
            self._garbage = (self._garbage + line + b"\n")[:_GARBAGE]

    def _read_past(self) -> None:
        while chunk := self._pipes.read_past():
            with self._past_change:
                self.past.feed(chunk)
                if self.began is None and self.past.begun(self._expected):
                    self.began = monotonic()
                self._past_change.notify_all()
        self._pipes.close_past()
        with self._past_change:
            self._past_at_end = True
            self._past_change.notify_all()
