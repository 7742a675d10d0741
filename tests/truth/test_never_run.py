"""A 404 says that a route for the path stands in lines that did not run, and only where that is sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of

APP = """
from flask import Flask
def create_app():
    app = Flask(__name__)
    @app.get("/")
    def home():
        return "home"
    return app
    @app.get("/late")
    def late():
        return "late"
app = create_app()
{after}
"""
MAIN = """
if __name__ == "__main__":
    @app.route("/main/<int:n>")
    def main(n):
        return "main"
    app.add_url_rule("/other", "other", lambda: "other")
    app.run()
"""
BRANCH = """
if app.config.get("EXTRA"):
    @app.get("/extra")
    def extra():
        return "extra"
else:
    @app.get("/plain")
    def plain():
        return "plain"
"""
OTHER = """
other = Flask("other")
if other.debug:
    @other.get("/extra")
    def extra():
        return "extra"
"""
HELD = """
def register(app):
    if app.debug:
        return
    @app.get("/held")
    def held():
        return "held"
"""
# What else is in the file, the path, and what is noted.
CASES = {
    "behind a return": (
        "",
        "/late",
        ["app.py:8 would add /late, but it is behind the return of create_app(), so nothing comes to it"],
    ),
    "below __main__": (
        MAIN,
        "/main/7",
        [
            "app.py:14 would add /main/<int:n>, but it is below if __name__ == '__main__', and the file runs as app"
        ],
    ),
    "by add_url_rule": (
        MAIN,
        "/other",
        ["app.py:17 would add /other, but it is below if __name__ == '__main__', and the file runs as app"],
    ),
    "a branch": (
        BRANCH,
        "/extra",
        ["app.py:14 would add /extra, but it is below the if in line 13, in a branch that did not run"],
    ),
    "another path": (MAIN, "/main/x", []),
    "another app": (OTHER, "/extra", []),
    "a return that is conditional": (HELD, "/held", []),
}


@pytest.mark.worker
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_a_route_in_lines_that_did_not_run_is_noted(tmp_path: Path, case: str, engine: str) -> None:
    after, path, noted = CASES[case]
    with lab_of(tmp_path, APP.replace("{after}", after), engine) as lab:
        trace = lab.send(f"GET {path}")
        table, audit = lab.routes(), lab.audit()
    checked(trace)
    assert [note.text for note in trace.notes if note.code == "never_run"] == noted
    without_path = {note.text for note in table.notes if note.code == "never_run"}
    assert table.notes == audit.notes
    assert {*noted} <= without_path
    assert len(without_path) == 1 + {MAIN: 2, BRANCH: 1}.get(after, 0)
