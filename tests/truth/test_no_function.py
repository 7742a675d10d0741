"""What is registered in the place of a function is told as that, with the line that registers it."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

HEAD = """from flask import Blueprint, Flask, redirect, render_template_string
app = Flask(__name__)
bp = Blueprint("bp", __name__)
def made(error=None): return None
def text(): return "text", 404
@app.get("/")
def home(): return render_template_string("home")
"""
ITSELF = "its name without ( ) registers the function itself"
# What is registered, the path, and what is said of it.
CASES = {
    "app.before_request(made())": (
        "/",
        f"app.py:8 calls made and registers what it returned, None; {ITSELF}",
    ),
    "app.after_request(made())": ("/", "as after_request cannot be called: app.py:8 calls made and"),
    "app.teardown_request(made())": ("/", "as teardown_request cannot be called: app.py:8 calls made and"),
    "app.url_value_preprocessor(made())": ("/", "as url_value_preprocessor cannot be called: app.py:8 calls"),
    "bp.before_app_request(made())\napp.register_blueprint(bp)": ("/", "app.py:8 calls made and registers"),
    "app.register_error_handler(404, text())": (
        "/x",
        f"for NotFound cannot be called: app.py:8 calls text and registers what it returned, ('text', 404); {ITSELF}",
    ),
    "app.context_processor({'a': 1})": ("/", "app.py:8 registers {'a': 1}; Flask takes the function itself."),
    "app.add_url_rule('/o', 'o', redirect('/'))": (
        "/o",
        "app.py:8 registers what redirect('/') returned, <Resp",
    ),
    "app.add_url_rule('/o', 'o', 'home')": (
        "/o",
        "app.py:8 registers 'home'; Flask takes the function itself,",
    ),
    "app.add_url_rule('/o', 'o', 'home')\napp.add_url_rule('/p', 'p', text())": ("/o", "app.py:8 registers"),
    # Which of the two it was is not known.
    "app.before_request(made())\napp.before_request(made())": (
        "/",
        "it is None; Flask takes the function itself",
    ),
    # Another of that name, which is a function.
    "app.before_request(made())\napp.before_request(text)": ("/", "app.py:8 calls made and registers"),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("code", CASES)
def test_the_line_that_registers_it_is_named(code: str, engine: str, tmp_path: Path) -> None:
    path, said = CASES[code]
    with lab_of(tmp_path, HEAD + code, engine) as lab:
        trace = lab.send(f"GET {path}")
    checked(trace)
    shown = plain(trace)
    assert said in " ".join(shown.split())
    assert "R408" not in shown
    assert "takes one argument" not in shown


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_function_raises_is_not_told_so(engine: str, tmp_path: Path) -> None:
    source = HEAD + "@app.before_request\ndef loads(): return None()\n"
    with lab_of(tmp_path, source, engine) as lab:
        shown = plain(lab.send("GET /"))
    assert "loads() raised TypeError" in shown
    assert "cannot be called" not in shown
