"""A Dask cluster on loopback and those who ask it, all forked from one process: Dask is imported once for all.

Functions of `ASKING` are run by `python -m grading.forked_cluster NAME...`, in a folder with a class in `class`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

from routelab.cli import main
from routelab.commands import grade as _imported_once_for_all  # noqa: F401
from routelab.grading import cluster as on_cluster
from routelab.grading.results import growing_beside

dask: Any = import_module("distributed")


class Cluster:
    """A scheduler, and workers with a thread each. It is started before anything here asks a cluster."""

    def __init__(self, workers: int) -> None:
        told, tell = os.pipe()
        self._scheduler = _forked(lambda: _schedule(tell))
        self.address = os.read(told, 100).decode()
        self._workers = [_forked(lambda: _work(self.address)) for _ in range(workers)]

    def kill_a_worker(self) -> None:
        os.kill(self._workers.pop(), signal.SIGKILL)

    def kill(self) -> None:
        while self._workers:
            self.kill_a_worker()
        os.kill(self._scheduler, signal.SIGKILL)


def _forked(serve: Callable[[], Coroutine[Any, Any, None]]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # what it logs is Dask's affair
            asyncio.run(serve())
        finally:
            os._exit(0)
    return pid


async def _schedule(tell: int) -> None:
    async with dask.Scheduler(host="127.0.0.1", port=0, dashboard=False) as scheduler:
        os.write(tell, scheduler.address.encode())
        await scheduler.finished()


async def _work(address: str) -> None:
    async with dask.Worker(address, nthreads=1, local_directory=".", dashboard=False) as worker:
        await worker.finished()


def grade(*words: str) -> int:
    return main(["grade", "2", "class", "--task", "artist", *words, "--format", "json"])


def once_there_are_three(file: str, do: Callable[[], None]) -> None:
    """Do something in the midst of a run, when three are written."""

    def wait() -> None:
        until = time.monotonic() + 60
        growing = growing_beside(Path(file))
        while not growing.exists() or growing.read_bytes().count(b"\n") < 3:
            assert time.monotonic() < until
            time.sleep(0.02)
        do()

    Thread(target=wait, daemon=True).start()


# What is asked


def loses_both() -> object:
    """Grade near, then far with a worker lost, then where the scheduler is lost; go on with that near."""
    cluster = Cluster(2)
    codes = [grade("-o", "near.json", "--jobs", "1")]
    ended, wait = [], dask.wait

    def watched(*asked: Any, **options: Any) -> Any:
        try:
            return wait(*asked, **options)
        except BaseException as error:
            ended.append(type(error).__name__)
            raise

    dask.wait = watched
    once_there_are_three("far.json", cluster.kill_a_worker)
    codes.append(grade("--scheduler", cluster.address, "-o", "far.json"))
    broke_off = sorted({*ended} - {"TimeoutError"})
    # The last one takes longer than it takes to end the scheduler.
    last = max(Path("class").iterdir()) / "app.py"
    app = last.read_text()
    last.write_text("import time\ntime.sleep(600)\n")
    once_there_are_three("cut.json", cluster.kill)
    codes.append(grade("--scheduler", cluster.address, "-o", "cut.json"))
    last.write_text(app)
    codes.append(grade("-o", "cut.json", "--resume", "--jobs", "1"))
    return codes, broke_off


QUESTIONS = ("Client.nthreads", "Client.submit", "Future.done", "Future.result")


def loses_the_scheduler() -> object:
    """Grade while the whole cluster is killed at a question; for each question there is another cluster."""
    clusters = {question: Cluster(1) for question in QUESTIONS}
    return [(cluster.address, _killed_at(question, cluster)) for question, cluster in clusters.items()]


def _killed_at(question: str, cluster: Cluster) -> int:
    owner, name = question.split(".")
    kind = getattr(dask, owner)
    ask, killed = getattr(kind, name), list[bool]()

    def killing(it: Any, *words: Any, **options: Any) -> Any:
        if not killed:
            killed.append(True)
            cluster.kill()
            getattr(it, "client", it).rpc.timeout = 0.2  # it tries again until then
        return ask(it, *words, **options)

    setattr(kind, name, killing)
    try:
        return grade("--scheduler", cluster.address)
    finally:
        setattr(kind, name, ask)


NOBODY = "tcp://127.0.0.1:9"
NO_ADDRESSES = ("nonsense", "", "tcp://somewhere", "foo://here:1", "tcp://127.0.0.1:x")


def finds_no_scheduler() -> object:
    """Ask at what is no address, and where nobody is; it is waited for no longer than it takes to reach the limit."""
    with patch.object(on_cluster, "_CONNECTING", 0.2):
        return [(address, grade("--scheduler", address)) for address in (*NO_ADDRESSES, NOBODY)]


ASKING = {asking.__name__: asking for asking in (loses_both, loses_the_scheduler, finds_no_scheduler)}
if __name__ == "__main__":
    print(json.dumps([ASKING[name]() for name in sys.argv[1:]]))
