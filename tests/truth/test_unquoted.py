"""A name without its quotes, or its import: told by what the app or a library has under that text.

Never where Python knows a nearer name.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from routelab.tracing.watching.exceptions.unquoted import IMPORTED
from support import ENGINES, checked, lab_of, write_app

SOURCE = """
from flask import Flask, render_template, session
app = Flask(__name__)
app.secret_key = "k"
STOCK = {"title": "Shop", "lst": [1], "abort": 1}
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
    ("url_for('x')", "import it: from flask import url_for", "Did you mean"),
    ("str(HTTPException)", "import it: from werkzeug.exceptions import HTTPException", "Did you mean"),
    ("STOCK[abort]", "STOCK has the key 'abort', in quotes", "import"),
    ("str(redirekt)", "", "import"),
    ("'of' + k", "", "quotes"),  # a string elsewhere, and nothing asks for a key
    ("render_template(index.html)", "in quotes, 'index.html' is a file in templates", "mean"),
    ("render_template(about.html)", "", "quotes"),  # no such file
]


@pytest.mark.parametrize("engine", ENGINES)
def test_where_the_string_is_told(engine: str, tmp_path: Path) -> None:
    source = SOURCE
    for number, (code, _, _) in enumerate(CASES):
        source += f"@app.route('/{number}')\ndef view{number}():\n    return {code}\n"
    write_app(tmp_path, "page", "templates/index.html")
    lab = lab_of(tmp_path, source.removeprefix("\n"), engine)
    for number, (code, said, unsaid) in enumerate(CASES):
        document = checked(lab.send(f"GET /{number}"))
        assert f"({said})" in document["cause"] if said else "(" not in document["cause"].split(":", 1)[1], (
            code
        )
        assert unsaid not in document["cause"], code
        assert document["exception"]["type"] == "NameError"


def test_what_is_said_to_be_imported_is_there() -> None:
    assert all(hasattr(import_module(module), name) for module, names in IMPORTED.items() for name in names)
