"""The session in a tab: apps in this very process, and the learner's files in the page's keeping.

Each runs in a Python of its own, which becomes what a browser's is: one process for everything. It is forked from one
that has imported everything, where there are forks and nothing is measured. With
ROUTELAB_PYODIDE naming the folder of the npm package, the whole course is also done in Pyodide, under Node.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from effort import chosen
from routelab.commands.web import main as write_site
from routelab.web.sharing import Experiment, fragment_of, read_fragment
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
from routelab.inprocess import load_ahead, run_apps_here
run_apps_here()
load_ahead()
`);
here.runPython(read(program));
process.stdout.write(here.globals.get("transcript")(here.toPy(JSON.parse(read(asked))), home));
"""


# One that has imported everything, and forks for each program: the child ends as a Python of its own would.
PARENT = """
import gc, json, os, sys
import flask, routelab.web.tab, web.transcripts
from importlib import import_module
from routelab.inprocess import load_ahead
load_ahead()
for wanted in (
    "encodings.idna", "encodings.utf_8_sig", "pygments.lexers.html", "routelab.lessons.minimal_solution",
    "routelab.loading.never_run", "routelab.routing.suggesting", "routelab.screen.shown.lesson",
    "routelab.session.opening", "routelab.session.places", "routelab.session.warmup",
):
    import_module(wanted)
gc.collect()
gc.freeze()
for asked in sys.stdin:
    program, arguments, out = json.loads(asked)
    child = os.fork()
    if not child:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    sys.exit()
said = os.open(out, os.O_WRONLY | os.O_CREAT)
os.dup2(said, 1)
os.dup2(said, 2)
sys.argv = ["-c", *arguments]
exec(program, {"__name__": "__main__"})
"""


def run_here(script: str, *arguments: str) -> Any:
    """Run a script in a Python that becomes a tab's, and return what it said."""
    if hasattr(os, "fork") and "COVERAGE_PROCESS_START" not in os.environ:
        return run_in_fork(HERE + script, *arguments)
    ended = subprocess.run(
        [sys.executable, "-c", HERE + script, *arguments],
        capture_output=True, text=True, encoding="utf-8", env=environ(), timeout=250, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def run_in_fork(program: str, *arguments: str) -> Any:
    it = parent()
    assert it.stdin is not None
    assert it.stdout is not None
    with TemporaryDirectory() as folder:
        out = Path(folder, "out")
        print(json.dumps([program, arguments, str(out)]), file=it.stdin, flush=True)
        code = it.stdout.readline().strip()
        said = out.read_text(encoding="utf-8")
    assert code == "0", said
    return json.loads(said)


@cache
def parent() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environ(),
    )  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def no_parent_is_left() -> Iterator[None]:
    yield
    if parent.cache_info().currsize:
        parent().communicate()
    parent.cache_clear()


def environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(TESTS)))}


@pytest.mark.parametrize("number", chosen((0, 2, 16), (0,)))
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
    kept = json.dumps(said[-1].get("kept"))
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
    assert before["words"] == [["h", "h hint"], ["skip", "skip"], ["help", "help"]]
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


def test_what_the_system_refuses_is_a_sentence_and_no_bug(tmp_path: Path) -> None:
    full = """
import routelab.web.tab
def refuse(*_asked):
    raise OSError(28, "No space left on device")
routelab.web.tab.write_whole = refuse
"""
    asked = [{"do": "open", "which": "1/first"}, {"do": "save", "file": "app.py", "text": "# mine"}]
    opened, saved = run_here(full + TAB, json.dumps([asked]), str(tmp_path / "home"))
    assert Document(saved["html"]).shown.strip() == "the system says: No space left on device"
    assert saved["files"] == opened["files"]


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


def test_a_newer_site_finds_older_progress_and_an_older_one_leaves_newer_alone(tmp_path: Path) -> None:
    (before,) = in_tab(tmp_path / "one", [{"do": "open", "which": ""}])
    assert before["kept"].get("progress.json") is None
    old = {"progress.json": json.dumps({"lessons": {"the-loop": {"pages": {"first": {"state": "done"}}}}})}
    new = {"progress.json": json.dumps({"schema": 99, "lessons": {"the-loop": {"stars": 3}}})}
    for name, kept in (("old", old), ("new", new)):
        script = TAB.replace('kept = "{}"', f"kept = {json.dumps(json.dumps(kept))}")
        asked = [[{"do": "open", "which": "1/first"}, answer("GET /"), answer("next")]]
        opened, *_, last = run_here(script, json.dumps(asked), str(tmp_path / name / "home"))
        if name == "old":
            assert "Done" in Document(opened["html"]).shown
            assert json.loads(last["kept"]["progress.json"])["lessons"]["the-loop"]["pages"]["first"]
        else:
            assert last["kept"]["progress.json"] == new["progress.json"]
            assert "a newer routelab made it" in Document(opened["html"]).shown


# What takes the page for a while


def press(word: str) -> dict[str, Any]:
    return {"do": "press", "word": word}


def test_a_trace_is_played_in_panes_and_gives_nothing_away(tmp_path: Path) -> None:
    _, first, *told = in_tab(
        tmp_path,
        [
            {"do": "open", "which": "1/first"},
            answer("GET /latest_tracks"),
            *(press(word) for word in ("forward", "forward", "word", "rest", "back", "leave", "forward")),
        ],
    )
    shown = Document(first["scene"]["html"])
    assert "THE REQUEST" in shown.shown.upper()
    assert "404" not in shown.shown
    assert [key["word"] for key in first["scene"]["keys"]][:3] == ["back", "forward", "rest"]
    *_, explained, whole, before, left, nothing = told
    assert "rule" in Document(explained["scene"]["html"]).shown
    assert "404 NOT FOUND" in Document(whole["scene"]["html"]).shown
    assert before["scene"]["said"] != whole["scene"]["said"]
    assert (left["scene"], left["html"], nothing["scene"]) == (None, "", None)


def test_a_way_out_is_tried_from_the_panes(tmp_path: Path) -> None:
    *_, whole, tried = in_tab(
        tmp_path,
        [{"do": "open", "which": "1/first"}, answer("GET /latest_tracks"), press("rest"), press("try")],
    )
    assert "Try it" in [key["text"] for key in whole["scene"]["keys"]]
    assert "GET /latest" in Document(tried["html"]).shown
    assert tried["scene"] is not None  # lesson 1 plays each trace


def test_flasks_own_rule_is_shown_by_a_button_where_the_rules_are(tmp_path: Path) -> None:
    """Who has no keyboard presses no letter."""
    moves = [press(word) for word in ("forward", "builtin", "builtin")]
    _, first, rules, shown, hidden = in_tab(
        tmp_path, [{"do": "open", "which": "1/first"}, answer("GET /latest_tracks"), *moves]
    )
    texts = [
        {key["word"]: key["text"] for key in it["scene"]["keys"]} for it in (first, rules, shown, hidden)
    ]
    assert [it.get("builtin") for it in texts] == [
        None,
        "Show Flask's own rule",
        "Hide Flask's own rule",
        "Show Flask's own rule",
    ]
    pages = [Document(it["scene"]["html"]).shown for it in (rules, shown, hidden)]
    assert ["/static/" in page for page in pages] == [False, True, False]


def test_plain_lines_play_nothing(tmp_path: Path) -> None:
    open_page = {"do": "open", "which": "1/first"}
    *_, told = in_tab(tmp_path, [open_page, answer("switch plain on")], [open_page, answer("GET /")])
    assert told["scene"] is None
    assert Document(told["html"]).names() == {"p"}
    assert "Response: 200 OK" in Document(told["html"]).shown.replace("\n", " ")


def test_a_demo_reveals_one_thing_at_a_time(tmp_path: Path) -> None:
    _, begun, *told = in_tab(
        tmp_path,
        [
            {"do": "demos"},
            {"do": "open", "which": "demo/loop"},
            *(press(word) for word in ("next", "next", *["forward"] * 6)),
            *(
                press(word)
                for word in ("digit 7", "hand a", "hand b", "forward", "black", "forward", "leave")
            ),
        ],
    )
    assert begun["scene"]["name"] == "The loop"
    question, answered = told[-7]["scene"]["html"], told[-4]["scene"]["html"]
    assert "What will the browser get?" in question
    asked, later = ([key["word"] for key in it["scene"]["keys"]] for it in (told[-7], told[-4]))
    hands = ["hand a", "hand b", "hand c", "hand d"]
    assert ([it for it in asked if it in hands], [it for it in later if it in hands]) == (hands, [])
    assert "404 NOT FOUND" not in question
    assert "404 NOT FOUND" in answered
    assert "1 of 8 said b." in Document(answered).shown
    assert told[-3]["scene"]["black"]
    assert told[-3]["scene"]["html"] == ""
    assert not told[-2]["scene"]["black"]
    assert told[-1]["scene"] is None


def test_a_demo_takes_a_line_of_ones_own_and_pages_of_lessons(tmp_path: Path) -> None:
    _, free, ran, page, wrong = in_tab(
        tmp_path,
        [
            {"do": "open", "which": "demo/loop"},
            press("free"),
            press("run GET /nowhere"),
            {"do": "open", "which": "demo/2/too-many"},
            {"do": "open", "which": "demo/none"},
        ],
    )
    assert free["scene"]["typing"]
    assert "404 NOT FOUND" in ran["scene"]["html"]
    assert page["scene"]["name"]
    assert wrong["scene"] is None
    assert "there is no lesson, no script and no demo" in wrong["html"]


def test_the_demos_are_named(tmp_path: Path) -> None:
    demos = in_tab(tmp_path, [{"do": "demos"}, {"do": "open", "which": ""}])[0]
    assert ["loop", "The loop"] in demos


def test_the_playground_is_ones_own_and_is_kept(tmp_path: Path) -> None:
    play = {"do": "open", "which": "play"}
    opened, sent, saved, again = in_tab(
        tmp_path,
        [
            play,
            answer("GET /user/alice"),
            {"do": "save", "file": "app.py", "text": "from flask import Flask\napp = Flask('x')\n"},
        ],
        [play],
    )
    assert opened["here"] == "play"
    assert ["match ", "match PATH"] in opened["words"]
    assert next(iter(opened["files"])) == "app.py"
    assert "200 OK" in Document(sent["html"]).shown
    assert "reloaded" in Document(saved["html"]).shown
    assert again["files"]["app.py"] == "from flask import Flask\napp = Flask('x')\n"


def test_an_experiment_is_shared_and_runs_after_a_yes(tmp_path: Path) -> None:
    app = "from flask import Flask\napp = Flask(__name__)\n@app.route('/mine')\ndef mine(): return 'mine'\n"
    *_, shared = in_tab(
        tmp_path / "one",
        [
            {"do": "open", "which": "play"},
            {"do": "save", "file": "app.py", "text": app},
            answer("GET /mine"),
            {"do": "share", "address": "http://x/"},
        ],
    )
    address, _, fragment = shared["link"].partition("#")
    assert address == "http://x/"
    link = {"do": "open", "which": fragment}
    offered, ran, again = in_tab(
        tmp_path / "two", [link, answer("yes")], [{"do": "open", "which": shared_name(fragment)}]
    )
    assert "Run it? (y/n)" in Document(offered["html"]).shown
    assert "def mine" in Document(offered["html"]).shown
    assert "200 OK" not in offered["html"]
    assert offered["files"] == {}
    assert "200 OK" in Document(ran["html"]).shown
    assert ran["here"] == again["here"] == shared_name(fragment)
    assert again["files"]["app.py"] == app


def shared_name(fragment: str) -> str:
    return f"shared/{read_fragment(fragment).digest}"


@pytest.mark.parametrize("said", ["no", "", "GET /mine"])
def test_an_experiment_does_not_run_without_a_yes(said: str, tmp_path: Path) -> None:
    trap = "raise SystemExit('it ran')"
    fragment = fragment_of(Experiment({"app.py": trap}, "app.py", "GET /mine"))
    offered, told = in_tab(tmp_path, [{"do": "open", "which": fragment}, answer(said)])
    assert "it ran" in offered["html"]  # as text
    assert "The experiment was not run." in told["html"]
    assert told["here"] == ""
    assert [name for name in told["kept"] if name.startswith("shared")] == []


def test_a_link_that_is_damaged_is_a_sentence(tmp_path: Path) -> None:
    (told,) = in_tab(tmp_path, [{"do": "open", "which": "app=AAAA&request=x"}])
    assert "this link has no experiment that can be run" in Document(told["html"]).shown


def test_cookies_and_headers_are_brought_to_the_next_python(tmp_path: Path) -> None:
    play = {"do": "open", "which": "play"}
    first = in_tab(
        tmp_path / "one",
        [play, answer("POST /login username=ann -f"), answer("set X-Mine:1"), answer("GET /cart")],
    )
    memory = first[-1]["memory"]
    assert [cookie["name"] for cookie in memory["cookies"]] == ["session"]
    _, back = in_tab(tmp_path / "two", [{**play, "memory": memory}, answer("GET /cart")])
    assert back["memory"] == memory
    assert "'user': 'ann'" in Document(back["html"]).shown
    assert in_tab(tmp_path / "three", [play, answer("GET /cart")])[-1]["memory"]["cookies"] == []


def test_a_file_is_coloured_line_by_line(tmp_path: Path) -> None:
    text = "def f():\n    return '<b>'\n"
    coloured = in_tab(
        tmp_path, [{"do": "colour", "file": "app.py", "text": text}, {"do": "open", "which": ""}]
    )[0]
    assert [Document(line).shown for line in coloured] == text.split("\n")
    assert '<span class="k">def</span>' in coloured[0]
    assert "&lt;b&gt;" in coloured[1]


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
    moves = {str(number): moves_of(number) for number in chosen(TAUGHT, (0, 19, 23))}
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
