"""Routes that somebody wrote and that are in no table, noted on a 404; and what must pass in silence."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

from routelab.lab import Lab, load
from routelab.requestline.parsing import parse
from routelab.screen.routing_json import audit_document, table_document
from support import ENGINES, Cli, Object, checked, write_app

pytestmark = pytest.mark.worker

APP = """
from flask import Flask
app = Flask(__name__)

@app.route("/")
def home(): return "home"
"""
RADIO = """
from flask import Blueprint

radio_bp = Blueprint("radio", __name__, url_prefix="/radio")

@radio_bp.route("/")
def on_air(): return "on air"

@radio_bp.get("/<int:hour>")
def at(hour): return "then"

@radio_bp.before_request
def before(): pass
"""
ARTISTS = """
from app import app
@app.route("/artists/<name>")
def show_artist(name): return name
"""
Files = dict[str, str]


def lab_of(folder: Path, files: Files, engine: str) -> Lab:
    for name, text in files.items():
        write_app(folder, dedent(text), name)
    lab = load(next(iter(files)), engine=engine, folder=folder)
    assert lab.failure is None
    return lab


def notes(lab: Lab, line: str = "GET /nothing") -> list[tuple[str, str, int]]:
    return of_routes(checked(lab.send(line))["notes"])


def of_routes(found: list[Object]) -> list[tuple[str, str, int]]:
    codes = ("blueprint_not_registered", "module_not_imported", "import_failed")
    return [(note["text"], note["file"], note["line"]) for note in found if note["code"] in codes]


def without_request(lab: Lab) -> list[list[tuple[str, str, int]]]:
    table, found = table_document(lab, lab.routes()), audit_document(lab, lab.audit())
    return [of_routes(each["notes"]) for each in (table, found)]


NOTED: list[tuple[str, Files, list[tuple[str, str, int]]]] = [
    (
        "a blueprint that was imported",
        {"app.py": "from radio import radio_bp" + APP, "radio.py": RADIO},
        [
            (
                "radio_bp (radio.py:3) was never registered, so none of its 2 rules is in the table",
                "radio.py",
                3,
            )
        ],
    ),
    (
        "a blueprint of one rule, in the app's own file",
        {"app.py": APP + "\nfrom flask import Blueprint\nb = Blueprint('b', 'b')\nb.route('/x')(home)\n"},
        [("b (app.py:8) was never registered, so its rule is not in the table", "app.py", 8)],
    ),
    (
        "a blueprint inside another: the outer one is told, with the rules of both",
        {
            "app.py": "from radio import radio_bp\nfrom flask import Blueprint" + APP + "\n"
            "outer = Blueprint('outer', 'o')\nouter.register_blueprint(radio_bp)\n",
            "radio.py": RADIO,
        },
        [("outer (app.py:9) was never registered, so none of its 2 rules is in the table", "app.py", 9)],
    ),
    (
        "a file with routes for the app",
        {"app.py": APP, "artists.py": ARTISTS},
        [("artists.py has a route, and nothing imported it", "artists.py", 2)],
    ),
    (
        "a file with a blueprint",
        {"app.py": APP, "radio.py": RADIO},
        [("radio.py has 2 routes, and nothing imported it", "radio.py", 5)],
    ),
    (
        "a file of a package, with the package's blueprint",
        {
            "app.py": "import auth" + APP + "\napp.register_blueprint(auth.bp)\n",
            "auth/__init__.py": "from flask import Blueprint\nbp = Blueprint('auth', __name__)\n",
            "auth/routes.py": "from . import bp as b\n@b.post('/login')\nasync def login(): pass\n",
        },
        [("auth/routes.py has a route, and nothing imported it", "auth/routes.py", 2)],
    ),
    (
        "a file of a package, with the app of a module in it",
        {
            "shop/__init__.py": "from .web import app\n",
            "shop/web.py": APP,
            "shop/more.py": "from .web import app\n@app.route('/more')\ndef more(): pass\n",
        },
        [("shop/more.py has a route, and nothing imported it", "shop/more.py", 2)],
    ),
]

TRIED = """
try:
    from radio import radio_bp
    app.register_blueprint(radio_bp)
except Exception:
    pass
"""
OWN_ERROR = "class Odd(Exception):\n    def __str__(self): return 'odd'\nraise Odd\n"
NOTED += [
    (
        f"a blueprint whose import failed: {raised}",
        {"app.py": APP + TRIED, "radio.py": RADIO + source, **more},
        [(f"radio.py has 2 routes, and its import failed with {raised}", "radio.py", 5)],
    )
    for source, raised, more in (
        ("import nonesuch\n", "ModuleNotFoundError: No module named 'nonesuch' at radio.py:13", {}),
        (OWN_ERROR, "Odd at radio.py:15", {}),
        (
            "import tuner\n",
            "ZeroDivisionError: division by zero at tuner.py:1",
            {"tuner.py": "1 / 0\n"},
        ),
    )
]
SILENT: list[tuple[str, Files]] = [
    ("no routes in what failed", {"app.py": APP + TRIED, "radio.py": "import nonesuch\n"}),
    ("imported at the second try", {
        "app.py": "import sys" + APP + TRIED + "sys.tuned = True" + TRIED,
        "radio.py": "import sys\nif not hasattr(sys, 'tuned'): raise ImportError\n" + RADIO,
    }),
    ("all registered", {"app.py": "from radio import radio_bp" + APP + "\napp.register_blueprint(radio_bp)\n",
                        "radio.py": RADIO}),
    ("a blueprint without a rule", {"app.py": APP + "\nimport flask\nb = flask.Blueprint('b', 'b')\n"}),
    ("registered inside another", {
        "app.py": "from radio import radio_bp\nfrom flask import Blueprint" + APP + "\n"
        "outer = Blueprint('outer', 'o')\nouter.register_blueprint(radio_bp)\napp.register_blueprint(outer)\n",
        "radio.py": RADIO}),
    ("registered on another app", {
        "app.py": "from radio import radio_bp\nfrom flask import Flask" + APP + "\n"
        "admin = Flask('admin')\nadmin.register_blueprint(radio_bp)\n", "radio.py": RADIO}),
    ("another app beside it", {"app.py": APP, "other.py": APP, "radio2.py": "import flask\n"
                               "app = flask.Flask('x')\n@app.route('/x')\ndef x(): pass\n"}),
    ("a program", {"app.py": APP, "run.py": ARTISTS + "if __name__ == '__main__':\n    app.run()\n"}),
    ("tests", {"app.py": APP, "test_it.py": ARTISTS, "it_test.py": ARTISTS, "conftest.py": ARTISTS}),
    ("another framework", {"app.py": APP, "fast.py": "from fastapi import FastAPI\napp = FastAPI()\n"
                           "@app.get('/x')\ndef x(): pass\n"}),
    ("another framework's blueprint", {"app.py": APP, "san.py": RADIO.replace("from flask", "from sanic")}),
    ("another framework's app, imported", {"app.py": APP, "fast.py": ARTISTS.replace("from app", "from my_app")}),
    ("something else called route", {"app.py": APP + "import lines\n", "lines.py": "class Bus: pass\nbus = Bus()\n",
                                     "x.py": "from lines import bus\n@bus.route('/x')\ndef x(): pass\n"}),
    ("no rule", {"app.py": APP, "x.py": ARTISTS.replace('"/artists/<name>"', "RULE")}),
    ("not at the top", {"app.py": APP, "x.py": "def add():\n" + ARTISTS.replace("\n", "\n    ")}),
    ("broken", {"app.py": APP, "x.py": ARTISTS + "\n(", "y.py": ARTISTS + "\0"}),
    ("too long", {"app.py": APP, "x.py": ARTISTS + "#" * 200_001}),
    ("elsewhere", {"app.py": APP, "solution/artists.py": ARTISTS}),
    ("a module that is none", {"app.py": "import x" + APP, "x.py": "import sys\nsys.modules['x'] = 5\n"}),
]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("files", "said"), [case[1:] for case in NOTED], ids=[case[0] for case in NOTED])
def test_a_404_tells_of_routes_that_are_in_no_table(
    files: Files, said: list[tuple[str, str, int]], engine: str, tmp_path: Path
) -> None:
    lab = lab_of(tmp_path, files, engine)
    assert notes(lab) == said
    assert notes(lab, "GET /other -F") == said
    assert without_request(lab) == [said, said]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("files", [case[1] for case in SILENT], ids=[case[0] for case in SILENT])
def test_a_doubt_passes_in_silence(files: Files, engine: str, tmp_path: Path) -> None:
    lab = lab_of(tmp_path, files, engine)
    assert notes(lab) == []
    assert without_request(lab) == [[], []]


def test_a_file_that_cannot_be_read_passes_in_silence(tmp_path: Path) -> None:
    lab = lab_of(tmp_path, {"app.py": APP}, "routelab")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "folder.py").mkdir()
    assert notes(lab) == []


def test_of_very_many_files_only_the_first_are_read(tmp_path: Path) -> None:
    files = {"app.py": APP, **{f"part{number:03}.py": ARTISTS for number in range(205)}}
    assert len(notes(lab_of(tmp_path, files, "routelab"))) == 200


def test_files_are_read_for_the_first_404_and_not_before(tmp_path: Path) -> None:
    lab = lab_of(tmp_path, {"app.py": APP, "artists.py": ""}, "routelab")
    assert notes(lab, "GET /") == notes(lab, "POST /") == []
    write_app(tmp_path, ARTISTS, "artists.py")
    assert [file for _, file, _ in notes(lab)] == ["artists.py"]
    (tmp_path / "artists.py").unlink()
    assert [file for _, file, _ in notes(lab)] == ["artists.py"]


def test_somebody_elses_backslashes_are_no_warning_of_ours(tmp_path: Path) -> None:
    lab = lab_of(tmp_path, {"app.py": APP, "artists.py": ARTISTS + r"PATTERN = '\d'" + "\n"}, "routelab")
    assert [line for _, _, line in notes(lab)] == [2]


@pytest.mark.parametrize("form", ["plain", "rich"])
def test_match_and_what_lists_rules_say_so_too(form: str, tmp_path: Path, cli: Cli) -> None:
    lab_of(tmp_path, {"app.py": APP, "radio.py": RADIO}, "routelab")
    note = "Note: radio.py has 2 routes, and nothing imported it"
    for words in (["match", "/radio/"], ["routes"], ["audit"]):
        assert note in cli(*words, "--format", form, folder=tmp_path).out
    for words in (["match", "/"], ["routes", "home"]):
        assert "Note" not in cli(*words, "--format", form, folder=tmp_path).out
    assert cli("audit", folder=tmp_path).code == 0


BARE = {
    "no parentheses": "@app.route\ndef bare(): pass\n",
    "no @": "app.route('/bare')\ndef bare(): pass\n",
    "no route": "def bare():\n    return 'bare'\n",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("bare", BARE.values(), ids=list(BARE))
def test_a_function_without_a_route_is_said_without_a_request_too(
    bare: str, engine: str, tmp_path: Path
) -> None:
    lab = lab_of(tmp_path, {"app.py": APP + "\n" + bare}, engine)
    [(text, line)] = [(note.text, note.line) for note in lab.app.notes]
    assert "bare()" in text
    for found in (lab.routes().notes, lab.audit().notes, lab.match(parse("GET /bare")).notes):
        assert [(note.text, note.line) for note in found] == [(text, line)]
    trace = lab.send("GET /bare")
    assert [note.text for note in trace.notes].count(text) == 1


def test_match_says_so_in_json(tmp_path: Path, cli: Cli) -> None:
    lab_of(tmp_path, {"app.py": APP, "radio.py": RADIO}, "routelab")
    document = json.loads(cli("match", "--format", "json", "/radio/", folder=tmp_path).out)
    assert document["notes"] == [
        {
            "code": "module_not_imported",
            "text": "radio.py has 2 routes, and nothing imported it",
            "file": "radio.py",
            "line": 5,
            "fits": None,
        }
    ]
