"""An environment variable that is asked for and not set is named as that, at loading and in a request."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.lab import load
from support import ENGINES, checked, write_app

SOURCE = """
import os
from flask import Flask
app = Flask(__name__)
asked = {"ROUTELAB_TEST_SET": 1}
{loading}
@app.get("/")
def home():
    return {asks}
"""
SAID = "environment variable ROUTELAB_TEST_UNSET is not set"
# What is asked, and whether it is the environment that lacks it.
ASKS = {
    "os.environ['ROUTELAB_TEST_UNSET']": True,
    "os.environ.pop('ROUTELAB_TEST_UNSET')": True,
    "asked['ROUTELAB_TEST_UNSET']": False,
    "dict(os.environ)['ROUTELAB_TEST_UNSET']": False,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("asks", ASKS)
def test_a_variable_that_is_not_set_is_named(tmp_path: Path, asks: str, engine: str) -> None:
    for name, loading in (("late", ""), ("early", asks)):
        (tmp_path / name).mkdir()
        source = SOURCE.replace("{loading}", loading).replace("{asks}", asks)
        with load(write_app(tmp_path / name, source), engine=engine) as lab:
            trace = lab.send("GET /")
        checked(trace)
        assert (SAID in " ".join(trace.answer.cause)) is ASKS[asks]
