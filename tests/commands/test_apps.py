"""Which app a command takes where none is named, and which interpreter runs it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support import ROOT, Cli, write_app

ASKING = (("request", "/"), ("match", "/"), ("routes",), ("build", "home"))
APP = """
    from flask import Flask

    app = Flask(__name__)

    @app.route("/")
    def home():
        return {name!r}
"""


def body(cli: Cli, folder: Path, *words: str) -> str:
    document = json.loads(cli("request", "--format", "json", *words, "/", folder=folder).out)
    text: str = document["response"]["body"]
    return text


def test_a_wsgi_py_comes_before_an_app_py(tmp_path: Path, cli: Cli) -> None:
    write_app(tmp_path, APP.format(name="app"))
    assert body(cli, tmp_path) == "app"
    write_app(tmp_path, APP.format(name="wsgi"), "wsgi.py")
    assert body(cli, tmp_path) == "wsgi"
    assert body(cli, tmp_path, "-A", "app.py") == "app"


@pytest.mark.parametrize("words", ASKING)
def test_the_playground_is_used_where_nothing_uses_flask(
    tmp_path: Path, cli: Cli, words: tuple[str, ...]
) -> None:
    write_app(tmp_path, "import json, flask_like\nfrom flasks import a\nfrom .flask import b", "other.py")
    write_app(tmp_path, 'TEXT = """\nfrom flask import Flask\n"""\n# import flask', "text.py")
    write_app(tmp_path, "x = 1", "package/__init__.py")
    ended = cli(*words, folder=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    if words[0] in ("request", "match"):
        assert "app playground" in ended.out.splitlines()[0]


@pytest.mark.parametrize("words", [*ASKING, ("play",)])
@pytest.mark.parametrize(
    ("file", "source", "candidate"),
    [
        ("shop.py", "from flask import Flask", "shop.py imports Flask: -A shop.py"),
        ("my shop.py", "import flask", "my shop.py imports Flask: -A 'my shop.py'"),
        ("shop.py", "import os, flask", "shop.py imports Flask: -A shop.py"),
        ("shop.py", "import flask\nthis is no Python", "shop.py imports Flask: -A shop.py"),
        (
            "shop.py",
            "def create_app():\n    import flask.views\n    return flask.Flask(__name__)",
            "shop.py imports Flask: -A shop.py",
        ),
        (
            "crm/__init__.py",
            "from flask import Flask\ndef create_app():\n    return Flask(__name__)",
            "crm/ has create_app: -A crm",
        ),
        (
            "src/crm/__init__.py",
            "from flask import Flask\ndef make_app(): ...",
            "src/crm/ has make_app: -A src/crm",
        ),
    ],
)
def test_where_something_uses_flask_the_candidates_are_named(
    tmp_path: Path, cli: Cli, words: tuple[str, ...], file: str, source: str, candidate: str
) -> None:
    write_app(tmp_path, source, file)
    ended = cli(*words, folder=tmp_path)
    assert (ended.code, ended.out) == (1, "")
    assert f"\n  {candidate}\n" in ended.err


def test_the_candidate_that_is_named_can_be_asked(tmp_path: Path, cli: Cli) -> None:
    source = APP.replace("app = Flask(__name__)", "def create_app(): return app\n    app = Flask(__name__)")
    write_app(tmp_path, source.format(name="crm"), "src/crm/__init__.py")
    refused = cli("request", "/", folder=tmp_path)
    target = refused.err.partition("has create_app: -A ")[2].partition("\n")[0]
    assert body(cli, tmp_path, "-A", target) == "crm"


@pytest.mark.parametrize("file", ["tool/__main__.py", "tool/web/server.py"])
def test_the_file_of_a_package_that_is_named_can_be_asked(tmp_path: Path, cli: Cli, file: str) -> None:
    write_app(tmp_path, "", "tool/__init__.py")
    write_app(tmp_path, APP.format(name="tool"), file)
    refused = cli("request", "/", folder=tmp_path)
    target = refused.err.partition("imports Flask: -A ")[2].partition("\n")[0]
    assert body(cli, tmp_path, "-A", target) == "tool"


def test_a_module_below_src_is_named(tmp_path: Path, cli: Cli) -> None:
    write_app(tmp_path, APP.format(name="crm"), "src/crm/__init__.py")
    for typed in ("crm", "crm:app"):
        refused = cli("request", "-A", typed, "/", folder=tmp_path)
        named = refused.err.partition("name it: -A ")[2].strip()
        assert body(cli, tmp_path, "-A", named) == "crm"


def test_an_audit_takes_the_playground_only_when_asked(tmp_path: Path, cli: Cli) -> None:
    ended = cli("audit", folder=tmp_path)
    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert "routelab audit -A" in ended.err
    assert cli("audit", "-A", "playground", folder=tmp_path).out


def test_a_clone_of_routelab_has_no_app_of_its_own(cli: Cli) -> None:
    """The README's first command is typed there."""
    assert "app playground" in cli("request", "GET", "/user/alice", folder=ROOT).out


# --python


@pytest.mark.own_process
def test_the_app_runs_in_the_interpreter_that_was_named(tmp_path: Path, cli: Cli) -> None:
    write_app(tmp_path, APP.replace("return", "import sys; return sys.executable or").format(name=""))
    link = tmp_path / "env" / "bin" / "python"
    link.parent.mkdir(parents=True)
    link.symlink_to(sys.executable)
    (tmp_path / "env" / "pyvenv.cfg").write_text(f"home = {sys.base_prefix}/bin\n")
    packages = Path("lib", f"python{sys.version_info[0]}.{sys.version_info[1]}", "site-packages")
    (tmp_path / "env" / packages).parent.mkdir(parents=True)
    (tmp_path / "env" / packages).symlink_to(Path(sys.prefix) / packages)
    for named in (link, tmp_path / "env", "env"):
        assert body(cli, tmp_path, "--engine", "routelab", "--python", str(named)) == str(link)


@pytest.mark.parametrize("words", [("request", "/"), ("learn", "1"), ("progress",)])
def test_a_python_that_does_not_know_its_path_is_one_line(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """So is one that was started under another name; it has no worker to start, and may lack its packages."""
    monkeypatch.setattr(sys, "executable", "")
    ended = cli(*words)
    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1), ended.err
    assert "start it by its own path" in ended.err


@pytest.mark.own_process
@pytest.mark.parametrize(
    ("named", "code", "says"),
    [
        ("missing", 2, "there is no such file"),
        ("empty", 2, "there is no Python in this folder"),
        ("app.py", 2, "it cannot be run"),
        ("talker", 1, "'I am no Python'"),
    ],
)
def test_what_is_no_python_is_one_line(tmp_path: Path, cli: Cli, named: str, code: int, says: str) -> None:
    write_app(tmp_path, APP.format(name="app"))
    (tmp_path / "empty").mkdir()
    talker = tmp_path / "talker"
    talker.write_text("#!/bin/sh\necho I am no Python\n")
    talker.chmod(0o755)
    for words in (("request", "/"), ("routes",), ("audit",)):
        ended = cli(*words, "--python", f"./{named}", folder=tmp_path)
        assert (ended.code, ended.out, ended.err.count("\n")) == (code, "", 1), ended.err
        assert says in ended.err
        assert f"--python ./{named}" in ended.err or f"--python {talker}" in ended.err


@pytest.mark.own_process
def test_an_app_that_loads_too_long_is_124(tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routelab.commands.apps.LOADING_LIMIT", 0.4)
    write_app(tmp_path, "import time\nfrom flask import Flask\ntime.sleep(600)")
    ended = cli("request", "--format", "json", "/", folder=tmp_path)
    (step,) = json.loads(ended.out)["steps"]
    assert (ended.code, step["exception"], step["file"]) == (124, "LimitReached", "app.py")
    monkeypatch.setattr("routelab.commands.apps.LOADING_LIMIT", 0.2)
    ended = cli("match", "/", folder=tmp_path)
    assert (ended.code, ended.out) == (124, "")
    assert "the time limit was reached while the app was loading" in ended.err


# --timeout


@pytest.mark.own_process
@pytest.mark.parametrize("command", ["request /", "match /", "routes", "build index", "audit", "demo /"])
def test_every_command_with_an_app_can_limit_its_loading(tmp_path: Path, cli: Cli, command: str) -> None:
    write_app(tmp_path, "from flask import Flask\napp = Flask(__name__)\nwhile True: pass\n")
    ended = cli(*command.split(), "--timeout", "0.1", folder=tmp_path)
    assert ended.code == 124
    assert "the time limit was reached while the app was loading" in ended.out + ended.err


# .flaskenv


@pytest.mark.own_process
def test_a_flaskenv_that_is_not_read_is_told_where_there_is_no_trace(tmp_path: Path, cli: Cli) -> None:
    write_app(
        tmp_path, "from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef home(): return 'x'\n"
    )
    (tmp_path / ".flaskenv").write_text("FLASK_APP=two", "utf-8")
    python = tmp_path / "python"  # it has no python-dotenv
    python.write_text(f'#!/bin/sh\n[ $1 = -P ] && exit 3\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    for command in ("match /", "routes", "build home", "audit"):
        ended = cli(*command.split(), "--format", "json", "--python", str(python), folder=tmp_path)
        assert ended.code == 0, command
        assert json.loads(ended.out), command
        assert ended.err.startswith("routelab: .flaskenv was not read: Flask reads it with python-dotenv"), (
            command
        )


# What is there, and is no file


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX's")
@pytest.mark.parametrize("named", [(), ("-A", "app.py")])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (os.mkfifo, "it is a named pipe, not a file"),
        (lambda file: file.symlink_to("/dev/zero"), "it is a device, not a file"),
        (lambda file: file.symlink_to("gone.py"), "it is a link to 'gone.py', which is not there"),
    ],
)
def test_what_lies_there_in_the_place_of_an_app_is_told(
    tmp_path: Path, cli: Cli, make: Callable[[Path], object], said: str, named: tuple[str, ...]
) -> None:
    make(tmp_path / "app.py")
    ended = cli("routes", *named, folder=tmp_path)
    assert (ended.code, ended.err) == (1, f"routelab: 'app.py' cannot be read: {said}; name a Python file\n")
