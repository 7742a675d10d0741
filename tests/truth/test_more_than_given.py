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
@app.url_value_preprocessor
def taking(endpoint, values):
    if endpoint in ("lost", "both"):
        values.pop("lang"), values.pop("city", None)
@app.get("/<lang>/lost")
def lost(lang):
    return lang
@app.after_request
def inner(response):
    return response
@app.after_request
def outer(response):
    return "text" if response.status_code == 207 else response
@app.get("/text")
def text():
    return "text", 207
@app.get("/other/<n>")
def other(m):
    return m
@app.get("/<lang>/in/<city>")
def both(lang, city):
    return lang
app.add_url_rule("/own/<path:filename>", "own", dict)
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("line", "said", "unsaid"),
    [
        ("GET /need/1", "the rule needs that variable, or the parameter a default", "have to be the same"),
        ("GET /other/1", "The names have to be the same.", "needs that variable"),
        (
            "GET /en/lost",
            "lang came from the rule, and the view was called without it, as where a url_value_preprocessor takes",
            "which is what the rule gives",
        ),
        (
            "GET /en/in/Rome",
            "lang and city came from the rule, and the view was called without them",
            "which is what the rule gives",
        ),
        (
            "GET /text",
            "returned 'text' (str): it has to return the response. (R902)",
            "function inner() raised",
        ),
        ("POST /x/y", "/<path:filename> accepts GET (static, Flask's own view for files).", "(static)."),
        ("POST /x/y", "GET instead of POST; a 404 unless there is such a file", "files.)"),
        ("POST /own/y", "(GET instead of POST)", "unless"),
        ("POST /own/y", "/own/<path:filename> accepts GET (own).", "(own, Flask"),
    ],
)
def test_what_the_rule_lacks(tmp_path: Path, line: str, said: str, unsaid: str, engine: str) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        trace = lab.send(line)
    checked(trace)
    shown = plain(trace)
    assert said in shown
    assert unsaid not in shown.partition("Request:")[0]
