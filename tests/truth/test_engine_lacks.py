"""Names of Flask's that the engine leaves out: told as that, wherever they are asked for, and never as the app's slip.

What Flask has is asked of the installed one.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import flask
import pytest

from routelab import engine
from routelab.lacking_names import _LEFT_OUT as LEFT_OUT
from support import ENGINES, checked, lab_of

BY_THE_WAY = {"annotations", "t", "typing"}  # names that Flask's __init__ only happens to hold


def names(thing: object) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


def attributes() -> Iterator[tuple[str, str]]:
    """Yield the public attributes of Flask's classes that the engine's do not have."""
    made = {"Flask": ("app",), "Blueprint": ("pages", "app"), "Config": ("",)}
    for name in sorted(names(flask) & names(engine)):
        theirs, ours = getattr(flask, name), getattr(engine, name)
        if isinstance(theirs, type) and isinstance(ours, type):
            if name in made:
                theirs, ours = theirs(*made[name]), ours(*made[name])
            yield from ((name, each) for each in sorted(names(theirs)) if not hasattr(ours, each))


def test_the_list_of_names_is_what_flask_has() -> None:
    others = names(flask) - names(engine) - BY_THE_WAY - LEFT_OUT
    # A module that both have is a name of Flask's as soon as anything has imported it.
    assert {name for name in others if find_spec(f"{engine.__name__}.{name}") is None} == set()
    for name in LEFT_OUT - {"__version__"}:  # to ask for that one warns
        assert not hasattr(engine, name)
        assert hasattr(flask, name) or importlib.import_module(f"flask.{name}")


@pytest.mark.parametrize(("owner", "name"), [*attributes()])
def test_each_attribute_says_that_the_engine_lacks_it(owner: str, name: str, tmp_path: Path) -> None:
    things = {"Flask": "app", "Blueprint": "Blueprint('pages', __name__)", "Config": "app.config"}
    source = f"""
        from flask import *
        app = Flask(__name__)
        @app.route("/")
        def home():
            return str({things[owner]}.{name})
        """
    cause = checked(lab_of(tmp_path, source).send("GET /"))["cause"]
    assert f"AttributeError: routelab's engine has no {owner}.{name}; use --engine flask" in cause
    assert "mean" not in cause


ASKED = {
    **{f"import flask; flask.{name}": f"flask.{name}; use --engine flask" for name in sorted(LEFT_OUT)},
    "from flask import stream_template": "flask.stream_template; use --engine flask",
    "import flask.signals": "flask.signals; use --engine flask",
    "from flask.testing import FlaskCliRunner": "flask.testing.FlaskCliRunner; to see whether Flask has it, use",
    "import flask; flask.reqest": "flask.reqest; did you mean flask.request?",
    "from flask import flask": "flask.flask; did you mean flask.Flask?",
    "from flask import zzz": "flask.zzz, and Flask 3.1 has no such name either",
}


@pytest.mark.parametrize("engine_", ENGINES)
def test_each_name_that_a_view_asks_for(engine_: str, tmp_path: Path) -> None:
    source = "from flask import Flask\napp = Flask(__name__)\n"
    for number, statement in enumerate(ASKED):
        source += f"@app.route('/{number}')\ndef view{number}():\n    {statement}\n    return ''\n"
    lab = lab_of(tmp_path, source, engine_)
    for number, said in enumerate(ASKED.values()):
        notes = checked(lab.send(f"GET /{number}"))["notes"]
        lacking = [note["text"] for note in notes if note["code"] == "engine_lacks_name"]
        assert len(lacking) == (engine_ == "routelab")
        assert all(text.startswith(f"routelab's engine has no {said}") for text in lacking)
