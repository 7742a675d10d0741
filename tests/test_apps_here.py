"""An app in the tests' own process is told as it is in a process of its own, and leaves nothing behind there."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from apps_here import AppHere
from routelab.lab import load
from routelab.workerhost import WORKERS
from support import ENGINES, Object, checked, write_app
from test_trace_parity import without_accidents

APP = """
import logging, os, sys, warnings
from flask import Flask, abort, current_app, render_template_string, request, session
from flask.views import MethodView

import helper

app = Flask(__name__)
app.secret_key = "x"
app.config["DEBGU"] = True
logging.getLogger("helper").addFilter(lambda record: True)


class Album(MethodView):
    def get(self, number):
        warnings.warn("old", DeprecationWarning)
        return {"number": number, "name": current_app.name, "here": os.path.basename(os.getcwd())}


app.add_url_rule("/album/<int:number>", view_func=Album.as_view("album"))


@app.before_request
def count():
    session["seen"] = session.get("seen", 0) + 1


@app.route("/")
def home():
    print("to the terminal")
    app.logger.warning("to the log")
    return render_template_string("<p>{{ seen }} {{ said }}</p>", seen=session["seen"], said=helper.SAID)


@app.route("/broken")
def broken():
    return {}["none"]


@app.route("/gone")
def gone():
    abort(410)


def forgotten():
    return "x"
"""
REQUESTS = (
    "GET /",
    "GET /",
    "GET /album/3",
    "GET /album/x",
    "POST /",
    "GET /broken",
    "GET /gone",
    "GET /album/3/",
)
BROKEN = {
    "fails": "from flask import Flask\napp = Flask(__name__)\n1 / 0\n",
    "cannot be read": "def x(:\n",
    "lacks a name": "from flask import Flask, nothing\n",
}


def told(folder: Path, engine: str) -> list[Object]:
    with load("app.py", engine=engine, folder=folder) as lab:
        return [without_accidents(checked(lab.send(line))) for line in REQUESTS]


@pytest.mark.process
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("app", ["sound", *BROKEN])
def test_it_is_told_as_in_a_process(
    tmp_path: Path, engine: str, app: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_app(tmp_path, BROKEN.get(app, APP))
    write_app(tmp_path, 'SAID = "helped"', "helper.py")
    apart = told(tmp_path, engine)
    monkeypatch.setattr(WORKERS, "elsewhere", AppHere)
    assert told(tmp_path, engine) == apart


@pytest.mark.parametrize("engine", ENGINES)
def test_it_leaves_nothing_behind(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WORKERS, "elsewhere", AppHere)
    write_app(tmp_path, APP)
    write_app(tmp_path, 'SAID = "helped"', "helper.py")
    flask, handlers = sys.modules["flask"], logging.root.handlers[:]
    told(tmp_path, engine)
    assert sys.modules["flask"] is flask
    assert {"app", "helper"}.isdisjoint(sys.modules)
    assert {"app", "helper"}.isdisjoint(logging.root.manager.loggerDict)
    assert logging.root.handlers == handlers
    assert str(tmp_path) not in sys.path
