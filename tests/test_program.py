"""The program as a whole, in a process of its own: what in-process tests would hide."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support import ENGINES, ROOT, write_app


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "routelab", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_crash_in_a_view_is_told_by_the_trace_alone(tmp_path: Path, engine: str) -> None:
    write_app(
        tmp_path,
        """
        from flask import Flask
        app = Flask(__name__)
        @app.route("/")
        def crash():
            return 1 / 0
        """,
    )
    ended = run("request", "--engine", engine, "GET", "/", folder=tmp_path)
    assert ended.returncode == 0
    assert "ZeroDivisionError" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_help_and_usage_have_their_codes(tmp_path: Path) -> None:
    assert run("--help", folder=tmp_path).returncode == 0
    assert run("request", folder=tmp_path).returncode == 2
