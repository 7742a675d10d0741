"""Whole processes: one traced request against `flask routes`, on the same app, in pairs.

Run it as `python benchmarks/startup.py`, with routelab and Flask installed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from pairs import process_seconds, ratio

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
REQUEST = (
    str(BIN / "routelab"), "request", "--engine", "routelab", "--format", "plain", "GET", "/user/alice",
)  # fmt: skip
ROUTES = (str(BIN / "flask"), "--app", "app.py", "routes")
FLOOR = (sys.executable, "-c", "import werkzeug.routing, werkzeug.wrappers")


def main() -> None:
    """Print the median milliseconds of each, and the median ratio of the pairs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "app.py").write_text(APP, encoding="utf-8")
        for title, command in (("routelab request", REQUEST), ("import of Werkzeug alone", FLOOR)):
            pairs = process_seconds(command, folder, 30, ROUTES)
            mine = statistics.median(first for first, _ in pairs) * 1000
            theirs = statistics.median(second for _, second in pairs) * 1000
            print(f"{title:<26}{mine:7.1f} ms   flask routes {theirs:7.1f} ms   ratio {ratio(pairs):.2f}")


if __name__ == "__main__":
    main()
