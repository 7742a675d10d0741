"""A headless Chromium, asked by its debugging protocol over a pair of pipes: no port, no driver, no package.

It opens one page of a folder that is served on loopback, evaluates there, presses keys, and takes pictures.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import select
import shutil
import subprocess
import tempfile
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
    "--no-first-run", "--disable-component-update", "--disable-dev-shm-usage", "--remote-debugging-pipe",
)  # fmt: skip
_PATIENCE = 120.0  # seconds for whatever is waited for; nothing is measured by it
KEYS = {"Enter": (13, "\r"), "ArrowRight": (39, ""), "ArrowLeft": (37, ""), "Escape": (27, ""), "End": (35, ""),
        "Tab": (9, ""), "ArrowUp": (38, ""), " ": (32, " ")}  # fmt: skip


class Page:
    """One page; `asked` are the addresses that it wanted, `said` what its console was told."""

    def __init__(self, profile: Path, *options: str) -> None:
        assert CHROMIUM is not None
        to_read, to_write, (to_us, from_it) = *os.pipe(), os.pipe()
        fds = (to_read, from_it)
        # The browser reads from descriptor 3 and writes to 4.
        command = [
            "bash", "-c", f'exec "$@" 3<&{fds[0]} 4>&{fds[1]}', "chromium",
            CHROMIUM, *_OPTIONS, f"--user-data-dir={profile}", *options, "about:blank",
        ]  # fmt: skip
        self._process = subprocess.Popen(command, pass_fds=fds, stderr=subprocess.DEVNULL)
        for fd in fds:
            os.close(fd)
        self._out, self._in, self._buffer, self._number = to_write, to_us, b"", 0
        self.asked: list[str] = []
        self.said: list[str] = []
        self._answers: dict[int, Any] = {}
        self._session: str | None = None
        targets = self.do("Target.getTargets")["targetInfos"]
        first = next(each["targetId"] for each in targets if each["type"] == "page")
        self._session = self.do("Target.attachToTarget", targetId=first, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.do(f"{domain}.enable")

    def do(self, method: str, **parameters: Any) -> Any:
        """Ask the browser something."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + _PATIENCE
        while self._number not in self._answers:
            self._read(until)
        answer = self._answers.pop(self._number)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def _read(self, until: float) -> None:
        ready, _, _ = select.select([self._in], [], [], max(0.0, until - time.monotonic()))
        read = os.read(self._in, 1 << 20) if ready else b""
        if not read:
            raise AssertionError("the browser says nothing more")
        *whole, self._buffer = (self._buffer + read).split(b"\0")
        for each in map(json.loads, whole):
            if "id" in each:
                self._answers[each["id"]] = each
            elif each["method"] == "Network.requestWillBeSent":
                self.asked.append(each["params"]["request"]["url"])
            elif each["method"] == "Log.entryAdded":
                self.said.append(each["params"]["entry"]["text"])
            elif each["method"] == "Runtime.exceptionThrown":
                self.said.append(str(each["params"]["exceptionDetails"]))
            elif each["method"] == "Page.javascriptDialogOpening":
                self._answer_dialog()

    def _answer_dialog(self) -> None:
        self._number += 1
        message = {"id": self._number, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
        os.write(self._out, json.dumps({**message, "sessionId": self._session}).encode() + b"\0")

    def go(self, address: str) -> None:
        """Open an address."""
        self.do("Page.navigate", url=address)

    def see(self, expression: str) -> Any:
        """Evaluate an expression in the page; a promise is waited for."""
        found = self.do("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise AssertionError(found["exceptionDetails"])
        return found["result"].get("value")

    def wait(self, expression: str, seconds: float = _PATIENCE) -> Any:
        """Wait until an expression is true in the page, and return it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(AssertionError):  # the page may be on its way to another
                if found := self.see(expression):
                    return found
            time.sleep(0.05)
        raise AssertionError(
            f"never true: {expression}; the page shows {self.see('document.body.innerText')[-900:]}"
        )

    def press(self, key: str, *, control: bool = False) -> None:
        """Press a key, and let it go."""
        code, text = KEYS.get(key, (ord(key.upper()[0]), key))
        about = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": 2 if control else 0}
        self.do(
            "Input.dispatchKeyEvent",
            type="keyDown",
            **about,
            **({"text": text} if text and not control else {}),
        )
        self.do("Input.dispatchKeyEvent", type="keyUp", **about)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.do("Input.insertText", text=text)

    def size(self, width: int, height: int, *, scheme: str = "light", scale: float = 1) -> None:
        """Make the window so large, in CSS pixels, and prefer light or dark."""
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )
        self.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, file: Path) -> None:
        """Keep what is seen as a PNG."""
        file.write_bytes(b64decode(self.do("Page.captureScreenshot")["data"]))

    def close(self) -> None:
        """End the browser."""
        with suppress(AssertionError, OSError):
            self._session = None
            self.do("Browser.close")
        for fd in (self._out, self._in):
            os.close(fd)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def browser(*options: str, profile: Path | None = None) -> Iterator[Page]:
    """Start a browser; with a profile it finds again what it kept there."""
    with tempfile.TemporaryDirectory(prefix="routelab-chromium-", ignore_cleanup_errors=True) as scratch:
        page = Page(profile or Path(scratch), *options)
        try:
            yield page
        finally:
            page.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_about: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback; give its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
