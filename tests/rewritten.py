"""Test files whose assertions pytest rewrites, which it keeps, divided among the processes that begin together.

Each of them collects all tests. Where nothing is kept yet, as in a new clone, each would rewrite all files at the same
time, in the same order.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest


def import_own_share(config: pytest.Config) -> None:
    """Import its part of the test files first, in a process of xdist's; each of the others has one of its own."""
    worker: dict[str, object] | None = getattr(config, "workerinput", None)
    if worker is None:
        return
    number, count = int(str(worker["workerid"]).removeprefix("gw")), int(str(worker["workercount"]))
    for file in _test_files(config)[number::count]:
        folder = str(file.parent)
        if folder not in sys.path:  # pytest puts it there, too
            sys.path.insert(0, folder)
        try:
            import_module(file.stem)
        except (Exception, pytest.skip.Exception):  # which its collection tells
            continue


def _test_files(config: pytest.Config) -> list[Path]:
    """Return the test files of what is to be collected."""
    places = [config.invocation_params.dir / name.partition("::")[0] for name in config.args]
    return [
        file
        for place in places
        for file in ([place] if place.is_file() else sorted(place.rglob("test_*.py")))
    ]
