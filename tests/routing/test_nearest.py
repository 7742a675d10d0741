"""The rule that is called the nearest: of those that fail at one segment, the one whose text is most alike, and
of those that fit the one that ended the search.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, lab_of

RULES = (
    "/query",
    "/user/<name>",
    "/orders/<int:n>/items",
    "/order",
    "/about-us",
    "/about/<path:page>",
    "/top/<name>",
    "/top/<int(max=40):place>",
)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_nearest_reads_most_alike(engine: str, tmp_path: Path) -> None:
    views = "".join(
        f'@app.route("{rule}", endpoint="v{n}")\ndef v{n}(**k):\n    return ""\n'
        for n, rule in enumerate(RULES)
    )
    asked = {
        "/users": "/user/<name>",
        "/querys": "/query",
        "/ordrs": "/orders/<int:n>/items",
        "/top/99": "/top/<int(max=40):place>: int(max=40) rejected 99",
    }
    with lab_of(tmp_path, f"from flask import Flask\napp = Flask(__name__)\n{views}", engine) as lab:
        for path, nearest in asked.items():
            assert f"Nearest is {nearest}" in lab.send(f"GET {path}").cause, path
