"""The page that Flask makes of an error is told as sent only where nothing that came later kept it from that."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

HEAD = """from flask import Flask
app = Flask(__name__)
@app.get("/")
def home(): return "home"
@app.get("/fails")
def fails(): return {}["x"]
"""
LATE = "@app.teardown_request\ndef close(error): raise OSError('late')\n"
LAST = "@app.teardown_appcontext\ndef last(error): raise OSError('last')\n"
AFTER = "@app.after_request\ndef stamp(response): response.nothing\n"
SENT, MADE = "so Flask sent its own {} page", "Flask made its own {} page, which was not sent"
# What is added to the app, the path, what is said, and what is not.
CASES = (
    (
        LATE,
        "/fails",
        (MADE.format(500), "what teardown_request close() at app.py:8 raised"),
        SENT.format(500),
    ),
    (LATE, "/x", (MADE.format(404), "what teardown_request close() at app.py:8 raised"), "sends its own"),
    (LATE, "/", ("what teardown_request close() at app.py:8 raised after the response was made",), "its own"),
    (LATE + LAST, "/", ("what teardown_appcontext last() at app.py:10 raised",), "what teardown_request"),
    (AFTER, "/x", (MADE.format(404), SENT.format(500)), "stamp() then raised"),
    (AFTER, "/", (SENT.format(500), "stamp() raised AttributeError"), "which was not sent"),
    ("", "/x", ("so Flask sends its own 404 page",), "which was not sent"),
    ("", "/fails", (SENT.format(500),), "which was not sent"),
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("added", "path", "said", "unsaid"), CASES)
def test_what_was_not_sent_is_not_told_as_sent(
    added: str, path: str, said: tuple[str, ...], unsaid: str, engine: str, tmp_path: Path
) -> None:
    with lab_of(tmp_path, HEAD + added, engine) as lab:
        trace = lab.send(f"GET {path}")
    checked(trace)
    shown = plain(trace)
    for each in said:
        assert each in shown
    assert unsaid not in shown
