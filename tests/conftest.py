"""What holds for every test: no socket, no real home, no app of the developer's own, no warnings."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from effort import examples, unneeded
from here import apps_here, code_in_place, is_here, let_warn, replaced_since
from measured import end_parents, is_wanted, leave_unmeasured, measure_workers, unmeasured
from oldflask import is_old, leave_out
from reports import report_briefly
from rewritten import import_own_share, search_own_share
from routelab.lab import Lab
from routelab.lessons.tasks.running import Runs, send_in
from routelab.workers import WORKERS

# A request has a few seconds, which a machine that does much else may take for any. A test of a limit sets its own.
PATIENCE = 60.0
for asking in (Lab.send, Runs.__init__):
    asking.__kwdefaults__ = (asking.__kwdefaults__ or {}) | {"seconds": PATIENCE}
send_in.__defaults__ = (PATIENCE,)
WORKERS.warm = True  # thousands of apps are loaded here, each in a process of its own
# Hundreds of processes are started, too: compiling the package for each would take longer than their work.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# A shell lets what it runs in the background ignore Ctrl-C, and so would each process that is started here.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def files_in_memory() -> None:
    """Keep the tests' folders in memory where there is room: each that a disk removes may take milliseconds."""
    memory = Path("/dev/shm")
    if "TMPDIR" not in os.environ and sys.platform == "linux" and os.access(memory, os.W_OK):
        system = os.statvfs(memory)
        if system.f_bavail * system.f_frsize >= ROOM and not system.f_flag & os.ST_NOEXEC:
            os.environ["TMPDIR"] = str(memory)
            tempfile.tempdir = None  # pytest has asked for it by now


ROOM = 4 * 2**30  # bytes: far more than all of them have at a time
files_in_memory()
if sys.platform != "emscripten":  # nothing random is tried there, and a part of Hypothesis is compiled
    from hypothesis import HealthCheck, settings

    # How fast a machine makes examples, and tries one, says nothing about what is tried.
    settings.register_profile(
        "routelab", deadline=None, max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("routelab")
# What takes longest begins first, so that none of it is what is waited for at the end.
LONGEST = (
    "test_in_browser.py", "test_newer_python.py", "test_tab.py",
    "test_many.py", "test_cluster.py", "test_pseudo_terminal.py", "test_guide.py", "test_demo_terminal.py",
    "test_learn.py", "test_piped.py", "test_counts.py", "test_engine_generated.py", "test_agreement.py",
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write the screens in the documents anew")


def pytest_configure(config: pytest.Config) -> None:
    report_briefly(config)


@pytest.hookimpl(optionalhook=True)  # where xdist is not, neither is the question
def pytest_xdist_auto_num_workers() -> int | None:
    """Take one process more than there are processors: one often waits, for a limit or for what it started."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    search_own_share(config)
    items.sort(key=lambda item: item.path.name not in LONGEST)
    if left_out := unneeded(items):
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
    let_warn(items)
    if is_wanted(config):
        leave_unmeasured(items)
    if is_old():
        leave_out(items)


def pytest_collection(session: pytest.Session) -> None:
    """Look for no garbage among what is imported and collected: it stays."""
    gc.disable()
    import_own_share(session.config)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over the thousands of tests that it would look at again and again."""
    gc.freeze()
    gc.enable()


_SOCKETS = {"sockets", "server", "cluster"}


def _refuse_sockets(marked: set[str], patch: pytest.MonkeyPatch) -> None:
    """Fail whatever opens a socket; asyncio's own pair, for Flask's async views, is marked `sockets`.

    So is what asks a real server on loopback: it is marked `server`.
    """
    if marked & _SOCKETS:
        return

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("a socket was opened; routelab simulates requests with none")

    patch.setattr(socket.socket, "__init__", refuse)


_homes: list[Path] = []


def _take_home(request: pytest.FixtureRequest, patch: pytest.MonkeyPatch) -> Path:
    """Give a test a home of its own, and an environment that chooses nothing.

    Most tests leave theirs as it is, so the next one can have it.
    """
    if not _homes:
        factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
        _homes.append(factory.mktemp("homes"))
    home = _homes[-1]
    if len(_homes) == 1 or any(home.iterdir()):
        home = _homes[0] / str(len(_homes))
        home.mkdir()
        _homes.append(home)
    for name in ("HOME", "USERPROFILE", "ROUTELAB_HOME"):
        patch.setenv(name, str(home))
    for name in ("ROUTELAB_APP", "FLASK_APP", "ROUTELAB_PLAIN", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        patch.delenv(name, raising=False)
    return home


@pytest.fixture(autouse=True)
def own_home(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give each test a home, no socket, the apps of some in this process (`here`), and some measured workers.

    These are one fixture, for each is set up ten thousand times, and so is each that is there for the whole session.
    """
    node = request.node
    marked = {mark.name for mark in node.iter_markers()}
    with apps_here(monkeypatch) if is_here(node) else nullcontext():
        if is_wanted(request.config) and "worker" in marked and "unmeasured" not in marked:
            measure_workers(monkeypatch, request.getfixturevalue("tmp_path_factory").getbasetemp())
        _refuse_sockets(marked, monkeypatch)
        yield _take_home(request, monkeypatch)


@pytest.hookimpl(wrapper=True, trylast=True)  # before what was measured is put together
def pytest_runtestloop() -> Generator[None, object, object]:
    """End the parents of measured workers with the last test."""
    try:
        return (yield)
    finally:
        end_parents()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Leave out of what coverage measures what it need not measure, or must not."""
    _as_it_was()
    with unmeasured() if item.get_closest_marker("unmeasured") else nullcontext():
        return (yield)


@cache
def _as_it_was() -> dict[tuple[str, ...], dict[str, object]]:
    """Return what libraries had before the first test."""
    return code_in_place()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Fail where the tests of a file leave a library of this process otherwise than they found it."""
    torn_down = yield
    if nextitem is None or nextitem.path != item.path:
        assert replaced_since(_as_it_was()) == []
    return torn_down


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call the command line in this process; a worker that is started ahead would be in vain, see `warm`."""
    from support import Cli

    monkeypatch.setattr("routelab.cli.start_ahead", lambda _command, _arguments: None)
    return Cli(capsys)
