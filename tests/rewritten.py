"""What is made once and kept, divided among the processes that begin together: each of them collects all tests.

Pytest rewrites the assertions of all test files, and Hypothesis looks for constants in the whole package. Where nothing is
kept yet, as in a new clone, each process would do all of it at the same time, in the same order.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest


def import_own_share(config: pytest.Config) -> None:
    """Import its part of the test files first, in a process of xdist's; each of the others has one of its own."""
    for file in _test_files(config)[_own_share(config)]:
        folder = str(file.parent)
        if folder not in sys.path:  # pytest puts it there, too
            sys.path.insert(0, folder)
        try:
            import_module(file.stem)
        except (Exception, pytest.skip.Exception):  # which its collection tells
            continue


def search_own_share(config: pytest.Config) -> None:
    """Let Hypothesis, which looks for constants in the whole package, and keeps them, begin elsewhere in each process."""
    package = sorted(name for name in sys.modules if name.partition(".")[0] == "routelab")
    for name in {*package} - {*package[_own_share(config)]}:
        sys.modules[name] = sys.modules.pop(name)  # it goes through them in their order


def _own_share(config: pytest.Config) -> slice:
    """Return which of the things that all processes need are prepared by this one: none where it is the only one."""
    worker: dict[str, object] | None = getattr(config, "workerinput", None)
    if worker is None:
        return slice(0)
    return slice(int(str(worker["workerid"]).removeprefix("gw")), None, int(str(worker["workercount"])))


def _test_files(config: pytest.Config) -> list[Path]:
    """Return the test files of what is to be collected."""
    places = [config.invocation_params.dir / name.partition("::")[0] for name in config.args]
    return [
        file
        for place in places
        for file in ([place] if place.is_file() else sorted(place.rglob("test_*.py")))
    ]
