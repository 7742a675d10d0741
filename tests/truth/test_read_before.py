"""A body that something had read before it was asked for: it was sent, and it is not said to be wrong."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.tracing.body_reads import Lacking
from routelab.tracing.findings.kinds import findings_of
from routelab.tracing.steps.request import RequestStep
from support import ENGINES, checked, lab_of
from truth.shown import plain

# How the body is asked for, and the request that has what is asked for.
ASKED = {
    "key": ("request.form['x']", "x=1 -f"),
    "get": ("request.form.get('x', '')", "x=1 -f"),
    "values": ("request.values['x']", "x=1 -f"),
    "files": ("str(request.files.get('x'))", "--multipart x=1"),
    "json": ("request.json", "x=1"),
    "silent": ("str(request.get_json(silent=True))", "x=1"),
    "forced": ("request.get_json(force=True)", "x=1"),
    "data": ("request.data", "x=1"),
    "bytes": ("request.get_data()", "x=1 -f"),
}
READ = {
    "stream": "request.stream.read()",
    "data": "request.get_data(cache=False)",
    "server": "request.environ['wsgi.input'].read()",
    "kept": "request.get_data()",
    "not": "None",
}
APP = """
from flask import Flask, request
app = Flask(__name__)
class Reads:
    def __init__(self, app): self.app = app
    def __call__(self, environ, start_response):
        if environ["PATH_INFO"].startswith("/middleware"): environ["wsgi.input"].read()
        return self.app(environ, start_response)
app.wsgi_app = Reads(app.wsgi_app)
""" + "".join(
    f"@app.post('/{way}/{asked}')\ndef {way}_{asked}():\n    {READ.get(way)}\n    return {ask}\n"
    for (asked, (ask, _)), way in product(ASKED.items(), (*READ, "middleware"))
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("way", [*READ, "middleware"])
def test_a_body_that_was_read_before_is_told_as_that(way: str, engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        for asked, (_, sent) in ASKED.items():
            trace = lab.send(f"POST /{way}/{asked} {sent}")
            checked(trace)
            step, said = trace.first(RequestStep), plain(trace)
            assert step is not None
            gone = way not in ("kept", "not")
            told = any(read.lacking is Lacking.READ_BEFORE for read in step.reads)
            # What a stream that ended raised says so itself.
            assert (told or "the body had been read before" in said) is gone, (asked, said)
            assert "not valid JSON" not in said
            assert ("it came in request.form" in said) is (asked == "files" and not gone), said
            for found in findings_of(trace):
                assert (found.code, gone, "the request sent it, but" in found.text) == ("R501", True, True), (
                    said
                )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_body_that_is_shorter_than_it_says_was_not_read_before(engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        for asked in ("key", "json"):
            said = plain(lab.send(f"POST /not/{asked} {ASKED[asked][1]} Content-Length:99"))
            assert "read before" not in said
            assert "not valid JSON" not in said
