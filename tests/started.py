"""routelab in a process of its own, forked from one that has imported it, with pipes or a terminal as its streams.

What a Python does as it starts is not proven so: its encodings, closed streams, signals that are ignored.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from effort import LONG_FORM
from support import ROOT, Ended

# Coverage follows no process that is forked so, and in the long form each starts from its beginning.
FORKS = hasattr(os, "mkfifo") and not LONG_FORM and "COVERAGE_PROCESS_START" not in os.environ


class Started:
    """One run of `routelab ARGUMENTS...`, with a script as its standard input.

    `environ` is its whole environment, but for what finds the package. `limits` are as `resource` names them, and
    `instead` is what stands in the place of something of a module's: "routelab.process.worker.GRACE", and a number.
    """

    def __init__(
        self,
        *arguments: str,
        folder: Path,
        environ: Mapping[str, str],
        script: str = "",
        limits: Mapping[str, int] | None = None,
        instead: Mapping[str, float] | None = None,
    ) -> None:
        around = {"PYTHONPATH": str(ROOT), **environ}
        if limits:
            around["PYTHONDONTWRITEBYTECODE"] = "1"  # there may be room for half of it
        asked = {
            "folder": str(folder), "environ": around, "arguments": arguments,
            "limits": limits or {}, "instead": instead or {},
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        with tempfile.TemporaryDirectory() as there:
            into = Path(there, "in")
            into.write_text(script, encoding="utf-8")
            if FORKS:
                pipes = Path(there, "out"), Path(there, "err")
                for pipe in pipes:
                    os.mkfifo(pipe)
                self._reading = [os.open(pipe, os.O_RDONLY | os.O_NONBLOCK) for pipe in pipes]
                self.pid: int = ask_parent(streams=[*map(str, (into, *pipes))], **asked)
            else:
                self._process = _own_python(into, asked)
                self.pid = self._process.pid

    def send_signal(self, number: int) -> None:
        """Send it a signal; it must not have been waited for."""
        os.kill(self.pid, number)

    def leave(self) -> str:
        """Read some of its standard output, and then no more, as `head` does."""
        if self._process:
            assert self._process.stdout is not None
            some = self._process.stdout.read(1)
            self._process.stdout.close()
        else:
            out = self._reading[0]
            select.select([out], [], [])
            some = os.read(out, 1)
            os.close(out)
            self._reading[0] = os.open(os.devnull, os.O_RDONLY)
        return some.decode()

    def ended(self) -> Ended:
        """Wait for its end."""
        if self._process:
            out, err = self._process.communicate()
            code = self._process.returncode
        else:
            out, err = _read_all(self._reading)
            code = ask_parent(pid=self.pid, wait=True)
        return Ended(code=code, out=out.decode(errors="replace"), err=err.decode(errors="replace"))


def ran(*arguments: str, folder: Path, environ: Mapping[str, str], **more: Any) -> Ended:
    """Run `routelab ARGUMENTS...` to its end."""
    return Started(*arguments, folder=folder, environ=environ, **more).ended()


def _read_all(pipes: Sequence[int]) -> Iterable[bytes]:
    read = dict.fromkeys(pipes, b"")
    waiting = [*pipes]
    while waiting:
        for pipe in select.select(waiting, [], [])[0]:
            if some := os.read(pipe, 1 << 16):
                read[pipe] += some
            else:
                waiting.remove(pipe)
                os.close(pipe)
    return read.values()


_WITH = """
import importlib, json, sys
asked = json.loads(sys.argv.pop())
for name, value in asked["instead"].items():
    module, _, key = name.rpartition(".")
    setattr(importlib.import_module(module), key, value)
from routelab.cli import run
for name, limit in asked["limits"].items():
    import resource
    resource.setrlimit(getattr(resource, name), (limit, limit))
run()
"""


def _own_python(script: Path, asked: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    with script.open("rb") as into:
        return subprocess.Popen(
            [sys.executable, "-c", _WITH, *asked["arguments"], json.dumps(asked)],
            cwd=asked["folder"], env=asked["environ"],
            stdin=into, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip


# The process that forks them


def ask_parent(**asked: object) -> Any:
    """Have something forked, or looked at; see `forkedstart`."""
    with _turn:
        parent = _parent()
        assert parent.stdin is not None
        assert parent.stdout is not None
        print(json.dumps(asked), file=parent.stdin, flush=True)
        return json.loads(parent.stdout.readline())


_turn = Lock()


@cache
def _parent() -> subprocess.Popen[str]:
    """Start it, for all tests of this process."""
    parent = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "forkedstart.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    atexit.register(parent.communicate)
    return parent
