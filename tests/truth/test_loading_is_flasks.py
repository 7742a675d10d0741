"""Loading is Flask's: the same app as `flask --app` loads, with its debug mode and its environment, or none."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from routelab.envfiles import FILES, EnvFiles, read_env_files
from routelab.errors import RoutelabError
from routelab.lab import load
from support import ENGINES, Cli, checked, write_app

APP = "from flask import Flask\napp = Flask(__name__)\n"
WRAPS = "from werkzeug.middleware.proxy_fix import ProxyFix\n"
ROOT = '@{}.get("/")\ndef home():\n    return "{}"\n'
# What the real Flask makes of a folder: the name of the app that it loads, and its debug mode.
ORACLE = """
import json, os, sys
from flask.cli import ScriptInfo
for line in sys.stdin:
    child = os.fork() if hasattr(os, "fork") else 0
    if child == 0:  # each is the first app of its process; where there is no fork, it is the only one
        folder, target = json.loads(line)
        os.chdir(folder)
        try:
            app = ScriptInfo(app_import_path=target).load_app()
        except Exception as error:
            print("none")
        else:
            print(app.test_client().get("/").text, app.debug)
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
"""

Files = dict[str, str]
CASES: dict[str, tuple[Files, str | None]] = {
    "a variable": ({"app.py": APP + ROOT.format("app", "one")}, "app.py"),
    "wsgi.py before app.py": (
        {"app.py": APP + ROOT.format("app", "app"), "wsgi.py": APP + ROOT.format("app", "wsgi")},
        None,
    ),
    "app.py alone": ({"app.py": APP + ROOT.format("app", "app")}, None),
    "neither": ({"main.py": APP + ROOT.format("app", "main")}, None),
    "the only app": (
        {"app.py": "from flask import Flask\nshop = Flask(__name__)\n" + ROOT.format("shop", "s")},
        "app",
    ),
    "two apps": ({"app.py": "from flask import Flask\na = Flask('a')\nb = Flask('b')\n"}, "app"),
    "middleware under the name": ({"app.py": APP + WRAPS + "app = ProxyFix(app)\n"}, "app.py"),
    "middleware under the name, asked for": ({"app.py": APP + WRAPS + "app = ProxyFix(app)\n"}, "app.py:app"),
    "middleware beside another name": (
        {
            "app.py": APP.replace("app =", "site =")
            + ROOT.format("site", "site")
            + WRAPS
            + "app = ProxyFix(site)\n"
        },
        "app.py",
    ),
    "a function under the name": (
        {"app.py": "from flask import Flask\ndef app():\n    return Flask('x')\n"},
        "app.py",
    ),
    "a function under the name, called": (
        {
            "app.py": "def app():\n    from m import app\n    return app\n",
            "m.py": APP + ROOT.format("app", "m"),
        },
        "app.py:app",
    ),
    "a factory": (
        {
            "app.py": "def create_app():\n    from m import app\n    return app\n",
            "m.py": APP + ROOT.format("app", "m"),
        },
        "app.py",
    ),
    "a factory that gives something else, and another": (
        {
            "app.py": "def create_app():\n    return 3\ndef make_app():\n    from m import app\n    return app\n",
            "m.py": APP + ROOT.format("app", "m"),
        },
        "app.py",
    ),
    "a factory with arguments": (
        {
            "app.py": "def create_app(name, loud=False):\n    from m import app\n    app.config['N'] = name\n"
            "    return app\n",
            "m.py": APP + ROOT.format("app", "m"),
        },
        "app.py:create_app('shop', loud=True)",
    ),
    "a factory that needs arguments": ({"app.py": "def create_app(name):\n    return name\n"}, "app.py"),
    "debug in the file": ({"app.py": APP + "app.debug = True\n" + ROOT.format("app", "d")}, "app.py"),
    "debug in the settings": (
        {"app.py": APP + "app.config['DEBUG'] = True\n" + ROOT.format("app", "d")},
        "app.py",
    ),
    "testing in the file": ({"app.py": APP + "app.testing = True\n" + ROOT.format("app", "t")}, "app.py"),
    "None": ({"app.py": "app = None\n"}, "app.py"),
    "a comma too many": ({"app.py": "from flask import Flask\napp = Flask(__name__),\n"}, "app.py"),
    "the class": ({"app.py": "from flask import Flask\napp = Flask\n"}, "app.py"),
    "a module": ({"app.py": "import m as app\n", "m.py": APP}, "app.py"),
}


@pytest.fixture(scope="module")
def oracle() -> Iterator[list[subprocess.Popen[str]]]:
    """The last of these is asked, as long as it runs."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.communicate()


def flasks(oracle: list[subprocess.Popen[str]], folder: Path, target: str | None) -> str:
    if not oracle or not hasattr(os, "fork"):
        words = [sys.executable, "-c", ORACLE]
        environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        oracle.append(
            subprocess.Popen(words, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
    asked, answers = oracle[-1].stdin, oracle[-1].stdout
    assert asked is not None
    assert answers is not None
    print(json.dumps((str(folder), target)), file=asked, flush=True)
    return answers.readline().strip()


def ours(folder: Path, target: str | None, engine: str) -> str:
    try:
        with load(target, engine=engine, folder=folder) as lab:
            trace = lab.send("GET /")
            checked(trace)
            debug = any("and is True now" in note.text for note in trace.notes)
            assert trace.response is not None
            return f"{trace.response.body.decode()} {debug}"
    except RoutelabError:
        return "none"


@pytest.mark.parametrize("name", CASES)
def test_the_same_app_as_flask_loads(name: str, tmp_path: Path, oracle: list[subprocess.Popen[str]]) -> None:
    files, target = CASES[name]
    for file, text in files.items():
        write_app(tmp_path, text, file)
    expected = flasks(oracle, tmp_path, target)
    assert {ours(tmp_path, target, engine) for engine in ENGINES} == {expected}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            APP + WRAPS + "app = ProxyFix(app)\n",
            "app in app.py is not the Flask app but a ProxyFix around the",
        ),
        (
            APP + "def logged(inner):\n    def call(e, s):\n        return inner(e, s)\n    return call\n"
            "app = logged(app)\n",
            "app in app.py is not the Flask app but a function that logged() put around the Flask app",
        ),
        (
            APP
            + "class Outer:\n    def __init__(self, inner):\n        self.inner = [inner]\napp = Outer(app)\n",
            "app in app.py is not the Flask app but an Outer around the Flask app",
        ),
        (APP + "application, app = app, None\ndel application\n", "app in app.py is None"),
        ("application = 'shop'\n", "application in app.py is a str and not a Flask app"),
        (
            "from flask import Flask\napp = Flask(__name__),\n",
            "a tuple with a Flask app in it: is there a comma",
        ),
        ("from flask import Flask\napp = Flask\n", "app in app.py is a class, Flask; make an app of it"),
        ("import json as app\n", "app in app.py is the module json, and not a Flask app"),
        ("def app():\n    pass\n", "app in app.py is a function and not a Flask app"),
        (
            "from flask import Blueprint\napp = Blueprint('b', 'b')\n",
            "app in app.py is a Blueprint and not a Fl",
        ),
        ("def create_app():\n    pass\n", "create_app() in app.py returns None; return the app from it"),
        ("def make_app():\n    return 3\n", "make_app() in app.py is an int and not a Flask app"),
    ],
)
def test_what_is_under_the_name_is_told(source: str, said: str, engine: str, tmp_path: Path) -> None:
    for target in ("app.py", None):
        with pytest.raises(RoutelabError) as caught:
            load(write_app(tmp_path, source) if target else None, engine=engine, folder=tmp_path)
        assert said in str(caught.value).replace(str(tmp_path / "app.py"), "app.py")
    assert "no variable app" not in str(caught.value)


@pytest.mark.parametrize("engine", ENGINES)
def test_middleware_beside_the_app_is_noted(engine: str, tmp_path: Path) -> None:
    source = CASES["middleware beside another name"][0]["app.py"]
    with load(write_app(tmp_path, source), engine=engine, folder=tmp_path) as lab:
        notes = [note.text for note in lab.send("GET /").notes]
    assert any("app in" in note and "ProxyFix around the Flask app" in note for note in notes)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("word", ["1", "true", "0", "no", "False", "", None])
@pytest.mark.parametrize("before", [True, False])
def test_the_debug_mode_is_the_environments(
    before: bool, word: str | None, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FLASK_DEBUG", raising=False)
    if word is not None:
        monkeypatch.setenv("FLASK_DEBUG", word)
    source = APP + f"app.debug = {before}\n" + ROOT.format("app", "x").replace('"x"', "str(app.debug)")
    with load(write_app(tmp_path, source), engine=engine, folder=tmp_path) as lab:
        trace = lab.send("GET /")
    after = word in ("1", "true")
    assert trace.response is not None
    assert trace.response.body.decode() == str(after)
    noted = [note for note in trace.notes if note.code == "debug_set"]
    assert bool(noted) == (before is not after)


# `.env` and `.flaskenv`

PYTHON_DOTENV = """
import os
def find_dotenv(filename, usecwd):
    folder = os.getcwd()
    while True:
        if os.path.isfile(os.path.join(folder, filename)):
            return os.path.join(folder, filename)
        if folder == os.path.dirname(folder):
            return ""
        folder = os.path.dirname(folder)
def dotenv_values(path, encoding):
    lines = [line.strip() for line in open(path, encoding=encoding) if "=" in line]
    return {line.split("=", 1)[0]: line.split("=", 1)[1] for line in lines}
"""
SAYS = APP + '@app.get("/")\ndef home():\n    import os\n    return os.environ.get("GREETING", "nothing")\n'


@pytest.fixture
def with_dotenv(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put something like python-dotenv where this Python, and those that it starts, find it."""
    folder = tmp_path_factory.mktemp("packages")
    (folder / "dotenv").mkdir()
    (folder / "dotenv" / "__init__.py").write_text(PYTHON_DOTENV)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.mark.usefixtures("with_dotenv")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("files", "environ", "said"),
    [
        ({".env": "GREETING=env"}, {}, "env"),
        ({".flaskenv": "GREETING=flaskenv"}, {}, "flaskenv"),
        ({".flaskenv": "GREETING=flaskenv", ".env": "GREETING=env"}, {}, "env"),
        ({".env": "GREETING=env"}, {"GREETING": "mine"}, "mine"),
        ({"../.env": "GREETING=above"}, {}, "above"),
        ({".env": "GREETING=env"}, {"FLASK_SKIP_DOTENV": "1"}, "nothing"),
        ({".env": "GREETING=env"}, {"FLASK_SKIP_DOTENV": "0"}, "env"),
        ({}, {}, "nothing"),
    ],
)
def test_the_files_of_the_environment_are_read(
    files: Files,
    environ: dict[str, str],
    said: str,
    engine: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text + "\n")
    for name, text in environ.items():
        monkeypatch.setenv(name, text)
    with load(write_app(folder, SAYS), engine=engine, folder=folder) as lab:
        trace = lab.send("GET /")
    assert trace.response is not None
    assert trace.response.body.decode() == said
    assert not [note for note in trace.notes if note.code == "env_files"]


def test_a_file_that_one_may_not_look_for_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat, hidden = os.stat, [str(tmp_path / name) for name in FILES]

    def refused(path: Any, **more: Any) -> Any:
        if str(path) in hidden:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, **more)

    monkeypatch.setattr(os, "stat", refused)
    assert read_env_files(tmp_path, sys.executable, {}) == EnvFiles({})


@pytest.mark.usefixtures("with_dotenv")
@pytest.mark.parametrize("engine", ENGINES)
def test_the_app_and_its_debug_mode_may_stand_in_them(engine: str, tmp_path: Path, cli: Cli) -> None:
    (tmp_path / ".flaskenv").write_text("FLASK_APP=shop.py\nFLASK_DEBUG=1\n")
    write_app(tmp_path, APP + ROOT.format("app", "x").replace('"x"', "str(app.debug)"), "shop.py")
    ended = cli("request", "GET", "/", "--engine", engine, "--format", "json", folder=tmp_path)
    document = json.loads(ended.out)
    assert document["app"]["target"] == "shop.py"
    assert document["response"]["body"] == "True"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("files", [FILES, FILES[:1], FILES[1:]])
def test_files_that_nobody_can_read_are_noted(files: tuple[str, ...], engine: str, tmp_path: Path) -> None:
    pytest.importorskip("flask")
    for name in files:
        (tmp_path / name).write_text("GREETING=env\n")
    with load(write_app(tmp_path, SAYS), engine=engine, folder=tmp_path) as lab:
        trace = lab.send("GET /")
    [note] = [note.text for note in trace.notes if note.code == "env_files"]
    assert all(name in note for name in files)
    assert "python-dotenv" in note
    assert trace.response is not None
    assert trace.response.body == b"nothing"


def test_a_lesson_reads_no_such_file(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / ".env").write_text("GREETING=env\n")
    ended = cli("request", "-A", "1", "GET", "/", folder=tmp_path)
    assert ".env" not in ended.out
