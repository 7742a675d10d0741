"""Cookies that `request` keeps from one command to the next, and the jar that it keeps them in."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from routelab.cookies import CookieJar
from routelab.fates import Policy
from routelab.learner.cookiefile import CookieFile
from support import Cli, write_app

APP = """
from flask import Flask, make_response, request

app = Flask(__name__)

@app.get("/set/<name>")
def put(name):
    response = make_response("set")
    response.set_cookie(name, "1", secure=name == "safe")
    return response

@app.get("/drop/<name>")
def drop(name):
    response = make_response("dropped")
    response.delete_cookie(name)
    return response

@app.get("/")
def seen():
    return "seen: " + " ".join(request.cookies)
"""


@pytest.fixture
def asked(tmp_path: Path, cli: Cli) -> object:
    write_app(tmp_path, APP)

    def ask(*words: str) -> str:
        ended = cli("request", *words, folder=tmp_path)
        assert ended.code == 0, ended.err
        return ended.out + ended.err

    return ask


def kept(own_home: Path, name: str) -> list[str]:
    document = json.loads((own_home / "sessions" / f"{name}.json").read_text())
    return [cookie["name"] for cookie in document["cookies"]]


def test_cookies_go_from_one_command_to_the_next(asked, own_home: Path) -> None:  # type: ignore[no-untyped-def]
    asked("--session", "ann", "/set/a")
    asked("--session=ann", "/set/b")
    assert "seen: a b" in asked("--session", "ann", "/")
    assert "seen: \n" in asked("--session", "bob", "/") + "\n"
    assert "seen: \n" in asked("/") + "\n"
    assert "seen: a b" in asked("--session-read-only", "ann", "/drop/a") + asked("--session", "ann", "/")
    asked("--session", "ann", "/drop/a")
    assert kept(own_home, "ann") == ["b"]
    if os.name != "nt":
        assert (own_home / "sessions").stat().st_mode & 0o077 == 0


def test_a_path_names_a_file(asked, tmp_path: Path, own_home: Path) -> None:  # type: ignore[no-untyped-def]
    asked("--session", "./here.json", "/set/a")
    assert (tmp_path / "here.json").is_file()
    assert "seen: a" in asked("--session-read-only", "./here.json", "/")
    assert not (own_home / "sessions").exists()


def test_read_only_writes_nothing(asked, own_home: Path) -> None:  # type: ignore[no-untyped-def]
    asked("--session-read-only", "new", "/set/a")
    assert not (own_home / "sessions" / "new.json").exists()


@pytest.mark.parametrize("name", ["", "..", "a b", "x" * 101, "a:b", "\0"])
def test_a_name_that_is_none_is_a_usage_error(tmp_path: Path, cli: Cli, name: str) -> None:
    write_app(tmp_path, APP)
    ended = cli("request", "--session", name, "/", folder=tmp_path)
    assert (ended.code, "session" in ended.err) == (2, True)


def test_either_kind_of_session(tmp_path: Path, cli: Cli) -> None:
    write_app(tmp_path, APP)
    assert cli("request", "--session", "a", "--session-read-only", "a", "/", folder=tmp_path).code == 2


@pytest.mark.parametrize("text", ["{", "[]", '{"cookies": 1}', '{"cookies": [{"name": "a"}]}'])
def test_a_damaged_file_is_put_aside(asked, own_home: Path, text: str) -> None:  # type: ignore[no-untyped-def]
    folder = own_home / "sessions"
    folder.mkdir()
    (folder / "ann.json").write_text(text)
    assert "damaged-1" in asked("--session", "ann", "/set/a")
    assert (folder / "ann.damaged-1.json").read_text() == text
    assert kept(own_home, "ann") == ["a"]


def test_what_cannot_be_saved_is_said_and_the_answer_stays(asked, own_home: Path) -> None:  # type: ignore[no-untyped-def]
    (own_home / "sessions").write_text("a file where a folder should be")
    said = asked("--session", "ann", "/set/a")
    assert "Set-Cookie: a=1" in said
    assert "cannot be read" in said or "were not saved" in said


def test_commands_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ann.json"
    first, second = CookieFile(path), CookieFile(path)
    jars = [file.read(Policy.BROWSER)[0] for file in (first, second)]
    for name, file, jar in zip("ab", (first, second), jars, strict=True):
        jar.store("localhost", "/", [f"{name}=1"], 0)
        file.save(jar)
    assert [cookie.name for cookie in CookieFile(path).read(Policy.BROWSER)[0]] == ["a", "b"]


@pytest.mark.parametrize("policy", Policy)
def test_what_was_kept_is_read_as_it_was(tmp_path: Path, policy: Policy) -> None:
    jar = CookieJar(policy)
    headers = ['a="x y"; Path=/x', "b=é; Max-Age=100; HttpOnly; SameSite=Lax", "c=1; Domain=shop.test"]
    jar.store("shop.test", "/", headers, 1_000.0)
    file = CookieFile(tmp_path / "ann.json")
    file.save(jar)
    assert tuple(CookieFile(tmp_path / "ann.json").read(policy)[0]) == tuple(jar)


def test_the_jar_is_a_browsers_unless_flasks_is_asked_for(tmp_path: Path, cli: Cli) -> None:
    write_app(tmp_path, APP)
    for jar, seen in (("browser", "seen:\n"), ("flask", "seen: safe\n")):
        name = f"./{jar}.json"
        cli("request", "--jar", jar, "--session", name, "http://shop.test/set/safe", folder=tmp_path)
        out = cli("request", "--jar", jar, "--session", name, "http://shop.test/", folder=tmp_path).out
        assert seen in out.replace("seen: \n", "seen:\n") + "\n"
    assert cli("request", "--jar", "safari", "/", folder=tmp_path).code == 2
