"""The tool's end of a worker: start it, ask it, and end it when it is silent too long.

It knows processes, pipes and the clock, and nothing of what the messages say. Two threads read what comes, so
that waiting for it can always be broken off, on every system.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakSet

from routelab.ahead import take
from routelab.errors import RoutelabError
from routelab.spawn import Spawned
from routelab.tracing.facts import Frame

if TYPE_CHECKING:
    from routelab.spawn import Process

Message = dict[str, Any]
News = Callable[[Message], None]

# Seconds that a worker has beyond a limit, which it tries to keep in place first.
GRACE = 1.0
_TO_START = 20.0  # seconds: a cold disk and a large `sitecustomize`
_TO_STOP = 1.0  # seconds after Ctrl-C
_AWAKE = 0.05  # seconds: on Windows, waiting for a lock hears no Ctrl-C
_KEPT = 10_000  # bytes of what is written past `sys.stdout`, for one step
_GARBAGE = 10_000  # bytes that an interpreter may print before the worker's first line
_LONGEST_ANSWER = 64 * 1024 * 1024  # bytes: the longest body that is recorded has 16 MB, 22 as base64
_HAS_SIGNALS = os.name == "posix"  # to a process, and to its group
_HAS_FORK = hasattr(os, "fork") and hasattr(os, "mkfifo")
_LONGEST_MARK = 100  # bytes
_DUMP_BEGINS = b"Timeout (0:"  # as faulthandler has it
_DUMPED = re.compile(rb'  File "(.+)", line (\d+) in (\S+)').findall


class WorkerEnding(NamedTuple):
    """How a worker ended: by itself with a code or a signal, or by us: "limit", "interrupt", "broken"."""

    by_us: str | None
    code: int | None
    signal: int | None
    frames: tuple[Frame, ...] = ()


class WorkerEnded(Exception):
    """The worker is gone, or had to be ended; `ending` says how."""

    def __init__(self, ending: WorkerEnding) -> None:
        self.ending = ending
        super().__init__(str(ending))


class BadInterpreter(RoutelabError):
    """The app's interpreter cannot run a worker."""

    def __init__(self, python: str, problem: str) -> None:
        self.python, self.problem = python, problem
        super().__init__(
            f"--python {python}: {problem}; name a Python 3.11 or later, or a virtual environment"
        )


class Worker:
    """One process with one app. `ask` sends a message and waits for its reply."""

    def __init__(self, pipes: _Pipes, token: str, python: str) -> None:
        self.python = python
        self._pipes = pipes
        self._token = token.encode() + b" "
        self._number = 0
        self._change = threading.Condition()
        self._lines: list[bytes] = []
        self._answered = 0  # bytes, since the last question
        self._garbage = b""
        self._at_end = False
        self._past = PastOutput(token)
        _alive.add(self)
        for read in (self._read_lines, self._read_past):
            threading.Thread(target=read, daemon=True).start()

    def hello(self) -> None:
        """Wait for the worker's first line. Raises BadInterpreter where none comes."""
        deadline = monotonic() + _TO_START
        try:
            said = self._next_line(deadline)
        except WorkerEnded as error:
            raise BadInterpreter(self.python, self._why_not(error.ending)) from None
        version = str(said["python"])
        if tuple(map(int, version.split(".")[:2])) < (3, 11):
            self.end()
            raise BadInterpreter(self.python, f"this is Python {version}, and routelab needs 3.11 or later")

    def ready(self) -> None:
        """Wait until a warm parent has loaded what its workers will have."""
        self._next_line(monotonic() + _TO_START)

    def ask(self, do: str, seconds: float | None, news: News | None = None, **more: Any) -> Message:
        """Send a message and return its reply; what is told before that goes to `news`.

        Raises WorkerEnded where the worker ends, is silent for `seconds` and a little more, says what is no
        message, or does not stop soon after Ctrl-C.
        """
        self._number += 1
        self._answered = 0
        number = self._number
        self._send({"id": number, "do": do, "seconds": seconds, **more})
        deadline = None if seconds is None else monotonic() + seconds + GRACE
        interrupted = False
        while True:
            try:
                said = self._next_line(deadline)
            except KeyboardInterrupt:
                if interrupted:
                    raise WorkerEnded(self.end("interrupt")) from None
                interrupted, deadline = True, monotonic() + _TO_STOP
                self._interrupt()
                continue
            except WorkerEnded as error:
                if interrupted and error.ending.by_us == "limit":
                    raise WorkerEnded(error.ending._replace(by_us="interrupt")) from None
                raise
            if said.get("id") != number:
                raise WorkerEnded(self.end("broken"))
            if "steps" in said and "trace" not in said:
                if news is not None:
                    news(said)
                continue
            return said

    def written_past(self) -> PastOutput:
        """Return what the app wrote past `sys.stdout`, once all of the last reply's has come."""
        with self._change:
            self._change.wait_for(lambda: self._at_end or self._past.reached(self._number), timeout=0.5)
        return self._past

    def end(self, by_us: str | None = None) -> WorkerEnding:
        """End the process and all that it started, and tell how it had ended."""
        _alive.discard(self)
        if by_us in ("limit", "interrupt"):
            with self._change:  # the watchdog may be writing where the code is
                self._change.wait(timeout=_AWAKE)
        return self._pipes.end(by_us, self._past.frames)

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet, as far as we have heard."""
        return not self._at_end

    def _send(self, message: Message) -> None:
        line = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        with contextlib.suppress(OSError, ValueError):  # it is gone, or was ended: the next read says so
            self._pipes.write(line)

    def _interrupt(self) -> None:
        # One of the two, for each raises KeyboardInterrupt there; a signal also wakes what waits inside C.
        if not self._pipes.interrupt():
            self._send({"do": "interrupt"})

    def _next_line(self, deadline: float | None) -> Message:
        with self._change:
            while not self._lines:
                if self._at_end:
                    raise WorkerEnded(self.end())
                left = _AWAKE if deadline is None else min(deadline - monotonic(), _AWAKE)
                if left <= 0:
                    break
                self._change.wait(timeout=left)
            line = self._lines.pop(0) if self._lines else None
        if line is None:
            raise WorkerEnded(self.end("limit"))
        try:
            said = json.loads(line.removeprefix(self._token))
            if line.startswith(self._token) and isinstance(said, dict):
                return said
        except (ValueError, RecursionError):
            pass
        raise WorkerEnded(self.end("broken"))

    def _read_lines(self) -> None:
        """Take in the worker's lines; before its first, an interpreter may print what it likes."""
        begun: list[bytes] = []  # pieces of a line that has not ended, joined once: a line may be a long body
        while chunk := self._pipes.read_out():
            self._answered += len(chunk)
            if self._answered > _LONGEST_ANSWER:  # no answer is that long: a flood, to which nobody listens
                begun.clear()
                with self._change:
                    self._lines[:] = [b"flooded"]
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
            elif not self._number and not self._lines and sum(map(len, begun)) > _GARBAGE:
                with self._change:
                    self._garbage = b"".join(begun)[:_GARBAGE]
                begun.clear()
        rest = b"".join(begun)
        self._pipes.close_out()
        with self._change:
            self._garbage = (self._garbage + rest)[:_GARBAGE]
            self._at_end = True
            self._change.notify_all()

    def _take_line(self, line: bytes) -> None:
        if self._number or self._lines or self._token in line:
            at = max(line.find(self._token), 0) if not self._number else 0
            self._lines.append(line[at:])
        else:
            self._garbage = (self._garbage + line + b"\n")[:_GARBAGE]

    def _read_past(self) -> None:
        while chunk := self._pipes.read_past():
            with self._change:
                self._past.feed(chunk)
                self._change.notify_all()
        self._pipes.close_past()

    def _why_not(self, ending: WorkerEnding) -> str:
        said = (
            (self._garbage.decode("utf-8", "replace") + "".join(self._past.take().values()))
            .strip()
            .splitlines()
        )
        last = f" and said {said[-1][:200]!r}" if said else ""
        if ending.by_us is not None:
            return f"it did not answer as a Python does{last}"
        how = f"exit code {ending.code}" if ending.signal is None else f"signal {ending.signal}"
        return f"it ended with {how}{last}"


class PastOutput:
    """What comes through the third pipe: stretches of the app's output between the worker's marks.

    A stretch belongs to the place of the step whose call ran, or to none. Last may come what the watchdog
    writes of code that runs past its limit.
    """

    def __init__(self, token: str) -> None:
        self._mark = re.compile(rb"\x1e" + re.escape(token.encode()) + rb" ([^\x1f]*)\x1f")
        self._rest = b""
        self._step: int | None = None
        self._done = 0
        self._kept: dict[int | None, bytes] = {}
        self._left_out: dict[int | None, int] = {}
        self._dump: bytes | None = None

    def reached(self, number: int) -> bool:
        """Tell whether all has come that was written before a reply."""
        return self._done >= number

    @property
    def frames(self) -> tuple[Frame, ...]:
        """Where the code was when the watchdog looked, innermost first; no lines of text yet."""
        return tuple(
            Frame(file=file.decode("utf-8", "replace"), line=int(line), function=name.decode(), source="")
            for file, line, name in _DUMPED(self._dump or b"")
        )

    def take(self) -> dict[int | None, str]:
        """Return what was written since this was last asked, by the place of the step, cut at a bound."""
        kept, self._kept = self._kept, {}
        left_out, self._left_out = self._left_out, {}
        return {
            step: data.decode("utf-8", "replace")
            + (f"\n... and {left_out[step]} bytes more" if step in left_out else "")
            for step, data in kept.items()
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
        self._dump = None
        word, _, number = text.partition(" ")
        self._step = int(number) if word == "step" and number.lstrip("-").isdigit() else None
        if word == "end":
            self._done = int(number)

    def _keep(self, data: bytes) -> None:
        if self._dump is None and (at := data.find(_DUMP_BEGINS)) >= 0:
            data, self._dump = data[:at], data[at:]
        elif self._dump is not None:
            self._dump += data
            return
        if not data:
            return
        kept = self._kept.get(self._step, b"")
        room = max(_KEPT - len(kept), 0)
        self._kept[self._step] = kept + data[:room]
        if len(data) > room:
            self._left_out[self._step] = self._left_out.get(self._step, 0) + len(data) - room


# Pipes: to a process that we started, or to one that a warm parent forked


class _Pipes:
    """The three pipes of a worker, and the process at their other end."""

    def write(self, data: bytes) -> None:
        raise NotImplementedError

    def read_out(self) -> bytes:
        raise NotImplementedError

    def read_past(self) -> bytes:
        raise NotImplementedError

    def close_out(self) -> None:
        raise NotImplementedError

    def close_past(self) -> None:
        raise NotImplementedError

    def interrupt(self) -> bool:
        """Send the process a signal; False where the system has none for that."""
        raise NotImplementedError

    def end(self, by_us: str | None, frames: tuple[Frame, ...]) -> WorkerEnding:
        raise NotImplementedError


class _StartedPipes(_Pipes):
    def __init__(self, process: Process) -> None:
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._in, self._out, self._past = process.stdin, process.stdout, process.stderr

    def write(self, data: bytes) -> None:
        _write_all(self._in.fileno(), data)

    def read_out(self) -> bytes:
        return _read(self._out.fileno())

    def read_past(self) -> bytes:
        return _read(self._past.fileno())

    def close_out(self) -> None:
        self._out.close()

    def close_past(self) -> None:
        self._past.close()

    def interrupt(self) -> bool:
        if not _HAS_SIGNALS:
            return False
        self._process.send_signal(signal.SIGINT)
        return True

    def end(self, by_us: str | None, frames: tuple[Frame, ...]) -> WorkerEnding:
        process = self._process
        if by_us is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=_TO_STOP)
        ended_by_itself = process.poll() is not None
        _kill_group(process.pid)
        with contextlib.suppress(OSError):
            process.kill()
        code = process.wait()
        with contextlib.suppress(OSError):
            self._in.close()
        return _ending(by_us, code if ended_by_itself else None, frames)


class _ForkedPipes(_Pipes):
    """A forked worker's; its parent does to it what must be done, for its number may mean nothing here."""

    def __init__(self, parent: WarmParent, pid: int, into: int, out: int, past: int) -> None:
        self._parent, self._pid = parent, pid
        self._in, self._out, self._past = into, out, past
        self._ending: WorkerEnding | None = None

    def write(self, data: bytes) -> None:
        _write_all(self._in, data)

    def read_out(self) -> bytes:
        return _read(self._out)

    def read_past(self) -> bytes:
        return _read(self._past)

    def close_out(self) -> None:
        os.close(self._out)

    def close_past(self) -> None:
        os.close(self._past)

    def interrupt(self) -> bool:
        self._parent.tell("interrupt", pid=self._pid)
        return True

    def end(self, by_us: str | None, frames: tuple[Frame, ...]) -> WorkerEnding:
        if self._ending is None:
            code = None
            if by_us is None:
                deadline = monotonic() + _TO_STOP
                while self._parent.alive and monotonic() < deadline:
                    if (code := self._parent.tell("state", pid=self._pid)) is not None:
                        break
                    threading.Event().wait(0.005)
            self._parent.tell("kill", pid=self._pid)
            with contextlib.suppress(OSError):
                os.close(self._in)
            self._ending = _ending(by_us, code, frames)
        return self._ending


class WarmParent:
    """A process that forks workers, for those who want many: ready in milliseconds, each of its own.

    `within` and `environ` are as `Spawned` has them; `pipes` is a folder that both processes see, by its name
    here and by its name there. Workers run as `user`, where that is a number: only root can have them so.
    """

    def __init__(
        self,
        python: str,
        engine: str,
        *,
        within: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
        pipes: tuple[Path, Path] | None = None,
        user: int | None = None,
    ) -> None:
        self._worker = _started(_spawned(python, f"parent:{engine}", within, environ))
        self._pipes, self._user = pipes, user
        self._alone = bool(within)
        self._lock = threading.Lock()
        self._ready = False

    def worker(self) -> Worker:
        """Fork a worker. Raises BadInterpreter where it cannot start, WorkerEnded where it is gone."""
        import tempfile  # only those with many workers need it

        here, there = self._pipes or (None, None)
        with tempfile.TemporaryDirectory(prefix="routelab-", dir=here) as folder:
            for name in ("in", "out", "past"):
                os.mkfifo(Path(folder, name), 0o600)
            # Opened without waiting for the other end; from then on reading waits.
            out = os.open(Path(folder, "out"), os.O_RDONLY | os.O_NONBLOCK)
            past = os.open(Path(folder, "past"), os.O_RDONLY | os.O_NONBLOCK)
            # A worker that reads before anybody can write would take that for the end of the tool.
            nobody = os.open(Path(folder, "in"), os.O_RDONLY | os.O_NONBLOCK)
            into = os.open(Path(folder, "in"), os.O_WRONLY | os.O_NONBLOCK)
            try:
                with self._lock:
                    self._wait_until_ready()
                    seen = folder if there is None else str(there / Path(folder).name)
                    pid = self._worker.ask("fork", _TO_START, folder=seen, user=self._user)["pid"]
            except BaseException:
                for descriptor in (into, out, past):
                    os.close(descriptor)
                raise
            finally:
                os.close(nobody)
            for descriptor in (into, out, past):
                os.set_blocking(descriptor, True)
        pipes = _ForkedPipes(self, pid, into, out, past)
        return Worker(pipes, self._worker._token.decode().strip(), self._worker.python)

    def _wait_until_ready(self) -> None:
        if not self._ready:
            self._worker.hello()
            self._worker.ready()
            self._ready = True

    def wait_until_ready(self) -> None:
        """Wait for it. Raises BadInterpreter where it does not start."""
        with self._lock:
            self._wait_until_ready()

    def sweep(self) -> None:
        """End what workers have left behind. There must be none that still works."""
        self.tell("sweep", alone=self._alone)

    def tell(self, do: str, **more: Any) -> int | None:
        """Have something done to workers, and return the exit code that this tells of.

        A parent that is gone, or does not answer, is ended with all its workers.
        """
        with self._lock, contextlib.suppress(WorkerEnded):
            code: int | None = self._worker.ask(do, _TO_STOP, **more).get("code")
            return code
        return None

    @property
    def alive(self) -> bool:
        """Whether it can still fork."""
        return self._worker.alive

    def end(self) -> None:
        """End it."""
        self._worker.end("end")


def start_worker(python: str, engine: str) -> Worker:
    """Start a worker in an interpreter, and let it import an engine ahead. Raises BadInterpreter."""
    return _started(take(python, engine) or _spawned(python, f"app:{engine}"))


def can_fork() -> bool:
    """Tell whether this system has warm parents."""
    return _HAS_FORK


def _spawned(
    python: str, role: str, within: Sequence[str] = (), environ: Mapping[str, str] | None = None
) -> Spawned:
    try:
        return Spawned(python, role, within=within, environ=environ)
    except OSError as error:
        raise BadInterpreter(python, error.strerror or str(error)) from None


def _started(spawned: Spawned) -> Worker:
    return Worker(_StartedPipes(spawned.process), spawned.token, spawned.python)


def _ending(by_us: str | None, code: int | None, frames: tuple[Frame, ...]) -> WorkerEnding:
    if code is not None and code < 0:
        return WorkerEnding(by_us, None, -code, frames)
    return WorkerEnding(by_us, code, None, frames)


def _kill_group(pid: int) -> None:
    if _HAS_SIGNALS:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:
        return b""


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


_alive: WeakSet[Worker] = WeakSet()


@atexit.register
def _end_all() -> None:
    for worker in list(_alive):
        worker.end("end")
