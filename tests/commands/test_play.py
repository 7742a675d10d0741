"""`routelab play` as a program: any app behind the prompt."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sessions import APP
from support import ENGINES, Cli, Ended, write_app

Play = Callable[..., Ended]


@pytest.fixture
def play(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Play:
    def run(script: str, *arguments: str, folder: Path) -> Ended:
        monkeypatch.setattr(sys, "stdin", io.StringIO(script))
        return cli("play", *arguments, folder=folder)

    return run


SCRIPT = """\
routes
GET /post/7
match /post/x
url_for('show_post', post_id=3)
source show_post
POST /login name=ann -f
cookies
curl -X POST http://localhost:5000/login -d name=bob
as curl
quit
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_script_asks_an_app_on_both_engines(play: Play, tmp_path: Path, engine: str) -> None:
    write_app(tmp_path, APP)
    ended = play(SCRIPT, "--engine", engine, folder=tmp_path)
    assert ended.code == 0
    for words in (
        "/post/<int:post_id>",
        "returned 'post 7' (str)",
        "accepts only digits",
        "/post/3",
        "def show_post(post_id):",
        "session:",
        "name=bob",
        "curl http://localhost:5000/login -H 'Content-Type: application/x-www-form-urlencoded'",
    ):
        assert words in ended.out


def test_without_an_app_it_is_the_playground(play: Play, tmp_path: Path) -> None:
    ended = play("GET /user/alice\n", folder=tmp_path)
    assert "playground is loaded." in ended.out
    assert "Profile page for: alice" in ended.out


def test_an_app_that_does_not_load_is_told_and_the_prompt_comes(play: Play, tmp_path: Path) -> None:
    write_app(tmp_path, "import nothing_of_this_name")
    ended = play("GET /\n", folder=tmp_path)
    assert ended.code == 0
    assert "ModuleNotFoundError" in ended.out
    assert "app app.py\n>" in ended.out


def test_an_app_that_is_not_there_is_one_line(play: Play, tmp_path: Path) -> None:
    ended = play("", "-A", "missing.py", folder=tmp_path)
    assert (ended.code, ended.err.count("\n")) == (1, 1)


@pytest.mark.own_process
def test_a_request_may_take_as_long_as_was_said(play: Play, tmp_path: Path) -> None:
    write_app(tmp_path, APP + "\n\n@app.route('/endless')\ndef endless():\n    while True: pass\n")
    ended = play("GET /endless\nGET /post/7\n", "--timeout", "0.2", folder=tmp_path)
    assert ended.code == 0
    assert "stopped after 0.2 seconds" in ended.out
    assert "returned 'post 7' (str)" in ended.out
