"""A proxy's X-Forwarded headers that the app does not take, where that sends the client the wrong way."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of

pytestmark = pytest.mark.worker

APP = """
from flask import Flask, redirect, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__)
{fix}

@app.get("/")
def home():
    if request.scheme == "http":
        return redirect(request.url.replace("http://", "https://", 1))
    return "home"

@app.get("/www")
def www():
    if request.host != "shop.test":
        return redirect("https://shop.test/www?" + request.query_string.decode())
    return "www"

@app.get("/out")
def out():
    return redirect(url_for("home", _external=True))

@app.get("/in")
def inside():
    return redirect("/")

@app.get("/away")
def away():
    return redirect("http://other.test/")

@app.post("/sent")
def sent():
    return redirect(request.url.replace("http://", "https://", 1))

@app.get("/slash/")
def slash():
    return "slash"

@app.get("/plain")
def plain():
    return "plain"
"""
PROTO, HOST, PREFIX = "X-Forwarded-Proto:https", "X-Forwarded-Host:shop.test", "X-Forwarded-Prefix:/shop"
FIX = "app.wsgi_app = ProxyFix(app.wsgi_app, {})"
# How ProxyFix is set up ("" for none), what is asked with which headers, and a piece of each note.
CASES: list[tuple[str, str, tuple[str, ...]]] = [
    ("", f"GET / {PROTO}", ("request.scheme is http",)),
    ("", f"GET /?q=1 {PROTO}", ("where this client is already: a loop",)),
    ("", f"GET / '{PROTO}, http'", ("x_proto=2",)),
    ("", "GET /", ()),
    ("", "GET / X-Forwarded-Proto:http", ()),
    ("", "GET / X-Forwarded-Proto:nonsense", ()),
    ("", "GET / X-Forwarded-For:1.2.3.4", ()),
    ("", f"GET /www?a=1 {PROTO} {HOST}", ("X-Forwarded-Proto", "X-Forwarded-Host")),
    ("", f"GET /out {PROTO}", ("http instead of the client's https",)),
    ("", f"GET /out {HOST}", ("the app's own host instead of the client's shop.test",)),
    ("", f"GET /in {PROTO} {HOST}", ()),
    ("", f"GET /in {PREFIX}", ("leaves the client's /shop",)),
    ("", f"GET /away {PROTO} {HOST} {PREFIX}", ()),
    ("", f"POST /sent {PROTO}", ()),
    ("", f"GET /slash {PROTO}", ("http instead of the client's https",)),
    ("", f"GET /plain {PROTO} {HOST} {PREFIX}", ()),
    ("x_proto=1", f"GET / {PROTO}", ()),
    ("x_proto=0", f"GET / {PROTO}", ("its x_proto did not use that header",)),
    ("x_proto=2", f"GET / {PROTO}", ("its x_proto did not use that header",)),
    ("x_proto=1", f"GET /out {PROTO} {HOST}", ("its x_host did not use that header",)),
    ("x_proto=1, x_host=1", f"GET /out {PROTO} {HOST}", ()),
    ("x_prefix=1", f"GET /in {PREFIX}", ()),
]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_redirect_that_goes_wrong_for_want_of_the_header(tmp_path: Path, engine: str) -> None:
    labs = {
        fix: lab_of(tmp_path / str(number), APP.format(fix=fix and FIX.format(fix)), engine)
        for number, fix in enumerate({fix for fix, *_ in CASES})
    }
    for fix, line, pieces in CASES:
        document = checked(labs[fix].send(line))
        told = [note["text"] for note in document["notes"] if note["code"] == "forwarded_not_taken"]
        # `/in` with ProxyFix and a prefix: redirect("/") leaves the prefix that the app knows; that is its own.
        assert len(told) == len(pieces), (fix, line, told)
        for text, piece in zip(told, pieces, strict=True):
            assert piece in text, (fix, line)
            assert ("ProxyFix is there" in text) is bool(fix)
    for lab in labs.values():
        lab.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_offered_helps(tmp_path: Path, engine: str) -> None:
    for values in range(1, 4):
        header = ", ".join(["https", "http", "http"][:values])
        with lab_of(tmp_path / f"{values}", APP.format(fix=""), engine) as lab:
            (note,) = lab.send(f"GET / 'X-Forwarded-Proto:{header}'").notes
        option = note.text.partition("ProxyFix with ")[2].partition(" ")[0]
        with lab_of(tmp_path / f"{values}f", APP.format(fix=FIX.format(option)), engine) as lab:
            response = lab.send(f"GET / 'X-Forwarded-Proto:{header}'").response
        assert response is not None
        assert response.status == 200
