"""A template that was not found, and the one that is there and nearly has its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of, write_app
from truth.shown import plain

APP = """from flask import Flask, render_template, request
app = Flask(__name__)
@app.get("/")
def home(): return render_template(request.args["name"])
"""
SLASHES = "The parts of a template's name have / between them, on every system."
# The name that was asked for, and what is said of it; "" where none there is like it.
CASES = {
    "base.htm": "Did you mean 'base.html'?",
    "base": "Did you mean 'base.html'?",
    "base.hmtl": "Did you mean 'base.html'?",
    "bsae.html": "Did you mean 'base.html'?",
    "shop\\cart.html": f"Did you mean 'shop/cart.html'? {SLASHES}",
    "shop\\none.txt": SLASHES,
    "base.html ": "Did you mean 'base.html'? A blank at its end is part of a name.",
    "login.html": "",
}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_name_that_may_be_meant_is_told(engine: str, tmp_path: Path) -> None:
    for name in ("base.html", "shop/cart.html"):
        write_app(tmp_path, "page", f"templates/{name}")
    with lab_of(tmp_path, APP, engine) as lab:
        for name, said in CASES.items():
            trace = lab.send(["/", f"name=={name}"])
            checked(trace)
            shown = plain(trace)
            assert "(R701)" in shown, name
            assert said in shown, name
            assert ("Did you mean" in shown) is ("mean" in said), name
            assert ("on every system" in shown) is ("\\" in name), name
