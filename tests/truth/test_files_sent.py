"""What is said of a BytesIO that is sent from where it stands: the way out where that lost something."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

SOURCE = """
from io import BytesIO
from flask import Flask, Response, request, send_file
app = Flask(__name__)
def written(at=None):
    buffer = BytesIO()
    buffer.write(b"hello")
    if at is not None: buffer.seek(at)
    return buffer
@app.get("/end")
def end(): return send_file(written(), mimetype="text/csv")
@app.get("/named")
def named(): return send_file(written(), as_attachment=True, download_name="x.csv")
@app.get("/middle")
def middle(): return send_file(written(2), mimetype="text/csv")
@app.get("/returned")
def returned(): return written()
@app.get("/response")
def response(): return Response(written(), mimetype="text/csv")
@app.get("/start")
def start(): return send_file(written(0), mimetype="text/csv")
@app.get("/rest")
def rest(): return Response(written(2), mimetype="text/csv")
@app.get("/empty")
def empty(): return send_file(BytesIO(), mimetype="text/csv")
"""
AT_END = "The BytesIO that was sent stood at its end, after 5 bytes, and is read from there on: call seek(0) before."
SAID = {
    "/end": AT_END,
    "/named": AT_END,
    "/returned": AT_END,
    "/response": AT_END,
    "/middle": "The BytesIO that was sent stood after 2 of its 5 bytes, and is read from there on: call seek(0) before.",
    "/start": None,
    "/rest": None,
    "/empty": None,
}


@pytest.mark.parametrize("engine", ENGINES)
def test_where_a_bytesio_stood_is_said_with_the_way_out(engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, SOURCE, engine) as lab:
        for path, said in SAID.items():
            trace = lab.send(f"GET {path}")
            checked(trace)
            assert ("BytesIO that was sent" in plain(trace)) is (said is not None), path
            assert said is None or said in trace.cause, trace.cause
        assert "BytesIO that was sent" not in plain(lab.send("HEAD /end"))
        assert "BytesIO that was sent" not in plain(lab.send("GET /start Range:bytes=1-2"))
