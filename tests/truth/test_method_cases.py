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


BOTH = ", methods=['GET', 'POST']"
LONG = "    step = 1\n" * 20
# Views that check for POST further down, or in a class: which function does, the way out, and an edit that goes it.
ELSEWHERE = {
    f"@app.get('/x')\ndef view():\n{LONG}    return 'p' if request.method == 'POST' else 'g'\n": (
        "view", 'write @app.route with methods=["GET", "POST"]', ("app.get('/x')", f"app.route('/x'{BOTH})")),
    f"class Form(View):\n    def dispatch_request(self):\n{LONG.replace('    ', '        ')}"
    "        return 'p' if request.method == 'POST' else 'g'\n"
    "app.add_url_rule('/x', view_func=Form.as_view('form'))\n": (
        "Form.dispatch_request", 'give it methods=["GET", "POST"]', ("as_view('form')", f"as_view('form'){BOTH}")),
    "class Base(View):\n    def dispatch_request(self):\n        return 'p' if request.method == 'POST' else 'g'\n"
    "class Form(Base):\n    pass\napp.add_url_rule('/x', view_func=Form.as_view('form'))\n": (
        "Base.dispatch_request", 'give it methods=["GET", "POST"]', ("as_view('form')", f"as_view('form'){BOTH}")),
    "class Form(MethodView):\n    def get(self):\n        return 'p' if request.method == 'POST' else 'g'\n"
    "app.add_url_rule('/x', view_func=Form.as_view('form'))\n": (
        "Form.get", "give Form a method post", ("class Form(MethodView):\n", "class Form(MethodView):\n    def post(self): return 'p'\n")),
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("view", ELSEWHERE)
def test_a_check_is_found_in_long_views_and_in_classes(engine: str, view: str, tmp_path: Path) -> None:
    head = (
        "from flask import Flask, request\nfrom flask.views import MethodView, View\napp = Flask(__name__)\n"
    )
    function, way_out, (was, done) = ELSEWHERE[view]
    _, lab = live(tmp_path, head + view, engine)
    said = f"{function}() checks for POST at app.py:"
    assert said in cause(lab, "POST")
    assert f"and this route does not accept POST: {way_out}." in cause(lab, "POST")
    number = int(cause(lab, "POST").split(said)[1].split(",")[0])
    assert "== 'POST'" in (head + view).splitlines()[number - 1]
    (folder := tmp_path / "done").mkdir()
    _, lab = live(folder, head + view.replace(was, done), engine)
    response = lab.send("POST /x").response
    assert response is not None
    assert response.body == b"p"


# The methods of a route, and which one is offered first where it has not that of the request.
OFFERED = {
    ("DELETE", "GET"): "GET",
    ("DELETE", "POST"): "POST",
    ("DELETE", "PUT", "PATCH"): "PATCH",
    ("DELETE", "QUERY"): "QUERY",
    ("DELETE",): "DELETE",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("methods", OFFERED)
@pytest.mark.parametrize("path", ["/thing", "/thign"])
def test_what_deletes_is_offered_last(
    engine: str, methods: tuple[str, ...], path: str, tmp_path: Path
) -> None:
    route = f"@app.route('/thing', methods={list(methods)})"
    source = f"from flask import Flask\napp = Flask(__name__)\n{route}\ndef thing(): return 'x'\n"
    _, lab = live(tmp_path, source, engine)
    offered = answer_of(lab.send(f"LOCK {path}")).ways
    assert offered[0].request == f"{OFFERED[methods]} /thing"
    # To send one that deletes is not advised.
    assert ("routelab match" in offered[0].command) is (OFFERED[methods] == "DELETE")
    response = lab.send(offered[0].request).response
    assert response is not None
    assert response.status == 200


IN_A_CLASS = """
from flask import Flask
from flask.views import MethodView, View
app = Flask(__name__)
class Things({base}):
    {methods}
    def get(self):
        return "got"
    def {name}(self):
        return "done"
app.add_url_rule("/x", view_func=Things.as_view("things"))
"""
RENAME = "Things answers DELETE by a method delete, in small letters: rename Things.{}() at app.py:8."
OWN_DISPATCH = "methods = ['GET']\n    def dispatch_request(self): return self.get()"
# A class, what it says of its methods, and the name of one: whether that is what the request lacks.
CLASSES = {
    ("MethodView", "colour = 1", "DELETE"): True,
    ("MethodView", "colour = 1", "Delete"): True,
    ("MethodView", "colour = 1", "remove"): False,
    ("MethodView", "methods = ['GET']", "delete"): False,
    ("MethodView", OWN_DISPATCH, "DELETE"): False,
    ("View", OWN_DISPATCH, "DELETE"): False,
    ("View", "methods = ['GET']", "DELETE"): False,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("written", CLASSES, ids=map(str, range(len(CLASSES))))
def test_a_method_of_a_class_that_is_not_in_small_letters(
    written: tuple[str, str, str], engine: str, tmp_path: Path
) -> None:
    base, methods, name = written
    source = IN_A_CLASS
    for key, text in (("{base}", base), ("{methods}", methods), ("{name}", name)):
        source = source.replace(key, text)
    _, lab = live(tmp_path, source.lstrip(), engine)
    assert (RENAME.format(name) in cause(lab, "DELETE")) is CLASSES[written], cause(lab, "DELETE")
    assert "small letters" not in cause(lab, "PATCH")
