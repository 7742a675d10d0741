"""A worker as the tool sees it: ask it, keep the clock, and end it when it is silent too long.

It knows processes and the clock, and nothing of what the messages say.
"""

from __future__ import annotations

import atexit
import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import Any
from weakref import WeakSet

from routelab.ahead import take
from routelab.endsignals import signal_behind
from routelab.errors import WorkerBroken
from routelab.process.ending import BadInterpreter, WorkerEnded, WorkerEnding, not_started
from routelab.process.inbox import FLOODED, Inbox
from routelab.process.pastoutput import PastOutput
from routelab.process.pipes import TO_STOP, Pipes, StartedPipes
from routelab.spawn import Spawned

Message = dict[str, Any]
News = Callable[[Message], None]

# Seconds that a worker has beyond a limit, which it tries to keep in place first.
GRACE = 1.0
TO_START = 20.0  # seconds: a cold disk and a large `sitecustomize`
_TO_BEGIN = 2.0  # seconds until it turns to a message; it may be long to load for the first
_TO_COPY = 10.0  # seconds: no work at all, but a busy machine lets a process wait


_all_ends_at_ctrl_c = False


@contextlib.contextmanager
def ending_at_ctrl_c() -> Iterator[None]:
    """Let Ctrl-C end whoever asks, and not only what was asked.

    Who asks for many things in a row would take what it did to one of them for that one's answer.
    """
    global _all_ends_at_ctrl_c
    before, _all_ends_at_ctrl_c = _all_ends_at_ctrl_c, True
    try:
        yield
    finally:
        _all_ends_at_ctrl_c = before


class Worker:
    """One process with one app. `ask` sends a message and waits for its reply.

    `has_app` is False for a parent of others: Ctrl-C is not meant for it, and its reply tells that it came.
    """

    def __init__(self, pipes: Pipes, token: str, python: str, *, has_app: bool = True) -> None:
        self.python, self.token = python, token
        self._has_app = has_app
        self._pipes = pipes
        self._number = 0
        self._ended = False
        self._inbox = Inbox(pipes, token)
        _alive.add(self)

    def hello(self) -> None:
        """Wait for the worker's first line. Raises BadInterpreter where none comes."""
        try:
            said = self._next_line(_in(TO_START))
        except WorkerEnded as error:
            raise BadInterpreter(self.python, self._why_not(error.ending)) from None
        version = str(said["python"])
        if tuple(map(int, version.split(".")[:2])) < (3, 11):
            self.end()
            raise BadInterpreter(self.python, f"this is Python {version}, and routelab needs 3.11 or later")

    def ready(self) -> None:
        """Wait until a warm parent has loaded what its workers will have."""
        self._next_line(_in(TO_START))

    def ask(self, do: str, seconds: float | None, news: News | None = None, **more: Any) -> Message:
        """Send a message and return its reply, and whether Ctrl-C came; what is told before goes to `news`.

        Raises WorkerEnded where the worker ends, is silent for `seconds` and a little more, says what is no
        message, or does not stop soon after Ctrl-C; within `ending_at_ctrl_c` that raises KeyboardInterrupt.
        The seconds count from where it turns to the message: on a busy machine that is not when it was sent.
        """
        try:
            return self._answer_to(do, seconds, news, more)
        except BaseException as error:
            if ended := signal_behind(error):
                ended.asked_app = True
            raise

    def _answer_to(
        self, do: str, seconds: float | None, news: News | None, more: Mapping[str, Any]
    ) -> Message:
        self._number += 1
        number = self._number
        self._inbox.expect_answer(number)
        deadline = None if seconds is None else self._deadline(number, seconds)
        self._send({"id": number, "do": do, "seconds": seconds, **more})
        interrupted = False
        while True:
            try:
                said = self._next_line(deadline)
            except KeyboardInterrupt:
                if _all_ends_at_ctrl_c:
                    self.end("interrupt")
                    raise
                if interrupted and self._has_app:
                    raise WorkerEnded(self.end("interrupt")) from None
                interrupted = True
                if self._has_app:
                    deadline = _in(TO_STOP)
                    self._interrupt()
                continue
            except WorkerEnded as error:
                if interrupted and error.ending.by_us == "limit":
                    raise WorkerEnded(error.ending._replace(by_us="interrupt")) from None
                raise
            if said.get("id") != number:
                raise WorkerEnded(self.end("broken"))
            if "news" in said:
                if news is not None:
                    news(said)
                continue
            return {**said, "interrupted": interrupted}

    def copy(self, *, last: bool) -> bool:
        """Let a copy of the process answer what follows; False where there can be none, or it is gone.

        The `last` is the process itself, as it is.
        """
        try:
            return self.ask("copy", _TO_COPY, last=last).get("copied") is True
        except WorkerEnded:
            return False

    def leave(self) -> None:
        """End the copy: the process that it was made of goes on. A worker that does not hear it is ended."""
        with contextlib.suppress(WorkerEnded):
            self.ask("leave", _TO_COPY)

    def begin_again(self) -> bool:
        """Let the app go, for another to be loaded; False where the process cannot be as it was before.

        That is how it was when this was first asked, before it loaded any app. Raises WorkerBroken where it
        failed at that.
        """
        try:
            said = self.ask("begin_again", _TO_COPY)
        except WorkerEnded:
            return False
        if "failed" in said:
            raise WorkerBroken(str(said["failed"]))
        return said.get("begun") is True

    def unchanged(self) -> bool:
        """Tell whether libraries hold what they did when it was first asked to begin again."""
        try:
            return self.ask("unchanged", _TO_COPY).get("unchanged") is True
        except WorkerEnded:
            return False

    def written_past(self) -> PastOutput:
        """Return what the app wrote past `sys.stdout`, once all of the last reply's has come."""
        return self._inbox.past_answer(self._number)

    def end(self, by_us: str | None = None) -> WorkerEnding:
        """End the process and all that it started, and tell how it had ended."""
        _alive.discard(self)
        self._ended = True
        if by_us == "limit":
            self._inbox.wait_for_dump()
        if by_us in ("limit", "interrupt"):
            self._inbox.wait_for_more()  # the watchdog may be writing where the code is
        return self._pipes.end(by_us, self._inbox.past.frames)

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet, as far as we have heard."""
        return not self._ended and not self._inbox.at_end

    def _deadline(self, number: int, seconds: float) -> Callable[[], float]:
        latest = monotonic() + (TO_START if number == 1 else _TO_BEGIN)
        return lambda: (latest if self._inbox.began is None else self._inbox.began) + seconds + GRACE

    def _send(self, message: Message) -> None:
        line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        with contextlib.suppress(OSError, ValueError):  # it is gone, or was ended: the next read says so
            self._pipes.write(line)

    def _interrupt(self) -> None:
        # One of the two, for each raises KeyboardInterrupt there; a signal also wakes what waits inside C.
        if not self._pipes.interrupt():
            self._send({"do": "interrupt"})

    def _next_line(self, deadline: Callable[[], float] | None) -> Message:
        line = self._inbox.line(deadline)
        if line is None:
            raise WorkerEnded(self.end(None if self._inbox.at_end else "limit"))
        if line == FLOODED:
            raise WorkerEnded(self.end("flood"))
        begin = self.token.encode() + b" "
        try:
            said = json.loads(line.removeprefix(begin))
            if line.startswith(begin) and isinstance(said, dict):
                return said
        except (ValueError, RecursionError):
            pass
        raise WorkerEnded(self.end("broken"))

    def _why_not(self, ending: WorkerEnding) -> str:
        said = self._inbox.last_words
        last = f" and said {said[:200]!r}" if said else ""
        if ending.by_us is not None:
            return f"it did not answer as a Python does{last}"
        how = f"exit code {ending.code}" if ending.signal is None else f"signal {ending.signal}"
        return f"it ended with {how}{last}"


def start_worker(python: str, engine: str) -> Worker:
    """Start a worker in an interpreter, and let it import an engine ahead. Raises BadInterpreter."""
    role = f"app:{engine}"
    return worker_of(take(python, role) or spawned(python, role))


def spawned(
    python: str, role: str, within: Sequence[str] = (), environ: Mapping[str, str] | None = None
) -> Spawned:
    """Start the process of a worker. Raises what `not_started` returns where the system does not."""
    try:
        return Spawned(python, role, within=within, environ=environ)
    except OSError as error:
        raise not_started(python, error) from None


def worker_of(process: Spawned, *, has_app: bool = True) -> Worker:
    """Return the worker that was started as a process."""
    return Worker(StartedPipes(process.process), process.token, process.python, has_app=has_app)


def _in(seconds: float) -> Callable[[], float]:
    at = monotonic() + seconds
    return lambda: at


_alive: WeakSet[Worker] = WeakSet()


@atexit.register
def _end_all() -> None:
    for worker in list(_alive):
        worker.end("end")
