"""No other app than the user's answers: where something here uses Flask, nothing is shown of the playground."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from support import ENGINES, ROOT, Cli, write_app

APP = 'from flask import Flask\napp = Flask(__name__)\n@app.get("/buy")\ndef buy():\n    return "bought"\n'
FACTORY = "def create_app():\n    from flask import Flask\n    return Flask(__name__)\n"
# What lies here, and how it is named in what is said.
HERE: dict[str, tuple[dict[str, str], str]] = {
    "a main file": ({"main.py": APP}, "-A main.py"),
    "a file of another name": ({"shop.py": APP}, "-A shop.py"),
    "a factory that imports late": ({"factory.py": FACTORY}, "-A factory.py"),
    "a package": ({"shop/__init__.py": APP}, "-A shop"),
    "a factory in a package": ({"shop/__init__.py": "", "shop/web.py": FACTORY}, "-A shop/web.py"),
    "a package below src": ({"src/shop/__init__.py": APP}, "-A src/shop"),
    "a folder that is no package": ({"backend/app.py": APP}, "-A backend/app.py"),
    "a file with a mistake": ({"main.py": APP + "def (\n"}, "-A main.py"),
    "blueprints alone": ({"views.py": "import flask\nb = flask.Blueprint('b', 'b')\n"}, "-A views.py"),
}
NOTHING = {
    "an empty folder": {},
    "text about it": {"notes.py": 'TEXT = """\nfrom flask import Flask\n"""\n'},
    "another package": {"main.py": "import flasks\nfrom .flask import x\n"},
    "tests of something": {"tests/test_x.py": APP},
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("line", ["request GET /buy", "match /buy", "routes", "build buy", "audit"])
@pytest.mark.parametrize("name", HERE)
def test_nothing_else_answers(name: str, line: str, engine: str, tmp_path: Path, cli: Cli) -> None:
    files, named = HERE[name]
    for file, text in files.items():
        write_app(tmp_path, text, file)
    ended = cli(*line.split(), "--engine", engine, folder=tmp_path)
    assert ended.code == 1
    assert ended.out == ""
    assert "there is no wsgi.py and no app.py here" in ended.err
    assert named in ended.err


@pytest.mark.parametrize("name", NOTHING)
def test_where_nothing_uses_flask_the_playground_is_named(name: str, tmp_path: Path, cli: Cli) -> None:
    for file, text in NOTHING[name].items():
        write_app(tmp_path, text, file)
    assert "playground" in cli("request", "GET", "/", folder=tmp_path).out
    ended = cli("audit", folder=tmp_path)
    assert (ended.code, ended.out) == (1, "")
    assert "name the app" in ended.err


def test_routelabs_own_folder_has_no_app(cli: Cli) -> None:
    assert "playground" in cli("request", "GET", "/", folder=ROOT).out


def test_a_flaskenv_that_could_not_be_read_is_named(tmp_path: Path, cli: Cli) -> None:
    if find_spec("dotenv") is not None:
        pytest.skip("python-dotenv is installed")
    write_app(tmp_path, FACTORY, "shop.py")
    write_app(tmp_path, "FLASK_APP=shop:create_app\n", ".flaskenv")
    ended = cli("routes", folder=tmp_path)
    assert ended.code == 1
    assert ".flaskenv was not read" in ended.err
