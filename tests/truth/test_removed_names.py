"""Names that Flask 3 and its company have no more: told as that, with what to use, on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.lab import load
from routelab.removed_names import _TABLE
from support import ENGINES, checked, write_app

# Every name of the table that can be imported: `from flask.json import JSONEncoder`.
IMPORTED = [
    (f"{package}.{name}".rpartition(".")[0], name.rpartition(".")[2], since, instead)
    for package, (_, names) in _TABLE.items()
    for name, (since, instead) in names.items()
    if "(" not in name
    and name.split(".")[0] not in ("Flask", "Blueprint", "Config")
    and name not in ("__version__", "scaffold")  # Werkzeug 3.0 has the one, routelab's engine the other
]
ATTRIBUTES = [
    (name, since)
    for name, (since, _) in _TABLE["flask"][1].items()
    if name.split(".")[0] in ("Flask", "Blueprint")
]
OWN = """
    from flask import Flask, Blueprint
    app = Flask(__name__)
    Blueprint_ = Blueprint("pages", __name__)
"""


def notes(folder: Path, source: str, engine: str) -> list[str]:
    lab = load(write_app(folder, source), engine=engine, folder=folder)
    assert lab.failure is not None
    found = checked(lab.send("GET /"))["notes"]
    return [note["text"] for note in found if note["code"] in ("name_removed", "engine_lacks_name")]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("module", "name", "since", "instead"), IMPORTED)
def test_an_import_of_each(
    module: str, name: str, since: str, instead: str, engine: str, tmp_path: Path
) -> None:
    [said] = notes(tmp_path, f"from {module} import {name}\n", engine)
    assert said.endswith(f" has no {name} since {since}; {instead}")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "since"), ATTRIBUTES)
def test_a_look_up_of_each(name: str, since: str, engine: str, tmp_path: Path) -> None:
    owner, _, attribute = name.partition(".")
    thing = {"Flask": "app", "Blueprint": "Blueprint_"}[owner]
    [said] = notes(tmp_path, f"{OWN}\n    {thing}.{attribute}\n", engine)
    assert f".{attribute} since {since}" in said


@pytest.mark.parametrize("engine", ENGINES)
def test_every_name_of_one_statement_is_told(engine: str, tmp_path: Path) -> None:
    said = notes(tmp_path, "from flask import (Flask, escape,\n    Markup, jsonify)\n", engine)
    assert [text.split()[3] for text in said] == ["escape", "Markup"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_module_in_a_package_that_is_gone(engine: str, tmp_path: Path) -> None:
    [said] = notes(tmp_path, "from flask.ext.login import LoginManager\n", engine)
    assert "has no ext since 1.0" in said


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import flask; flask.escape('<')", "Flask has no escape since 3.0; it is markupsafe.escape"),
        ("from flask import Markup", "Flask has no Markup since 3.0; it is markupsafe.Markup"),
        ("current_app.json_encoder", "Flask has no app.json_encoder since 2.3; app.json writes JSON"),
        (
            "send_file(__file__, attachment_filename='a')",
            "Flask has no send_file(attachment_filename=...) since 2.2; it is download_name",
        ),
    ],
)
def test_a_request_that_asks_for_one(body: str, said: str, engine: str, tmp_path: Path) -> None:
    source = f"""
        from flask import Flask, current_app, send_file
        app = Flask(__name__)
        @app.get("/")
        def home():
            {body}
    """
    lab = load(write_app(tmp_path, source), engine=engine, folder=tmp_path)
    assert said in [note["text"] for note in checked(lab.send("GET /"))["notes"]]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_name_that_never_was_is_told_as_before(engine: str, tmp_path: Path) -> None:
    said = notes(tmp_path, "from flask import Flaskk\n", engine)
    assert said == [] if engine == "flask" else "no flask.Flaskk" in said[0]
