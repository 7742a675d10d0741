"""What a receiver of Flask's signal made of a response is told as the receiver's; our engine has no signals."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import checked, lab_of
from truth.shown import plain

APP = """
from flask import Flask, request_finished
app = Flask(__name__)
def finished(sender, response, **more):
    {does}
request_finished.connect(finished, app)
@app.get("/")
def home():
    return "home"
@app.get("/fails")
def fails():
    return 1 // 0
{also}
"""
SECOND = "also = request_finished.connect(lambda sender, **more: None, app, weak=False)"
# What it does, what else listens, the path, what is said, and what is not.
CASES = {
    "status": (
        "response.status_code = 203",
        "",
        "/",
        "203 NON AUTHORITATIVE INFORMATION, set by finished, a rec",
        "because no",
    ),
    "of a 500": (
        "response.status_code = 503",
        "",
        "/fails",
        "503 SERVICE UNAVAILABLE, set by finished",
        "of that error.",
    ),
    "body": (
        "response.set_data('b')",
        "",
        "/",
        "finished() at app.py:3 then put another body into the response.",
        "xx",
    ),
    "nothing": ("pass", "", "/", "200 OK, because no status was given", "finished"),
    "one of two": (
        "response.status_code = 203",
        SECOND,
        "/",
        "203 NON AUTHORITATIVE INFORMATION, set by a receiver",
        "None",
    ),
    "body, one of two": (
        "response.set_data('b')",
        SECOND,
        "/",
        "A receiver of a signal then put another body",
        "None",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_receiver_made_of_the_response_is_its_own(tmp_path: Path, case: str) -> None:
    does, also, path, said, unsaid = CASES[case]
    with lab_of(tmp_path, APP.format(does=does, also=also), "flask") as lab:
        trace = lab.send(f"GET {path}")
    checked(trace)
    shown = plain(trace, verbose=True)
    assert said in shown
    assert unsaid not in shown.partition("Response: ")[2]
