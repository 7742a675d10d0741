"""A view that checks for the very method that its route refused: the 405 says so, and how the route is written."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.lab import Lab
from routelab.tracing.verdict import answer_of
from support import ENGINES, live

ROUTES = {
    '@app.route("/x")': ("GET",),
    '@app.get("/x")': ("GET",),
    '@app.route("/x", methods=["GET", "PUT"])': ("GET", "PUT"),
}
BODIES = {
    'if request.method == "POST":\n        return "posted"\n    return "x"': "POST",
    "return {'DELETE': 'gone'}.get(request.method, 'x')": "DELETE",
    'match request.method:\n        case "PATCH":\n            return "patched"\n    return "x"': "PATCH",
    'return "x"  # if request.method == "POST"': None,
    'if "DELETE" != request.method:\n        return "x"\n    return "gone"': "DELETE",
    'return "posted" if request.method in ("POST", "PUT") else "x"': "POST",
    'return request.args.get("POST", "x")': None,
    'known = request.method\n    return {"POST": "x"}.get(known, "y") + "POST"': None,
    'if request.method == "GET":\n        return "x"\n    return str(request.headers.get("X-Was") == "POST")': None,
}


def cause(lab: Lab, method: str) -> str:
    return " ".join(answer_of(lab.send(f"{method} /x")).cause)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_view_that_checks_for_a_refused_method_is_told_how_to_get_it(engine: str, tmp_path: Path) -> None:
    for number, ((route, accepted), (body, checked)) in enumerate(product(ROUTES.items(), BODIES.items())):
        source = (
            f"from flask import Flask, request\napp = Flask(__name__)\n{route}\ndef view():\n    {body}\n"
        )
        (folder := tmp_path / str(number)).mkdir()
        _, lab = live(folder, source, engine)
        for method in ("POST", "DELETE", "PATCH"):
            told = f"view() checks for {method} at app.py:" in cause(lab, method)
            assert told is (method == checked), (route, body, method)
        assert "checks for" not in cause(lab, "GET")
        if checked is None:
            continue
        # What it says is done, and the view gets the request.
        methods = ", ".join(f'"{each}"' for each in sorted((*accepted, checked)))
        assert f"methods=[{methods}]" in cause(lab, checked)
        assert ("write @app.route with" in cause(lab, checked)) is ("app.get" in route)
        done = source.replace(route, f'@app.route("/x", methods=[{methods}])')
        (folder := tmp_path / f"{number}-done").mkdir()
        _, lab = live(folder, done, engine)
        response = lab.send(f"{checked} /x").response
        assert response is not None
        assert response.status == 200
