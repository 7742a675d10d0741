"""A Dask cluster of two workers on loopback: the same file as on one machine, also where a worker is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

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
WITH_TESTS = {**ENVIRON, "PYTHONPATH": os.pathsep.join((str(ROOT / "tests"), ENVIRON["PYTHONPATH"]))}


def asked(*names: str, folder: Path) -> tuple[list[Any], list[str]]:
    """Run some of `forked_cluster`: what each returned, and what was complained of."""
    words = [sys.executable, "-m", "grading.forked_cluster", *names]
    with subprocess.Popen(
        words, cwd=folder, env=WITH_TESTS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as ended:  # fmt: skip
        try:
            said, complaints = ended.communicate()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(ended.pid, signal.SIGKILL)
    assert ended.returncode == 0, complaints
    assert "Traceback" not in complaints
    return json.loads(said), [line for line in complaints.splitlines() if line.startswith("routelab: ")]


@with_dask
def test_the_same_file_as_on_one_machine_though_a_worker_and_then_the_scheduler_is_lost(
    tmp_path: Path,
) -> None:
    """The command waits for the cluster: where it asks again and again, it takes a processor from those who judge."""
    whole_class(tmp_path / "class", 8)
    [(codes, broke_off)], complaints = asked("loses_both", folder=tmp_path)
    assert codes == [3, 3, 1, 3]
    assert broke_off == []
    near, far, cut = (lines((tmp_path / f"{name}.json").read_text()) for name in ("near", "far", "cut"))
    assert far == near
    assert len(complaints) == 1
    assert "is gone after" in complaints[0]
    assert cut == near


@with_dask
def test_a_scheduler_that_was_never_there_or_is_gone_at_any_question_is_told_as_that(tmp_path: Path) -> None:
    whole_class(tmp_path / "class", 2)
    (not_found, gone), complaints = asked("finds_no_scheduler", "loses_the_scheduler", folder=tmp_path)
    *no_addresses, (nobody, _) = not_found
    assert [code for _, code in (*not_found, *gone)] == [2] * 5 + [1] * 5
    refused, not_there, lost = complaints[:5], complaints[5], complaints[6:]
    assert refused == [
        f"routelab: --scheduler {address!r} is not the address of a scheduler; it looks like tcp://10.0.0.1:8786"
        for address, _ in no_addresses
    ]
    assert not_there.startswith(f"routelab: no scheduler answers at {nobody}")
    assert lost == [
        f"routelab: the scheduler at {address} is gone after 0 of 2; --resume continues an --output"
        for address, _ in gone
    ]


def test_batches_become_smaller_and_leave_nobody_out() -> None:
    assert [len(batch) for batch in batches(30, 2)] == [7, 5, 4, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1]
    for count, threads in ((0, 2), (1, 64), (1000, 3), (5000, 1)):
        taken = [number for batch in batches(count, threads) for number in batch]
        assert taken == list(range(count))
        sizes = [len(batch) for batch in batches(count, threads)]
        assert sizes == sorted(sizes, reverse=True)
        assert all(1 <= size <= 25 for size in sizes)


@pytest.mark.skipif(find_spec("distributed") is not None, reason="dask is installed")
def test_without_dask_it_says_what_to_install(cli: Cli, tmp_path: Path) -> None:
    submit(tmp_path / "ann", SOLUTION)
    ended = cli("grade", "2", "ann", "--scheduler", "tcp://127.0.0.1:9", folder=tmp_path)
    assert (ended.code, ended.err) == (
        1,
        "routelab: --scheduler needs Dask: python -m pip install 'routelab[dask]'\n",
    )
