"""What holds for every test: no socket, no real home, no app of the developer's own, no warnings."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from routelab.hosts import WORKERS

WORKERS.warm = True  # thousands of apps are loaded here, each in a process of its own


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write the screens in the documents anew")


@pytest.fixture(autouse=True)
def no_socket(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail whatever opens a socket; asyncio's own pair, for Flask's async views, is marked `sockets`.

    So is what asks a real server on loopback: it is marked `server`.
    """
    if any(request.node.get_closest_marker(name) for name in ("sockets", "server", "cluster")):
        return

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("a socket was opened; routelab simulates requests with none")

    monkeypatch.setattr(socket.socket, "__init__", refuse)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home of its own, and an environment that chooses nothing."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE", "ROUTELAB_HOME"):
        monkeypatch.setenv(name, str(home))
    for name in ("ROUTELAB_APP", "FLASK_APP", "ROUTELAB_PLAIN", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Any:
    from support import Cli

    return Cli(capsys)
