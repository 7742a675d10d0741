"""Apps that are loaded in the tests' own process are told as in a process of theirs, and leave nothing in it."""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import flask
import flask.views  # as the app does
import pytest

from here import apps_here, code_in_place, replaced_since
from routelab.lab import Lab
from routelab.ownthreads import TASKS
from routelab.tracing.steps.view import ViewStep
from routelab.workers import WORKERS
from support import ENGINES, checked, lab_of

APP = """
    import logging, os, sys
    import flask, flask.json, flask.views
    sys.modules["never_there"] = None
    sys.modules["json"] = None
    os.environ["LEFT"] = "behind"
    logging.getLogger("left").addHandler(logging.NullHandler())
    logging.root.setLevel(1)
    logging.disable(50)
    app = flask.Flask(__name__)

    @app.route("/")
    def home():
        assert not app.logger.disabled
        return f"{flask.Flask.__module__},{flask.views.View.__module__} {os.getpid()}"
"""


def flasks() -> Iterator[str]:
    """Name the modules of `flask` that are in place."""
    return (name for name in sys.modules if name.partition(".")[0] == "flask")


def is_engines(name: str) -> bool:
    return type(sys.modules[name].__loader__).__module__.startswith("routelab")


OWN_TEXTS = """
    from enum import Enum
    from flask import Flask

    class Name(str, Enum):
        HOME = "/home"
        GREET = "greet"

    app = Flask(__name__)
    app.add_url_rule(Name.HOME, endpoint=Name.GREET, view_func=lambda: "Hello")
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_texts_of_an_app_s_own_class_are_told_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    with lab_of(tmp_path, OWN_TEXTS, engine) as lab:
        alone = checked(lab.send("GET /home"))
    with apps_here(monkeypatch), lab_of(tmp_path, OWN_TEXTS, engine) as lab:
        assert checked(lab.send("GET /home")) == alone
    assert [step["rule"] for step in alone["steps"] if step["kind"] == "match"] == ["/home"]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_app_here_is_told_alike_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        alone = checked(lab.send("GET /"))
    logging.getLogger("app").disabled = True  # as another test may have left it
    kept, level, modules = sys.modules["json"], logging.root.level, set(sys.modules)
    with apps_here(monkeypatch), lab_of(tmp_path, APP, engine) as lab:
        assert WORKERS.elsewhere is not None
        beside = checked(lab.send("GET /"))
        assert sys.modules["flask"] is flask
        assert [name for name in flasks() if is_engines(name)] == []
        app = weakref.ref(lab._host._worker._service._live.app)  # type: ignore[attr-defined]
        assert app() is not None
        del lab
    assert app() is None
    assert gc.isenabled()
    assert beside["response"]["body"].split()[0] == alone["response"]["body"].split()[0]
    assert beside["response"]["body"] != alone["response"]["body"]
    for told in (beside, alone):
        told.pop("response")
        told["steps"] = [step["kind"] for step in told["steps"]]
    assert beside == alone
    assert (sys.modules["json"], logging.root.level) == (kept, level)
    assert "left" not in logging.root.manager.loggerDict
    assert logging.root.manager.disable == 0
    assert not {"app", "never_there", "LEFT"} & {*sys.modules}
    assert {name for name in set(sys.modules) - modules if name.startswith("flask")} == set()


NOTES_IN_ITS_ENVIRONMENT = """
    import os, flask
    app = flask.Flask(__name__)
    @app.route("/<word>")
    def note(word):
        os.environ["NOTED"] = os.environ.get("NOTED", "") + word
        return os.environ["NOTED"]
"""


def test_each_app_here_finds_the_environment_that_it_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def noted(lab: Lab, word: str) -> object:
        return checked(lab.send(f"GET /{word}"))["response"]["body"]

    monkeypatch.delenv("NOTED", raising=False)
    with apps_here(monkeypatch), lab_of(tmp_path / "one", NOTES_IN_ITS_ENVIRONMENT) as one:
        with lab_of(tmp_path / "two", NOTES_IN_ITS_ENVIRONMENT) as two:
            assert [noted(one, "a"), noted(two, "b"), noted(one, "c")] == ["a", "b", "ac"]
            assert "NOTED" not in os.environ
            monkeypatch.setenv("NOTED", "elsewhere")
            assert [noted(two, "d"), noted(one, "e")] == ["bd", "ace"]
        assert os.environ["NOTED"] == "elsewhere"


def test_what_is_replaced_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_in_place()
    assert replaced_since(before) == []
    monkeypatch.setattr(flask.Flask, "route", len)
    monkeypatch.setattr("builtins.print", len)
    monkeypatch.setattr(flask.Flask, "of_an_app", len, raising=False)
    monkeypatch.setattr(flask.Flask, "noted", "by an app", raising=False)
    monkeypatch.setattr(flask, "noted", len, raising=False)
    monkeypatch.delattr(flask.Flask, "url_for")
    named = ["Flask.of_an_app", "Flask.route", "Flask.url_for"]
    assert replaced_since(before) == ["builtins.print", *(f"flask.app.{name}" for name in named)]


KEPT_BACK = """
    import functools, flask
    app = flask.Flask(__name__)
    def around(view):
        @functools.wraps(view)
        def inner():
            sum(range(2_000_000))
            return "early"
        return inner
    @app.route("/")
    @around
    def home():
        return "home"
"""


@pytest.mark.skipif(not Path(TASKS).exists(), reason="the system does not tell which threads worked")
def test_a_thread_of_the_tests_is_none_of_the_apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(0.0001):
            pass

    thread = threading.Thread(target=work)
    thread.start()
    try:
        with apps_here(monkeypatch), lab_of(tmp_path, KEPT_BACK, "flask") as lab:
            step = lab.send("GET /").first(ViewStep)
        assert step is not None
        assert not step.call.may_have_run
    finally:
        ended.set()
        thread.join()
