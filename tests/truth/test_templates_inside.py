"""A template that asks for itself, or for one that has no name, is told shortly and as that."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from routelab.tracing.steps.template import TemplateStep
from support import ENGINES, checked, lab_of, write_app

APP = """
from flask import Flask, render_template
app = Flask(__name__)
@app.get("/<name>")
def page(name):
    return render_template(name, node={"n": 1, "kids": [{"n": 2, "kids": []}, {"n": 3, "kids": []}]})
"""
TEMPLATES = {
    "own.html": '{% extends "own.html" %}',
    "none.html": "{% extends layout %}",
    "tree.html": '{{ node.n }}{% for node in node.kids %}{% include "tree.html" %}{% endfor %}',
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "status", "told"),
    [
        ("own.html", 500, "own.html, asked for by itself "),
        ("none.html", 500, "(undefined), asked for by none.html"),
        ("tree.html", 200, "tree.html, asked for by itself 2 times in a row"),
    ],
)
def test_what_asks_for_itself_or_for_nothing(
    tmp_path: Path, name: str, status: int, told: str, engine: str
) -> None:
    for each, text in TEMPLATES.items():
        write_app(tmp_path, text, f"templates/{each}")
    with lab_of(tmp_path, APP, engine) as lab:
        trace = lab.send(f"GET /{name}")
    checked(trace)
    assert trace.response is not None
    assert trace.response.status == status
    steps = [step for step in trace.steps if isinstance(step, TemplateStep)]
    assert len(steps) < 5
    assert any(step.headline.startswith(told) for step in steps)
    # From Python 3.12 on what records it may be what meets the limit of recursion; that is said.
    if name != "own.html" or sys.version_info < (3, 12):
        assert all(note.code != "not_recorded" for note in trace.notes)
