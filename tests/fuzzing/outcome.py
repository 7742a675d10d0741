"""What one example came to, and what must never come: tracebacks, hangs, raw characters, unknown exit codes.

It knows what was written and how it ended, and nothing of what was tried.
"""

from __future__ import annotations

import io
import re
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from enum import Enum

from hostile.steering import raw
from routelab.errors import RoutelabError
from routelab.screen.telling import complain
from support import ROOT

HANG = 1.0  # seconds of this thread's own work, or of waiting for an app past its limit
_CODES = re.findall(r"^\| ([\d, ]+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
DOCUMENTED = {int(code) for codes in _CODES for code in codes.split(", ")} - {70}


class Fault(Enum):
    """What must never come of any example."""

    TRACEBACK = "tracebacks"
    HANG = "hangs over a second"
    RAW = "raw control characters"
    CODE = "undocumented exit codes"


@dataclass(slots=True)
class Tally:
    """How many examples there were, and the faults; of each the first few examples are kept."""

    tried: int = 0
    faults: dict[Fault, int] = field(default_factory=lambda: dict.fromkeys(Fault, 0))
    kept: list[tuple[Fault, str, str]] = field(default_factory=list)

    def add(self, fault: Fault, example: object, about: str) -> None:
        self.faults[fault] += 1
        if len(self.kept) < 20:
            self.kept.append((fault, repr(example), about))

    def take(self, other: Tally) -> None:
        """Count what another has counted, too."""
        self.tried += other.tried
        for fault, number in other.faults.items():
            self.faults[fault] += number
        self.kept += other.kept[: 20 - len(self.kept)]

    def __str__(self) -> str:
        return ", ".join(f"{number} {fault.value}" for fault, number in self.faults.items())


class Written(io.StringIO):
    """A standard stream that takes bytes, too."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = io.BytesIO()

    @property
    def buffer(self) -> io.BytesIO:
        return self._bytes

    def all(self) -> str:
        return self.getvalue() + self._bytes.getvalue().decode("utf-8", "surrogateescape")


@contextmanager
def captured() -> Iterator[Written]:
    written = Written()
    with redirect_stdout(written), redirect_stderr(written):
        yield written


def try_one(tally: Tally, example: object, subject: Callable[[], int | None], allowed: float = 0.0) -> None:
    """Try one example: what it raises that is no error of ours, writes, returns and takes.

    `subject` returns an exit code where it has one. `allowed` is how many seconds it may wait for an app.
    """
    tally.tried += 1
    began, worked = time.monotonic(), time.thread_time()
    code: int | None = None
    with captured() as written:
        try:
            code = subject()
        except RoutelabError as error:
            complain(*f"routelab: {error}".split("\n"))
            code = error.exit_code
        except Exception as error:
            tally.add(Fault.TRACEBACK, example, "".join(traceback.format_exception(error)[-4:]))
    waited, worked = time.monotonic() - began, time.thread_time() - worked
    text = written.all()
    if found := raw(text):
        tally.add(Fault.RAW, example, repr(found))
    if "bug in routelab" in text:
        tally.add(Fault.TRACEBACK, example, text[-2000:])
    if code is not None and code not in DOCUMENTED:
        tally.add(Fault.CODE, example, str(code))
    # A machine that is busy makes everything wait: what this thread works is what counts, or a wait past belief.
    if worked > HANG or waited > allowed + 20 * HANG:
        tally.add(Fault.HANG, example, f"{worked:.2f} seconds of work, {waited:.2f} in all")
