"""What is said of a path that was sent percent-encoded, and of one that fits once its slashes are merged."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.requestline.parsing import parse
from routelab.tracing.findings.kinds import findings_of
from routelab.tracing.verdict import decision_answer
from support import ENGINES, lab_of
from truth.shown import plain

SOURCE = """from flask import Flask, redirect, request, session
app = Flask(__name__)
app.secret_key = "for the test only"
@app.get("/search")
def search(): return "search"
@app.get("/f/<name>")
def f(name): return name
@app.get("/f/<name>/edit")
def edit(name): return name
@app.get("/n/<int:n>")
def n(n): return str(n)
@app.post("/api/data")
def data(): return "data"
"""
SLASH = "A server decodes %2F before the app sees the path: that is a slash like any other then, and only"
OF_THE_PATH = "before the app sees the path: that is a character of the path then"
ENCODED = {
    "/f/a%2Fb": SLASH,
    "/f/a%2fb/edit": SLASH,
    "/search%2F": SLASH,
    "/search%3Fq=1": f"%3F {OF_THE_PATH}; a query begins with a ? that is not encoded",
    "/n/1%23top": f"%23 {OF_THE_PATH}.",
    "/n/1%2520": "%25 before the app sees the path: that is a percent sign then",
    "/search%00": "%00 before the app sees the path: that is the character of code 0",
    "/search%C3%28": "%C3%28 before the app sees the path: bytes that are not UTF-8 become U+FFFD",
    # What is encoded has no part in it.
    "/x%2Fy": None,
    "/f/a%3Fb/x": None,
    "/n/%41": None,
    "/n/%C3%A4": None,
    "/nowhere": None,
}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_an_encoding_became_is_said_where_it_decides(engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, SOURCE, engine) as lab:
        for path, said in ENCODED.items():
            shown = plain(lab.send(f"GET {path}"))
            assert shown.startswith("404 NOT FOUND"), path
            assert ("A server decodes" in shown) is (said is not None), path
            assert said is None or said in shown, shown
            asked = parse(path)
            alone = decision_answer(lab.match(asked).match, "GET", asked.path, "app.py").text
            assert ("A server decodes" in alone) is (said is not None), path
            assert said is None or said in alone, alone
        assert plain(lab.send("GET /f/a%252Fb")).startswith("200 OK")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_path_that_fits_once_slashes_are_merged_gets_its_method_and_its_slashes(
    engine: str, tmp_path: Path
) -> None:
    with lab_of(tmp_path, SOURCE, engine) as lab:
        shown = plain(lab.send("GET /api//data"))
        assert "A rule fits the path once repeated slashes are merged, but not this method." in shown
        assert (
            "Would match: POST /api/data  ->  data (POST instead of GET, with repeated slashes merged)"
            in shown
        )
        assert "no /api/data" not in shown
        shown = plain(lab.send("GET /api/data"))
        assert "A rule fits the path, but not this method." in shown
        assert "Would match: POST /api/data  ->  data (POST instead of GET)" in shown


CIRCLES = """
@app.get("/grow")
def grow():
    session["n"] = session.get("n", "") + "x"
    return redirect("/grow")
@app.get("/a")
def a(): return redirect("/b?next=" + request.full_path)
@app.get("/b")
def b(): return redirect("/a?next=" + request.full_path)
@app.get("/down/<int:n>")
def down(n): return redirect(f"/down/{n - 1}") if n else "down"
@app.get("/count")
def count():
    n = int(request.args["n"])
    return redirect(f"/count?n={n - 1}") if n else "done"
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_circle_of_redirects_is_named_whatever_changes_on_the_way(engine: str, tmp_path: Path) -> None:
    still = "After 30 redirects the client is still"
    said = {
        "/grow": f"{still} at /grow, each time with another cookie, and gives up: in the end it has to",
        "/a": f"{still} going round between /a and /b, each time with another query, and gives up",
        "/count?n=25": None,
        "/down/40": None,
    }
    with lab_of(tmp_path, SOURCE + CIRCLES, engine) as lab:
        for request, sentence in said.items():
            found = {it.code: it.text for it in findings_of(lab.send(f"-F GET {request}"))}
            assert found.keys() == ({"R602"} if sentence else set()), request
            assert sentence is None or sentence in found["R602"]
