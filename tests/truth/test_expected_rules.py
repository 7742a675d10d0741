"""Paths at which the app's own code lets one expect a rule: below a prefix that was replaced, for static files."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.lab import Lab
from support import ENGINES, checked, lab_of, live

pytestmark = pytest.mark.worker

OWN = ("", "/api", "/api/", "/a/b")  # what the blueprint says, and what its registration says
GIVEN = (None, "", "/", "/v2", "/v2/api", "/api")
APP = """
from flask import Blueprint, Flask
app = Flask(__name__)
"""


def body_of(lab: Lab, path: str) -> bytes:
    response = lab.send(f"GET {path}").response
    return b"" if response is None else response.body


@pytest.mark.parametrize("engine", ENGINES)
def test_a_replaced_prefix_is_told_where_it_was_asked_for_and_only_there(tmp_path: Path, engine: str) -> None:
    for number, (own, given) in enumerate(product(OWN, GIVEN)):
        folder = tmp_path / str(number)
        folder.mkdir()
        option = "" if given is None else f", url_prefix={given!r}"
        source = (
            f"{APP}bp = Blueprint('shop', __name__, url_prefix={own!r} or None)\n"
            "@bp.route('/items/<int:n>')\ndef item(n): return str(n)\n"
            f"if {bool(own.strip('/') if given is None else given.strip('/'))}: bp.route('')(lambda: '3')\n"
            f"app.register_blueprint(bp{option})\n"
        )
        with lab_of(folder, source, engine) as lab:
            (rule,) = (it.rule for it in lab.routes().routes if it.endpoint == "shop.item")
            asked = f"{own.rstrip('/')}/items/3"
            trace = lab.send(f"GET {asked}")
            notes = [note["text"] for note in checked(trace)["notes"] if note["code"] == "prefix_replaced"]
            found = trace.response is not None and trace.response.status == 200
            assert bool(notes) is not found or not own, (own, given)
            for text in notes:
                here = rule.replace("<int:n>", "3")
                assert text.endswith(f"{here} is here, for the rule {rule}")
                assert b"3" in body_of(lab, here)
            if notes:
                bare = rule.removesuffix("/items/<int:n>")
                told = [note.text for note in lab.send(f"GET {own.rstrip('/')}").notes]
                assert (f"{bare} is here, for the rule {bare}" in " ".join(told)) is bool(bare)
                lost = lab.send(f"GET {own.rstrip('/')}/nothing")
                texts = [note.text for note in lost.notes if note.code == "prefix_replaced"]
                assert [text.endswith("none of its rules begins with it") for text in texts] == [True]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_nested_blueprint_is_found_below_each_prefix_that_its_code_names(
    tmp_path: Path, engine: str
) -> None:
    for number, (given, around) in enumerate(product((None, "/kid", "/a/b"), (None, "/p"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        inner, outer = (("" if it is None else f", url_prefix={it!r}") for it in (given, around))
        source = (
            f"{APP}parent = Blueprint('parent', __name__, url_prefix='/parent')\n"
            "child = Blueprint('child', __name__, url_prefix='/child')\n"
            "@child.get('/x')\ndef x(): return 'x'\n"
            f"parent.register_blueprint(child{inner})\napp.register_blueprint(parent{outer})\n"
        )
        _, lab = live(folder, source, engine)
        real = f"{around or '/parent'}{given or '/child'}/x"
        said = f"{real} is here, for the rule {real}"
        for asked in product(("", "/parent", "/p"), ("/child", "/kid", "/other")):
            told = " ".join(note.text for note in lab.send(f"GET {''.join(asked)}/x").notes)
            parents = around is not None and asked == ("/parent", given or "/child")
            childs = given is not None and asked[1] == "/child"
            assert (said in told) is (parents or childs), (given, around, asked, told)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_app_without_a_static_folder_has_no_rule_for_static_files(tmp_path: Path, engine: str) -> None:
    source = "from flask import Flask\napp = Flask(__name__{})\n"
    for number, option in enumerate(
        ("", ", static_folder=None", ", static_folder='s', static_url_path='/f'")
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        with lab_of(folder, source.format(option), engine) as lab:
            for path in ("/static/style.css", "/stat/style.css", "/"):
                told = [note.code for note in lab.send(f"GET {path}").notes]
                assert ("no_static_folder" in told) is ("None" in option and path.startswith("/static/"))
