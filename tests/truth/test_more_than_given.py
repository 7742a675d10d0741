"""What a rule lacks is not told as a name that differs, and Flask's own rule for files is told as that."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

APP = """
from flask import Flask
app = Flask(__name__, static_url_path="", static_folder="public")
@app.get("/need/<n>")
def need(n, extra):
    return n + extra
@app.get("/other/<n>")
def other(m):
    return m
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("line", "said", "unsaid"),
    [
        ("GET /need/1", "the rule needs that variable, or the parameter a default", "have to be the same"),
        ("GET /other/1", "The names have to be the same.", "needs that variable"),
        ("POST /x/y", "/<path:filename> accepts GET (static, Flask's own view for files).", "(static)."),
    ],
)
def test_what_the_rule_lacks(tmp_path: Path, line: str, said: str, unsaid: str, engine: str) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        trace = lab.send(line)
    checked(trace)
    shown = plain(trace)
    assert said in shown
    assert unsaid not in shown.partition("Request:")[0]
