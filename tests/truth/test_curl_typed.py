"""A curl command given as the request is read as one, or refused: `curl` is no method."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from routelab.requestline.curl import from_curl
from routelab.requestline.errors import RequestLineError
from routelab.requestline.parsing import parse
from support import Cli, lab_of, write_app
from tables import each

COMMANDS = [
    "curl http://localhost/buy",
    "curl /buy",
    "CURL localhost:5000/buy?x=1",
    "curl -X DELETE http://localhost/buy",
    "curl -d a=b -A agent http://shop.test/buy",
    "curl -v -H 'X-A: 1' https://localhost/buy -F a=b",
    "curl --json '{}' localhost/buy",
]
APP = """
from flask import Flask, request

app = Flask(__name__)

@app.route("/buy", methods=["GET", "POST", "DELETE"])
def buy():
    return f"bought {request.method} {request.user_agent} {sorted(request.form)}"
"""


@each("command", COMMANDS)
def test_a_command_is_what_curl_makes_of_it(command: str) -> None:
    wanted = from_curl(command)
    assert parse(command) == wanted
    assert parse([command]) == wanted
    assert parse(shlex.split(command)) == wanted


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_line_takes_it_quoted_or_not(tmp_path: Path, cli: Cli, command: str) -> None:
    write_app(tmp_path, APP)
    for words in ([command], shlex.split(command)):
        for before in ((), ("-v",), ("--engine", "routelab", "-A", "app.py")):
            ended = cli("request", *before, *words, folder=tmp_path)
            assert ended.code == 0, ended.err
            assert f"bought {from_curl(command).method} " in ended.out
            assert "CURL" not in ended.out
    ended = cli("match", *shlex.split(command), folder=tmp_path)
    assert (ended.code, "buy" in ended.out) == (0, True)


def test_options_of_ours_follow_a_command_in_quotes(tmp_path: Path, cli: Cli) -> None:
    write_app(tmp_path, APP)
    ended = cli("request", "curl -d a=b /buy", "-A", "app.py", "-F", folder=tmp_path)
    assert "bought POST" in ended.out


@each(
    "words",
    [
        ["-f", "curl", "http://localhost/buy"],
        ["curl http://localhost/buy", "name=ann"],
        ["curl http://localhost/buy", "-f"],
        ["curl", "--no-such-option", "http://localhost/buy"],
        ["curl", "-d", "a=b"],
        ["curl"],
    ],
)
def test_half_a_command_is_refused(words: list[str]) -> None:
    with pytest.raises(RequestLineError):
        parse(words)


def test_a_lab_takes_it_too(tmp_path: Path) -> None:
    with lab_of(tmp_path, APP) as lab:
        response = lab.send("curl -d a=b http://localhost/buy").response
    assert response is not None
    assert response.body.startswith(b"bought POST")
