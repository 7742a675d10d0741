"""A Dask cluster of two workers on loopback: the same file as on one machine, also where a worker is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from grading.class_room import SOLUTION, submit, whole_class
from grading.test_many import lines
from routelab.grading.cluster import batches
from support import ROOT, Cli

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX"),
]
with_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="dask is not installed")
ENVIRON = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))}
SCRIPT = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        print(*(worker.pid for worker in cluster.workers.values()), flush=True)
        sys.stdin.read()
"""


class Cluster:
    """A cluster in a process of its own: its address, and the processes of its workers."""

    def __init__(self, folder: Path) -> None:
        script = folder / "cluster.py"
        script.write_text(SCRIPT)
        self._process = subprocess.Popen(
            [sys.executable, script],
            cwd=folder,
            env=ENVIRON,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.group = self._process.pid
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        self.workers = [int(pid) for pid in self._process.stdout.readline().split()]

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)
        self._process.communicate()


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    yield started
    started.kill()


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "routelab", "grade", "2", *words, "--format", "json"]


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), cwd=folder, env=ENVIRON, capture_output=True, text=True, check=False
    )


def wait_for_lines(file: Path, number: int) -> None:
    until = time.monotonic() + 60
    while not file.exists() or file.read_bytes().count(b"\n") < number:
        assert time.monotonic() < until
        time.sleep(0.05)


WATCHED = """
import distributed, sys
from routelab.cli import main
ended, wait = [], distributed.wait
def watched(*asked, **options):
    try:
        return wait(*asked, **options)
    except BaseException as error:
        ended.append(type(error))
        raise
distributed.wait = watched
code = main(["grade", "2", sys.argv[1], "--scheduler", sys.argv[2], "-o", "far.json", "--format", "json"])
print(code, sorted({kind.__name__ for kind in ended} - {"TimeoutError"}))
"""


@with_dask
def test_the_same_file_as_on_one_machine_though_a_worker_and_then_the_scheduler_is_lost(
    tmp_path: Path, cluster: Cluster
) -> None:
    """The command waits for the cluster: where it asks again and again, it takes a processor from those who judge."""
    folder = whole_class(tmp_path / "class", 10)
    expected = lines(run(str(folder), folder=tmp_path).stdout)
    words = [sys.executable, "-c", WATCHED, str(folder), cluster.address]
    far = subprocess.Popen(
        words, cwd=tmp_path, env=ENVIRON, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for_lines(tmp_path / "far.json", 3)
    os.kill(cluster.workers[0], signal.SIGKILL)
    said, complaints = far.communicate()
    assert said == "3 []\n", complaints
    assert lines((tmp_path / "far.json").read_text()) == expected
    # The last one takes longer than it takes to end the scheduler.
    last = max(folder.iterdir()) / "app.py"
    last.write_text("import time\ntime.sleep(600)\n")
    words = command(str(folder), "--scheduler", cluster.address, "-o", "cut.json")
    cut = subprocess.Popen(words, cwd=tmp_path, env=ENVIRON, stderr=subprocess.PIPE, text=True)
    wait_for_lines(tmp_path / "cut.json", 3)
    cluster.kill()
    last.unlink()
    _, complaints = cut.communicate()
    assert cut.returncode == 1
    ours = [line for line in complaints.splitlines() if line.startswith("routelab: ")]
    assert len(ours) == 1
    assert "is gone after" in ours[0]
    assert "Traceback" not in complaints
    assert run(str(folder), "-o", "cut.json", "--resume", folder=tmp_path).returncode == 3
    assert lines((tmp_path / "cut.json").read_text()) == expected


KILLING = """
import distributed, os, signal, sys
from routelab.cli import main
folder, address, group, asked = sys.argv[1:]
owner, name = asked.split(".")
kind = getattr(distributed, owner)
ask = getattr(kind, name)
def killing(*words, **options):
    try:
        os.killpg(int(group), signal.SIGKILL)
    except ProcessLookupError:
        pass
    return ask(*words, **options)
setattr(kind, name, killing)
sys.exit(main(["grade", "2", folder, "--scheduler", address, "--format", "json"]))
"""


@with_dask
@pytest.mark.parametrize("asked", ["Client.nthreads", "Client.submit", "Future.done", "Future.result"])
def test_a_scheduler_that_is_gone_at_any_question_is_told_as_that(
    tmp_path: Path, cluster: Cluster, asked: str
) -> None:
    folder = whole_class(tmp_path / "class", 10)
    words = [sys.executable, "-c", KILLING, str(folder), cluster.address, str(cluster.group), asked]
    ended = subprocess.run(words, cwd=tmp_path, env=ENVIRON, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stderr
    assert ended.stderr == (
        f"routelab: the scheduler at {cluster.address} is gone after 0 of 10; --resume continues an --output\n"
    )


def test_batches_become_smaller_and_leave_nobody_out() -> None:
    assert [len(batch) for batch in batches(30, 2)] == [7, 5, 4, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1]
    for count, threads in ((0, 2), (1, 64), (1000, 3), (5000, 1)):
        taken = [number for batch in batches(count, threads) for number in batch]
        assert taken == list(range(count))
        sizes = [len(batch) for batch in batches(count, threads)]
        assert sizes == sorted(sizes, reverse=True)
        assert all(1 <= size <= 25 for size in sizes)


NOBODY = "tcp://127.0.0.1:9"
NO_ADDRESSES = ("nonsense", "", "tcp://somewhere", "foo://here:1", "tcp://127.0.0.1:x")
ASKED = """
import sys
from routelab.cli import main
from routelab.grading import cluster
cluster._CONNECTING = 1.0
print([main(["grade", "2", "ann", "--scheduler", address, "--format", "json"]) for address in sys.argv[1:]])
"""


@with_dask
def test_a_scheduler_that_is_not_there_and_what_is_no_address_are_one_line(tmp_path: Path) -> None:
    """It is waited for no longer than it takes to reach the limit; here that is a second."""
    submit(tmp_path / "ann", SOLUTION)
    words = [sys.executable, "-c", ASKED, *NO_ADDRESSES, NOBODY]
    ended = subprocess.run(words, cwd=tmp_path, env=ENVIRON, capture_output=True, text=True, check=True)
    assert ended.stdout == f"{[2] * len(NO_ADDRESSES) + [1]}\n"
    *refused, not_there = ended.stderr.splitlines()
    assert refused == [
        f"routelab: --scheduler {address!r} is not the address of a scheduler; it looks like tcp://10.0.0.1:8786"
        for address in NO_ADDRESSES
    ]
    assert not_there.startswith(f"routelab: no scheduler answers at {NOBODY}")


@pytest.mark.skipif(find_spec("distributed") is not None, reason="dask is installed")
def test_without_dask_it_says_what_to_install(cli: Cli, tmp_path: Path) -> None:
    submit(tmp_path / "ann", SOLUTION)
    ended = cli("grade", "2", "ann", "--scheduler", "tcp://127.0.0.1:9", folder=tmp_path)
    assert (ended.code, ended.err) == (
        1,
        "routelab: --scheduler needs Dask: python -m pip install 'routelab[dask]'\n",
    )
