"""A second Flask app in the same files: said on a 404, with its rule where that fits, and never where it answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.lab import load
from support import ENGINES, checked, write_app

pytestmark = pytest.mark.worker

FLASK = "from flask import Flask\n"
APP = FLASK + 'app = Flask(__name__)\n@app.get("/")\ndef home():\n    return "home"\n'
OTHER = (
    FLASK + '{0} = Flask("other")\n@{0}.route("{1}", methods=["{2}"])\ndef other(**k):\n    return "other"\n'
)
Files = dict[str, str]

FITS: dict[str, tuple[Files, str]] = {
    "imported": ({"app.py": "import routes\n" + APP, "routes.py": OTHER.format("app", "/shop", "GET")}, "routes.py:2"),
    "imported, with another name": (
        {"app.py": "import routes\n" + APP, "routes.py": OTHER.format("web", "/<name>", "GET")}, "web in routes.py:2"
    ),
    "for another method": (
        {"app.py": "import routes\n" + APP, "routes.py": OTHER.format("app", "/shop", "POST")}, "routes.py:2"
    ),
    "its name imported": (
        {"app.py": "from routes import app as shop\n" + APP, "routes.py": OTHER.format("app", "/shop", "GET")},
        "routes.py:2",
    ),
    "in the same file": ({"app.py": APP + OTHER.format("admin", "/shop", "GET")}, "admin in app.py:7"),
    "in a package": (
        {"app.py": "import shop.web\n" + APP, "shop/__init__.py": "", "shop/web.py": OTHER.format("app", "/shop", "GET")},
        "shop/web.py:2",
    ),
    "not imported": ({"app.py": APP, "routes.py": OTHER.format("app", "/shop", "GET")}, "routes.py makes"),
    "not imported, with two views of one path": (
        {"app.py": APP, "routes.py": OTHER.format("app", "/shop", "GET") + '@app.post("/shop")\ndef add(): pass\n'},
        "routes.py makes",
    ),
    "not imported, with a variable": ({"app.py": APP, "web.py": OTHER.format("site", "/<n>", "GET")}, "web.py makes"),
}  # fmt: skip
SILENT: dict[str, Files] = {
    "alone": {"app.py": APP},
    "without routes": {"app.py": APP + "admin = Flask('admin')\n"},
    "not imported, of other routes": {
        "app.py": APP,
        "routes.py": OTHER.format("app", "/shop/<int:n>", "GET"),
    },
    "behind middleware": {
        "app.py": APP + OTHER.format("admin", "/shop", "GET") + "from werkzeug.middleware.dispatcher import "
        "DispatcherMiddleware\napp.wsgi_app = DispatcherMiddleware(app.wsgi_app, {'/admin': admin})\n"
    },
}


def notes(folder: Path, files: Files, engine: str, line: str = "GET /shop") -> list[str]:
    for name, text in files.items():
        write_app(folder, text, name)
    with load("app.py:app", engine=engine, folder=folder) as lab:
        document = checked(lab.send(line))
        if line == "GET /shop":
            assert document["response"]["status"] == 404
        return [note["text"] for note in document["notes"] if note["code"] == "other_app"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", FITS)
def test_the_rule_is_in_another_app(name: str, engine: str, tmp_path: Path) -> None:
    files, said = FITS[name]
    [text] = notes(tmp_path, files, engine)
    assert said in text
    assert "is not in the table of the app that was asked" in text


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SILENT)
def test_silence(name: str, engine: str, tmp_path: Path) -> None:
    assert notes(tmp_path, SILENT[name], engine) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", FITS)
def test_silence_where_the_app_has_a_rule(name: str, engine: str, tmp_path: Path) -> None:
    assert notes(tmp_path, FITS[name][0], engine, "GET /") == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("routes", [1, 2])
def test_the_same_name_is_given_an_app_twice(routes: int, engine: str, tmp_path: Path) -> None:
    first = "".join(f'@app.get("/shop{n}")\ndef shop{n}(): pass\n' for n in range(routes))
    source = FLASK + "app = Flask(__name__)\n" + first + "app = Flask(__name__)\n"
    [text] = notes(tmp_path, {"app.py": source}, engine)
    assert f"app.py:{3 + 2 * routes} makes another Flask app under the name app" in text
    assert ("the route above belongs to" if routes == 1 else "the 2 routes above belong to") in text
