"""A name without its quotes: told by what the app has under that text, and never where Python knows a nearer name."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of

SOURCE = """
from flask import Flask, session
app = Flask(__name__)
app.secret_key = "k"
STOCK = {"title": "Shop", "lst": [1]}
class Odd(dict):
    def __iter__(self):
        raise RuntimeError("was asked")
ODD = Odd(title=1)
greeting = "hello"
price = 3
"""
# What a view does, and what is said behind the message, or in no case.
CASES = [
    ("STOCK[title]", "STOCK has the key 'title', in quotes", "tuple"),
    ("STOCK[lst]", "STOCK has the key 'lst', in quotes", "list"),
    ("ODD[title]", "in quotes it is a string, as at app.py:4", "tuple"),
    ("session[title]", "in quotes it is a string, as at app.py:4", "tuple"),
    ("{title: 1}", "in quotes it is a string, as at app.py:4", "tuple"),
    ("str(hello)", "in quotes it is a string, as at app.py:9", "help"),
    ("str(pric)", "Did you mean: 'price'?", "quotes"),
    ("STOCK[pric]", "Did you mean: 'price'?", "quotes"),
    ("STOCK[tuples]", "Did you mean: 'tuple'?", "quotes"),
    ("STOCK[zzzzzz]", "", "quotes"),
    ("str(lst)", "in quotes it is a string, as at app.py:4", "Did you mean"),
    ("'of' + k", "", "quotes"),  # a string elsewhere, and nothing asks for a key
]


@pytest.mark.parametrize("engine", ENGINES)
def test_where_the_string_is_told(engine: str, tmp_path: Path) -> None:
    source = SOURCE
    for number, (code, _, _) in enumerate(CASES):
        source += f"@app.route('/{number}')\ndef view{number}():\n    return {code}\n"
    lab = lab_of(tmp_path, source.removeprefix("\n"), engine)
    for number, (code, said, unsaid) in enumerate(CASES):
        document = checked(lab.send(f"GET /{number}"))
        assert f"({said})" in document["cause"] if said else "(" not in document["cause"].split(":", 1)[1], (
            code
        )
        assert unsaid not in document["cause"], code
        assert document["exception"]["type"] == "NameError"
