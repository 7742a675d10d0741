"""The session in a tab: apps in this very process, and the learner's files in the page's keeping.

Each runs in a Python of its own, which becomes what a browser's is: one process for everything. With
ROUTELAB_PYODIDE naming the folder of the npm package, the whole course is also done in Pyodide, under Node.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from effort import chosen
from routelab.commands.web import main as write_site
from screen.documents import Document
from sessions import TAUGHT
from support import ROOT
from web.moves import moves_of
from web.transcripts import transcript

pytestmark = pytest.mark.worker

TESTS = ROOT / "tests"
PYODIDE = os.environ.get("ROUTELAB_PYODIDE", "")
NODE = shutil.which("node")
HERE = """
import json, sys
from routelab.inprocess import run_apps_here
run_apps_here()
"""
IN_NODE = """
import { readFileSync } from "node:fs";
const [python, site, program, asked, home] = process.argv.slice(2);
const { loadPyodide } = await import(`${python}/pyodide.mjs`);
const here = await loadPyodide();
const read = (name) => readFileSync(name, "utf8");
here.unpackArchive(new Uint8Array(readFileSync(`${site}/python.zip`)), "zip", { extractDir: "/lib/routelab" });
here.runPython(`
import sys
sys.path.insert(0, "/lib/routelab")
from routelab.inprocess import run_apps_here
run_apps_here()
`);
here.runPython(read(program));
process.stdout.write(here.globals.get("transcript")(here.toPy(JSON.parse(read(asked))), home));
"""


def run_here(script: str, *arguments: str) -> Any:
    ended = subprocess.run(
        [sys.executable, "-c", HERE + script, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(TESTS)))},
        timeout=250,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize("number", [0, 2, 16])
def test_without_processes_a_lesson_says_the_same(number: int, tmp_path: Path) -> None:
    moves = {str(number): moves_of(number)}
    said = run_here(
        "from web.transcripts import transcript\nprint(transcript(json.loads(sys.argv[1]), sys.argv[2]))",
        json.dumps(moves),
        str(tmp_path / "here"),
    )
    assert said == json.loads(transcript(moves, str(tmp_path / "there")))


APPS = """
from pathlib import Path
from routelab.lab import load
root, before = Path(sys.argv[1]), (list(sys.path), list(sys.meta_path))
labs = []
for name in ("one", "two"):
    folder = root / name
    folder.mkdir()
    (folder / "helper.py").write_text(f"NAME = {name!r}")
    (folder / "late.py").write_text(f"LATE = {name!r}")
    (folder / "app.py").write_text('''
from flask import Flask
import helper, os
app = Flask(__name__)
@app.route("/")
def home():
    import late
    return f"{helper.NAME} {late.LATE} {os.path.basename(os.getcwd())}"
@app.route("/loop")
def loop():
    while True: pass
''')
    labs.append(load("app.py", "routelab", folder=folder, env_files=False))
said = [lab.send("GET /").response.body.decode() for lab in (*labs, *labs)]
said.append(labs[0].send("GET /loop", seconds=0.2).verdict)
said.append(labs[0].send("GET /").response.body.decode())
said.append([sorted({"helper", "late", "app"} & set(sys.modules)), (list(sys.path), list(sys.meta_path)) == before])
print(json.dumps(said))
"""


def test_each_app_has_its_own_modules_and_folder(tmp_path: Path) -> None:
    one, two = "one one one", "two two two"
    stopped = "stopped after 0.2 seconds"
    assert run_here(APPS, str(tmp_path)) == [one, two, one, two, stopped, one, [[], True]]


TAB = """
from routelab.web.tab import Tab
said = []
kept = "{}"
for questions in json.loads(sys.argv[1]):
    tab = Tab(sys.argv[2] + str(len(said)), kept)
    for question in questions:
        said.append(json.loads(tab.do(json.dumps(question))))
    kept = json.dumps(said[-1]["kept"])
print(json.dumps(said))
"""
MARKUP = "</p><script>alert(1)</script><img src=x onerror=alert(1)>"


def in_tab(folder: Path, *questions: list[dict[str, Any]]) -> list[Any]:
    """Ask questions, each list of them in a tab of its own that finds what the one before it kept."""
    said: list[Any] = run_here(TAB, json.dumps(questions), str(folder / "home"))
    return said


def answer(line: str) -> dict[str, Any]:
    return {"do": "answer", "line": line}


def test_a_tab_finds_again_what_was_kept(tmp_path: Path) -> None:
    open_page = {"do": "open", "which": "1/first"}
    edited = "from flask import Flask\napp = Flask(__name__)\n# mine\n"
    before, sent, saved, after, diff = in_tab(
        tmp_path,
        [open_page, answer("GET /"), {"do": "save", "file": "app.py", "text": edited}],
        [open_page, answer("diff")],
    )
    assert before["here"] == "1/first"
    assert "Right." in Document(sent["html"]).shown
    assert next(iter(saved["files"])) == "app.py"
    assert saved["files"]["app.py"] == edited
    assert after["files"]["app.py"] == edited
    assert "Done" in Document(after["html"]).shown
    assert "# mine" in Document(diff["html"]).shown


def test_a_tab_says_what_it_cannot_do_and_goes_on(tmp_path: Path) -> None:
    wrong, none, lost, fine = in_tab(
        tmp_path,
        [
            {"do": "open", "which": "99/nope"},
            {"do": "save", "file": "../x", "text": ""},
            answer("GET"),
            {"do": "open", "which": "2"},
        ],
    )
    assert list(lost["files"]) == ["app.py"]  # of lesson 0, in which there is no app yet
    assert "99" in Document(wrong["html"]).shown
    assert "There is no file '../x' here." in none["html"].replace("&#x27;", "'")
    assert lost["html"]
    assert fine["here"].startswith("2/")


def test_a_saved_trace_goes_to_the_page(tmp_path: Path) -> None:
    _, _, told = in_tab(
        tmp_path, [{"do": "open", "which": "1/first"}, answer("GET /"), answer("save trace.html")]
    )
    name, content = told["save"]
    assert name == "trace.html"
    assert b64decode(content).startswith(b"<!doctype html>")


def test_work_is_handed_out_and_taken_back(tmp_path: Path) -> None:
    open_page = {"do": "open", "which": "1/first"}
    edited = "from flask import Flask\napp = Flask(__name__)\n# mine\n"
    none, *_, handed = in_tab(
        tmp_path / "one",
        [
            {"do": "work"},
            open_page,
            answer("GET /"),
            {"do": "save", "file": "app.py", "text": edited},
            {"do": "work"},
        ],
    )
    assert none["save"] is None
    assert "There are no files of yours yet" in none["html"]
    name, content = handed["save"]
    assert name == "hand-in.zip"
    assert "your files of 1 lesson." in handed["html"]
    taken, found = in_tab(tmp_path / "two", [{"do": "take", "zip": content}], [open_page])
    assert taken["kept"]["work/the-loop/app.py"] == edited
    assert found["files"]["app.py"] == edited
    assert "Done" in Document(found["html"]).shown


def zipped(**files: str) -> str:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return b64encode(packed.getvalue()).decode()


CONTENTS = {"hand-in.json": '{"schema": 1, "lessons": {}}'}


def test_a_zip_that_is_no_work_changes_nothing(tmp_path: Path) -> None:
    zips = {
        "it has no hand-in.json": zipped(**{"work/the-loop/app.py": "x"}),
        "'work/../../x' is in it": zipped(**CONTENTS, **{"work/../../x": "x"}),
        "'settings.json' is in it": zipped(**CONTENTS, **{"settings.json": "{}"}),
        "it is too large": zipped(**CONTENTS, **{"work/a/b": "x" * 10_000_001}),
        "not a zip file": b64encode(b"no zip").decode(),
    }
    said = in_tab(tmp_path, [{"do": "take", "zip": each} for each in zips.values()])
    for problem, told in zip(zips, said, strict=True):
        assert problem in Document(told["html"]).shown
        assert not [name for name in told["kept"] if name.startswith("work")]


def test_completion_gives_whole_lines(tmp_path: Path) -> None:
    _, found = in_tab(
        tmp_path, [{"do": "open", "which": "1/first"}, {"do": "complete", "line": "GET /st"}, answer("")]
    )[:2]
    assert "GET /status" in found


def test_what_is_typed_and_what_an_app_says_stay_text(tmp_path: Path) -> None:
    app = f"from flask import Flask\napp = Flask(__name__)\n@app.route('/x')\ndef x(): return {MARKUP!r}\n"
    for told in in_tab(
        tmp_path,
        [
            {"do": "open", "which": "1/first"},
            {"do": "save", "file": "app.py", "text": app},
            answer("GET /x"),
            answer(f"GET '/{MARKUP}'"),
            answer(MARKUP),
            answer(f"help {MARKUP}"),
            answer("source"),
        ],
    ):
        names = Document(told["html"]).names()
        assert not names & {"script", "img"}


@pytest.mark.pyodide
@pytest.mark.skipif(not PYODIDE or NODE is None, reason="ROUTELAB_PYODIDE is not set, or there is no node")
@pytest.mark.timeout(1500)
def test_the_whole_course_says_the_same_in_a_browsers_python(tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert write_site([str(site), "--pyodide", PYODIDE]) == 0
    moves = {str(number): moves_of(number) for number in chosen(TAUGHT, (0, 2, 10, 19))}
    (tmp_path / "run.mjs").write_text(IN_NODE, encoding="utf-8")
    (tmp_path / "moves.json").write_text(json.dumps(moves), encoding="utf-8")
    assert NODE is not None
    program = TESTS / "web" / "transcripts.py"
    python = str(Path(PYODIDE).resolve())
    ended = subprocess.run(
        [NODE, str(tmp_path / "run.mjs"), python, str(site), str(program), str(tmp_path / "moves.json"), "/home/it"],
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    there, here = json.loads(ended.stdout), json.loads(transcript(moves, str(tmp_path / "here")))
    for number in moves:
        assert there[number] == here[number], number
