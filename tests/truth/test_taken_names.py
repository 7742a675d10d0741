"""A view that took the name of an import, of a list or of Python's own is told as that, and no other is."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

HEAD = """from flask import Flask, jsonify, redirect, session
app = Flask(__name__)
books = [1]
count = 0
def other(): return 1
"""
VIEW = "@app.get('/')\ndef {0}({1}):\n return {2}\n"
IMPORT, MADE = (
    "which took the name of the import in line 1;",
    "which took the name of what is made in line 3;",
)
# The view, and what is said; "" where no name was taken.
CASES = {
    VIEW.format("redirect", "", "redirect('/x')"): IMPORT,
    VIEW.format("session", "", "session['user']"): IMPORT,
    VIEW.format("books", "", "jsonify(books)"): MADE,
    VIEW.format("books", "", "jsonify(found=books)"): MADE,
    VIEW.format("books", "", "str(len(books))"): MADE,
    VIEW.format("books", "", "[it for it in books]"): MADE,
    VIEW.format("books", "", "books[0]"): MADE,
    VIEW.format("books", "", "str(books.append(1))"): MADE,
    VIEW.format("list", "", "list((1, 2))"): "which took the name of Python's own list;",
    VIEW.format("books", "", "books()"): MADE,
    VIEW.format("other", "", "other()"): "took the name of what is made in line 5;",
    "if True:\n import json as books\n" + VIEW.format("books", "", "books.dumps(1)"): "the import in line 7;",
    VIEW.format("home", "", "home()"): "",
    VIEW.format("home", "", "other[0]"): "",
    VIEW.format("home", "", "other.x(redirect)"): "",
    VIEW.format("redirect", "", "other.x(redirect)"): "",
    VIEW.format("redirect", "", "other[redirect]"): "",
    VIEW.format("books", "", "other(1, books)"): "",
    VIEW.format("books", "", "(lambda books: books[0])(other)"): "",
    VIEW.format("books", "books=other", "books[0]"): "",
    VIEW.format("home", "", "books['a']"): "",
    VIEW.format("books", "", "other[0]") + "books = 1\n": "",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("code", CASES)
def test_a_name_that_a_view_took_is_told(code: str, engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, HEAD + code, engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    shown = plain(trace)
    assert "500 INTERNAL SERVER ERROR" in shown
    assert ("took the name" in shown) is bool(CASES[code])
    assert CASES[code] in shown
