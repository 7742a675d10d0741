"""No worker outlives the tool, however that ends, and whoever else holds the pipes' other ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from routelab import load
from routelab.endcodes import WITH_THE_TOOL
from routelab.process.ending import WorkerEnded
from routelab.process.warm import WarmParent
from routelab.spawn import Spawned, ended_within
from routelab.tracing.steps.stopped import Stop, StoppedStep
from support import ENGINES, ROOT, write_app

pytestmark = pytest.mark.skipif(os.name != "posix", reason="these processes are Unix's")

VIEW = """
    import os, sys, time
    from flask import Flask
    app = Flask(__name__)
    sys.modules["routelab.worker.toolwatch"]._PAUSE = 0.1  # what looks by itself looks soon

    @app.get("/child")
    def child():
        child = os.fork()
        if child == 0:
            os.setsid()
            time.sleep(120)
            os._exit(0)
        return str(child)

    @app.get("/deaf")
    def deaf():
        import json
        json.JSONDecoder.raw_decode = None
        return "no message is read any more"

    @app.get("/closes")
    def closes():
        links = {number: os.path.realpath(f"/proc/self/fd/{number}") for number in range(3, 40)}
        (watched,) = (number for number, link in links.items() if link.endswith("[pidfd]"))
        os.close(watched)
        assert os.open(os.devnull, os.O_RDONLY) == watched
        return "closed"
"""
# A tool with a worker of each kind: one that nobody asked anything, one that was loaded in a thread which has
# ended, a warm parent and what it forked, and one that started later. A child of the app's and one of the tool's
# hold all descriptors that there were.
MANY = """
import json, os, sys, threading, time
import routelab
from routelab import load
from routelab.spawn import Spawned, ended_within
from routelab.workers import WORKERS

early = Spawned(sys.executable, "app:routelab")
labs = []
def load():
    labs.append(routelab.load("app.py", engine="routelab"))
load()
child_of_the_apps = int(labs[0].send("GET /child").response.body)
other = threading.Thread(target=load)
other.start()
other.join()
WORKERS.warm = True
load()
own_child = os.fork()
if own_child == 0:
    time.sleep(120)
    os._exit(0)
later = Spawned(sys.executable, "app:routelab")
later.process.stdout.read(1)
print(json.dumps([own_child, child_of_the_apps]), flush=True)
time.sleep(120)
"""
# One worker, loaded in a thread that has ended, and a child of the tool's that holds its pipes.
ONE = """
import json, os, threading, time
import routelab

def load():
    lab = routelab.load("app.py", engine="routelab")
    assert lab.send("REQUEST").response.status < 500
    labs.append(lab)
labs = []
other = threading.Thread(target=load)
other.start()
other.join()
child = os.fork()
if child == 0:
    time.sleep(120)
    os._exit(0)
print(json.dumps([child]), flush=True)
time.sleep(120)
"""


def processes() -> dict[int, tuple[int, str]]:
    """List what runs: by number, its parent and its words."""
    words = ["ps", "-ww", "-eo", "pid,ppid,stat,args"]  # however narrow the terminal is
    printed = subprocess.run(words, capture_output=True, text=True, check=True)
    rows = (line.split(maxsplit=3) for line in printed.stdout.splitlines()[1:])
    return {int(pid): (int(parent), words) for pid, parent, state, words in rows if state[0] != "Z"}


def workers_of(tool: int) -> set[int]:
    found, family = processes(), {tool}
    while more := {pid for pid, (parent, _) in found.items() if parent in family} - family:
        family |= more
    return {pid for pid in family if "bootstrap.py" in found[pid][1]}


def all_ended(pids: set[int]) -> bool:
    return not pids & processes().keys()


def wait_until(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)


@contextmanager
def ended(pids: Iterable[int]) -> Iterator[None]:
    try:
        yield
    finally:
        for pid in pids:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def tool_of(
    script: str, folder: Path, words: int
) -> Iterator[tuple[subprocess.Popen[str], set[int], set[int]]]:
    """Run a tool until it has named children; give it, its workers and the children. All end after that."""
    write_app(folder, VIEW)
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"},
        stdout=subprocess.PIPE,
        text=True,
    ) as tool:
        assert tool.stdout is not None
        children = set(json.loads(tool.stdout.readline()))
        workers = workers_of(tool.pid) - children
        with ended({tool.pid, *workers, *children}):
            assert len(workers) == words
            yield tool, workers, children


def test_a_killed_tool_leaves_no_worker_though_children_hold_the_pipes(tmp_path: Path) -> None:
    with tool_of(MANY, tmp_path, 6) as (tool, workers, children):
        tool.kill()
        tool.wait()
        wait_until(partial(all_ended, workers))
        assert children <= processes().keys()


def test_a_worker_that_is_not_told_looks_by_itself(tmp_path: Path) -> None:
    """The system cannot tell it, or could, until the app closed the descriptor. Both are waited for at once."""
    untold = tmp_path / "untold"
    write_app(untold, "import os\nif hasattr(os, 'pidfd_open'): del os.pidfd_open\n", "sitecustomize.py")
    asked = {untold: "GET /"}
    if hasattr(os, "pidfd_open"):
        asked[tmp_path / "closes"] = "GET /closes"
    with ExitStack() as stack:
        tools = [
            stack.enter_context(tool_of(ONE.replace("REQUEST", request), folder, 1))
            for folder, request in asked.items()
        ]
        for tool, workers, _ in tools:
            assert workers <= processes().keys()
            tool.kill()
            tool.wait()
        for _, workers, children in tools:
            wait_until(partial(all_ended, workers))
            assert children <= processes().keys()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_worker_that_cannot_read_any_more_ends(tmp_path: Path, engine: str) -> None:
    with load(write_app(tmp_path, VIEW), engine=engine, folder=tmp_path) as lab:
        deaf = lab.send("GET /deaf").response
        assert deaf is not None
        assert deaf.status == 200
        (stopped,) = [step for step in lab.send("GET /").steps if isinstance(step, StoppedStep)]
        assert stopped.reason is Stop.ENDED
        assert lab.send("GET /").response is not None


def test_a_warm_parent_does_not_wait_for_a_tool_that_is_gone(tmp_path: Path) -> None:
    parent = Spawned(sys.executable, "parent:routelab")
    with ended([parent.process.pid]):
        for name in ("in", "out", "past"):
            os.mkfifo(tmp_path / name)
        assert parent.process.stdin is not None
        fork = {"id": 1, "do": "fork", "folder": str(tmp_path)}
        parent.process.stdin.write(json.dumps(fork).encode() + b"\n")
        assert ended_within(parent.process, 20)
        assert parent.process.poll() == WITH_THE_TOOL
        parent.process.communicate()


def test_a_warm_parent_takes_its_workers_along() -> None:
    """The tool goes on, so nothing else tells them that nobody will ask any more."""
    parent = WarmParent(sys.executable, "routelab")
    worker = parent.worker()
    worker.hello()
    assert "unchanged" in worker.ask("unchanged", 20)
    parent.end()
    with pytest.raises(WorkerEnded):
        worker.ask("unchanged", 20)
