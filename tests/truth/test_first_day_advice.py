"""What a slip of the first day is told, and that the app works once the advice is followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.errors import RoutelabError
from routelab.lab import load
from support import ENGINES, lab_of, write_app
from truth.shown import plain

APP = "from flask import Flask\napp = Flask(__name__)\n"
VIEW = "def home():\n    return 'home'\n"
# The file, what is said of it, and the change that this asks for.
SLIPS = {
    "a view": (
        APP + "@app.get('/home')\ndef app():\n    return 'home'\n",
        "was the Flask app from line 2 on, until the function app() in line 4 took that name",
        ("def app", "def other"),
    ),
    "a variable": (
        APP + "@app.get('/home')\n" + VIEW + "app = 'done'\n",
        "was the Flask app from line 2 on, until an assignment in line 6 took that name",
        ("app = 'done'", "other = 'done'"),
    ),
    "an import": (
        APP + "@app.get('/home')\n" + VIEW + "import json as app\n",
        "until an import in line 6 took that name",
        ("as app", "as other"),
    ),
    "a whole URL": (
        APP + "@app.get('http://localhost:5000/home')\n" + VIEW,
        "is a whole URL, and a rule is no more than its path: write '/home'",
        ("http://localhost:5000/home", "/home"),
    ),
    "an option": (
        APP + "@app.route('/home', method=['GET'])\n" + VIEW,
        "Did you mean methods?",
        ("method=", "methods="),
    ),
    "a function": (
        APP + "def register():\n    @app.get('/home')\n    def home():\n        return 'home'\n",
        "register() adds /home when it is called, and nothing in the file calls it",
        ("return 'home'\n", "return 'home'\nregister()\n"),
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("slip", SLIPS)
def test_advice_that_is_followed_works(slip: str, engine: str, tmp_path: Path) -> None:
    source, said, (old, new) = SLIPS[slip]
    (tmp_path / "wrong").mkdir()
    try:
        with load(write_app(tmp_path / "wrong", source), engine=engine, folder=tmp_path / "wrong") as lab:
            told = plain(lab.send("GET /home"))
    except RoutelabError as error:
        told = str(error)
    assert said in told
    (tmp_path / "right").mkdir()
    with lab_of(tmp_path / "right", source.replace(old, new), engine) as lab:
        trace = lab.send("GET /home")
    assert trace.response is not None
    assert (trace.response.status, trace.response.body) == (200, b"home")
    assert said not in plain(trace)


def test_a_question_of_pythons_ends_as_one(tmp_path: Path) -> None:
    app = APP + "@app.get('/')\ndef home():\n    return {'a': app.name 'b': 2}\n"
    with load(write_app(tmp_path, app), engine="routelab", folder=tmp_path) as lab:
        assert lab.send("GET /").answer.text == "SyntaxError: invalid syntax. Perhaps you forgot a comma?"
