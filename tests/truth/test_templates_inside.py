"""A template that asks for itself, or for one that has no name, is told shortly and as that."""

from __future__ import annotations

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

# A few hundred calls are as good as the thousand of which Python makes a traceback each time.
DEEP = """
import sys
from traceback import walk_stack
from flask import Flask, render_template
app = Flask(__name__)

@app.route("/<int:depth>")
def deep(depth):
    if depth:
        return deep(depth - 1)
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(len([*walk_stack(None)]) + 300)
    try:
        return render_template("own.html")
    finally:
        sys.setrecursionlimit(usual)
"""


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
    assert all(note.code != "not_recorded" for note in trace.notes)


@pytest.mark.own_process  # only in the first request of a process does it come to the limit first
@pytest.mark.parametrize("engine", ENGINES)
def test_where_what_records_comes_to_the_limit_of_recursion_first_nothing_is_missed(
    tmp_path: Path, engine: str
) -> None:
    write_app(tmp_path, TEMPLATES["own.html"], "templates/own.html")
    with lab_of(tmp_path, DEEP, engine) as lab:
        traces = [lab.send(f"GET /{depth}") for depth in range(12)]
    assert {trace.response.status for trace in traces if trace.response is not None} == {500}
    assert [note for trace in traces for note in trace.notes if note.code == "not_recorded"] == []
