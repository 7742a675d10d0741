"""Whole processes: commands against `flask routes`, on the same app, by the clock; all take turns.

Run it as `python benchmarks/startup.py [ROUNDS]`, with routelab and Flask installed, on a quiet machine.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from pairs import ratio, wall_seconds

APP = """
from flask import Flask

app = Flask(__name__)


@app.route("/")
def home():
    return "Hello"


@app.route("/user/<name>")
def show_user(name):
    return f"Profile page for: {name}"
"""
BIN = Path(sys.executable).parent
PEER = "flask routes"
ON_FLASK = ("--engine", "flask", "--format", "plain")
COMMANDS = {
    PEER: ("flask", "--app", "app.py", "routes"),
    "request, engine": ("routelab", "request", "--engine", "routelab", "--format", "plain", "/user/alice"),
    "request": ("routelab", "request", *ON_FLASK, "/user/alice"),
    "request, rich": ("routelab", "request", "--engine", "flask", "--format", "rich", "/user/alice"),
    "match": ("routelab", "match", *ON_FLASK, "/user/alice"),
    "routes": ("routelab", "routes", *ON_FLASK),
    "audit": ("routelab", "audit", *ON_FLASK),
    "request --help": ("routelab", "request", "--help"),
    "Werkzeug alone": ("python", "-c", "import werkzeug.routing, werkzeug.wrappers"),
}


def main(rounds: int = 25) -> None:
    """Print the median milliseconds of each, and the median ratio of the rounds."""
    seconds: dict[str, list[float]] = {title: [] for title in COMMANDS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "app.py").write_text(APP, encoding="utf-8")
        for _ in range(rounds + 1):  # the first does not count
            for title, (program, *arguments) in COMMANDS.items():
                seconds[title].append(wall_seconds((str(BIN / program), *arguments), folder))
    for title, taken in seconds.items():
        pairs = list(zip(taken, seconds[PEER], strict=True))[1:]
        print(f"{title:<18}{statistics.median(taken[1:]) * 1000:7.1f} ms   ratio {ratio(pairs):.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
