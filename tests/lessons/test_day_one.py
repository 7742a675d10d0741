"""What a terminal says on the first day, as lesson 0 quotes it: each line comes from the real program."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import requires
from pathlib import Path

import pytest

from routelab.lessons.course import bundled_lessons

LESSON = bundled_lessons()[0] / "lesson.md"
FLASK = ("-c", "import sys; sys.path.remove(''); from flask.cli import main; main()")  # as the script `flask`
APP = (
    'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/")\ndef home():\n    return "Hello"\n'
)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def said(folder: Path, *arguments: str) -> str:
    """Run Python in a folder, and return its last words."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "FLASK_APP")
    }
    ran = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode
    return ran.stderr


def quoted(words: str) -> bool:
    return words in " ".join(LESSON.read_text(encoding="utf-8").split())


def test_flask_is_not_in_the_environment(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    words = "No module named 'flask'"
    assert words in said(tmp_path, "-S", "app.py")
    assert quoted(words)


@pytest.mark.parametrize("name", ["flask.py", "app.py"])
def test_a_file_of_ones_own_is_called_flask(name: str, tmp_path: Path) -> None:
    (tmp_path / "flask.py").write_text(APP)
    (tmp_path / "app.py").write_text(APP)
    words = "cannot import name 'Flask' from partially initialized module 'flask'"
    assert words in said(tmp_path, name)
    assert quoted(words)


def test_no_app_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(APP)
    words = "Could not locate a Flask application"
    assert words in said(tmp_path, *FLASK, "run")
    assert quoted(words)


def test_no_app_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("from flask import Flask\n")
    words = "Failed to find Flask application or factory in module 'app'"
    assert words in said(tmp_path, *FLASK, "run")
    assert quoted(words)


@pytest.mark.server
def test_a_port_that_is_taken(tmp_path: Path, taken_port: int) -> None:
    (tmp_path / "app.py").write_text(APP)
    assert f"Port {taken_port} is in use by another program" in said(
        tmp_path, *FLASK, "run", "--port", str(taken_port)
    )
    assert quoted("Port 5000 is in use by another program")


def test_what_comes_with_flask() -> None:
    needs = {re.match(r"[\w.-]+", it)[0].lower() for it in requires("flask") or () if "extra" not in it}  # type: ignore[index]
    assert {"werkzeug", "click"} <= needs
    assert quoted("Werkzeug reads requests and knows the rules, Click makes the command `flask`")


def test_a_quote_is_missing(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP.replace('Hello"', "Hello"))
    words = "SyntaxError: unterminated string literal"
    assert words in said(tmp_path, "app.py")
    assert quoted(words)
