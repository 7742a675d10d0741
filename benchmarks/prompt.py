"""The prompt: from start to its first line, against imports alone, in pairs; and one keystroke's completion.

Run it as `python benchmarks/prompt.py`, with routelab installed, on a system with pseudo-terminals.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pairs import ratio
from routelab.lab import load
from routelab.learner.editors import Editors
from routelab.learner.environment import LearnerEnvironment
from routelab.learner.progress import ProgressFile
from routelab.learner.settings import Settings
from routelab.lessons.course import bundled_lessons
from routelab.session.completion import completions
from routelab.session.course import Course
from routelab.session.play import PlaySession
from routelab.session.session import Session

PAIRS = 20
ROUTES = 1000
IMPORTS = (
    sys.executable,
    "-c",
    "import prompt_toolkit, rich.console, werkzeug.routing; print('> ', flush=True)",
)
COMMANDS = {
    "routelab learn": ("learn", "--no-plain"),
    "routelab learn 2": ("learn", "2", "--no-plain"),
    "routelab learn --plain": ("learn", "--plain"),
}
# What prompt-toolkit writes when it draws a prompt, and the end of a plain one.
DRAWN, PLAIN = b"\x1b[?2004h", b"\n> "
KEYSTROKES = (
    "/",
    "/a",
    "/route/9",
    "GET /route/500/",
    "GET ",
    "g",
    "build ",
    "url_for('v",
    "GET /route/1/x Ac",
)


def seconds_to(marker: bytes, command: Sequence[str], home: str) -> float:
    """Run a command in a pseudo-terminal until it writes the marker, then end it."""
    began = time.perf_counter()
    pid, file = pty.fork()
    if pid == 0:
        os.environ.update(ROUTELAB_HOME=home, TERM="xterm", PROMPT_TOOLKIT_NO_CPR="1")
        os.execv(command[0], list(command))
    fcntl.ioctl(file, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = b""
    while marker not in seen and select.select([file], [], [], 5)[0]:
        try:
            seen += os.read(file, 65536)
        except OSError:
            break
    taken = time.perf_counter() - began
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(file)
    return taken


def first_prompts() -> None:
    """Print the median milliseconds of each command, and its ratio to the imports."""
    with tempfile.TemporaryDirectory() as home:
        for title, arguments in COMMANDS.items():
            command = (sys.executable, "-m", "routelab", *arguments)
            marker = PLAIN if "--plain" in arguments else DRAWN
            pairs = [
                (seconds_to(marker, command, home), seconds_to(b"> ", IMPORTS, home))
                for _ in range(PAIRS + 1)
            ][1:]
            mine, theirs = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
            print(f"{title:<24}{mine:7.1f} ms   imports {theirs:7.1f} ms   ratio {ratio(pairs):.2f}")


def completion() -> None:
    """Print the median and the 99th percentile of one keystroke's completion, in an app of 1,000 routes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "app.py").write_text(_app(), encoding="utf-8")
        learner = LearnerEnvironment(
            progress=ProgressFile(None),
            settings=Settings(None),
            work=folder,
            scratch=lambda: folder,
            now=datetime.now,
            editors=Editors(environ={}, platform=sys.platform),
        )
        course = Course(bundled_lessons(), bundled=True)
        play = PlaySession(
            "app.py", lambda: load("app.py", engine="routelab", folder=folder), course, learner
        )
        session = Session(course, learner, play)
        session.opening()
        list(completions(session, "/"))  # the first one loads the app
        taken = []
        for _ in range(300):
            for typed in KEYSTROKES:
                began = time.perf_counter()
                list(completions(session, typed))
                taken.append((time.perf_counter() - began) * 1000)
        percentiles = statistics.quantiles(taken, n=100)
        print(
            f"one keystroke, {ROUTES} routes: median {percentiles[49]:.2f} ms   p99 {percentiles[98]:.2f} ms"
        )


def _app() -> str:
    views = "\n".join(
        f"@app.route('/route/{n}/<int:item_{n}>')\ndef view_{n}(item_{n}):\n    return ''"
        for n in range(ROUTES)
    )
    return f"from flask import Flask\napp = Flask(__name__)\n{views}\n"


if __name__ == "__main__":
    first_prompts()
    completion()
