"""Werkzeug's own server on loopback, in a process of its own: the oracle of what a server really sends.

Tests that use it are marked `server`. It knows nothing of routelab.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

_SCRIPT = """
import importlib.util, sys
from werkzeug.serving import make_server

spec = importlib.util.spec_from_file_location("app", sys.argv[1])
module = importlib.util.module_from_spec(spec)
sys.modules["app"] = module
spec.loader.exec_module(module)
server = make_server("127.0.0.1", 0, module.app, threaded=True)
print(server.port, flush=True)
server.serve_forever()
"""


class Received(NamedTuple):
    """What came over the wire: `status` is None where the connection was closed without a status line."""

    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes


class RealServer:
    """Serves the `app` of a file until its `with` block ends."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> Self:
        command = [sys.executable, "-c", _SCRIPT, str(self._file)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=self._file.parent, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, way: TracebackType | None
    ) -> None:
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def get(self, target: str) -> Received:
        """Send one GET, and read until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(f"GET {target} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            pieces = []
            while piece := connection.recv(1 << 16):
                pieces.append(piece)
        head, _, body = b"".join(pieces).partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        words = first.split(" ", 2)
        headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
        if not words[0].startswith("HTTP/"):
            return Received(status=None, headers=(), body=body)
        if ("Transfer-Encoding", "chunked") in headers:
            body = b"".join(_pieces(body))
            headers = tuple(header for header in headers if header[0] != "Transfer-Encoding")
        return Received(status=int(words[1]), headers=headers, body=body)


def _pieces(body: bytes) -> Iterator[bytes]:
    """Take a chunked body apart, as far as it came."""
    while body:
        size, _, rest = body.partition(b"\r\n")
        yield rest[: int(size, 16)]
        body = rest[int(size, 16) + 2 :]
