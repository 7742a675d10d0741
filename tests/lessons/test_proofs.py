"""What `routelab check` proves: each proof passes on a sound lesson, and fails on one that breaks it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from lessons.lessonkit import Breaking, broken_lesson, edits, proven, shown
from routelab.lessons.findings import CheckRule
from support import ENGINES

APP = """\
from flask import Flask

app = Flask(__name__)


@app.route("/hello/<name>")
def hello(name):
    return f"Hello, {name}!"
"""
SOLUTION = APP.replace("@app", '@app.route("/hello")\n@app').replace("hello(name)", 'hello(name="you")')
COUNTING = """\
from itertools import count
from pathlib import Path

from flask import Flask

app = Flask(__name__)
FILE = Path(__file__).with_name("visits")


@app.route("/hello/<name>")
def hello(name):
    with FILE.open("a") as file:
        file.write("x")
    return f"Hello, {name}! You are visitor {len(FILE.read_text())}."
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """`place` is a file with a line, or with the text of its line; `said` begins the sentence."""

    name: str
    breaking: Breaking
    promise: CheckRule
    place: str
    said: str


def text(name: str, change: str, promise: CheckRule, place: str, said: str) -> Broken:
    return Broken(
        name=name, breaking=Breaking(replace=edits(change)), promise=promise, place=place, said=said
    )


def file(name: str, path: str, content: str | None, promise: CheckRule, place: str, said: str) -> Broken:
    breaking = Breaking(files=((path, content),))
    return Broken(name=name, breaking=breaking, promise=promise, place=place, said=said)


BROKEN = [
    text("parses", "minutes = 5 => minuets = 5", CheckRule.TOML, "lesson.md:6", "minuets is not a key"),
    text(
        "ids are unique",
        "## Greet everybody => ## Say hello",
        CheckRule.UNIQUE,
        "lesson.md:41",
        "the page at",
    ),
    text(
        "hints are filled",
        '"The path begins with /hello/." => ""',
        CheckRule.FILLED,
        "lesson.md:23",
        "hints is",
    ),
    text(
        "code fits",
        "```python app.py:hello\n => ```python\n" + "x" * 90 + "\n",
        CheckRule.WIDTH,
        "lesson.md:16",
        "this line of code has 90 columns, and 80 fit; break it",
    ),
    file("no left-over", "app.py~", "", CheckRule.FILES, "app.py~", "nothing uses this file; delete it"),
    file(
        "no hidden file", ".DS_Store", "", CheckRule.FILES, ".DS_Store", "nothing uses this file; delete it"
    ),
    file("no stray file", "notes.txt", "", CheckRule.FILES, "notes.txt", "nothing uses this file; delete it"),
    file(
        "no needless file",
        "solution/a.txt",
        "",
        CheckRule.FILES,
        "solution/a.txt",
        "nothing uses this file; delete",
    ),
    file(
        "no solution like the starter",
        "solution/templates/a.html",
        "",
        CheckRule.FILES,
        "solution/templates/a.html",
        "this is the same as templates/a.html; change it or delete it",
    ),
    file(
        "an app",
        "app.py",
        None,
        CheckRule.FILES,
        "app.py",
        "there is no such file; write the app of the lesson there",
    ),
    file(
        "the app loads",
        "app.py",
        APP.replace('"/hello', '"hello'),
        CheckRule.LOADS,
        "app.py:6",
        "the app does not load: ValueError: ",
    ),
    file(
        "the app has an app",
        "app.py",
        APP.replace("app = Flask(__name__)", "def app(): ...\n\n\napp.route = lambda rule: print"),
        CheckRule.LOADS,
        "app.py",
        "app in app.py is a function and not a Flask app",
    ),
    text(
        "it does not load, as said",
        'kind = "try" => kind = "try"\nloads = false',
        CheckRule.LOADS,
        "lesson.md:18",
        "the task says loads = false, but app.py loads; remove the key, or break the app",
    ),
    text(
        "a method is written as it is meant",
        'request = "GET /hello"\nask => request = "GTE /hello"\nask',
        CheckRule.REQUEST,
        "lesson.md:29",
        "no rule takes the method GTE; did you mean GET?",
    ),
    text(
        "the example fulfils the task",
        'example = "GET /hello/Ann" => example = "GET /helo/Ann"',
        CheckRule.EXAMPLE,
        "lesson.md:18",
        "the example 'GET /helo/Ann' does not fulfil view == \"hello\" (no view ran; ",
    ),
    text(
        "the answer is a choice",
        "choices = [200, 404, 500] => choices = [200, 500]",
        CheckRule.PREDICTION,
        "lesson.md:29",
        "the answer is 404, and no choice says so; add it to choices",
    ),
    Broken(
        name="the answer may be nothing",
        breaking=Breaking(
            replace=(
                *edits('query = "status" => query = "view"'),
                *edits("choices = [200, 404, 500] => choices = ['hello', 'home']"),
                *edits("value = 500 => value = 'hello'"),
            )
        ),
        promise=CheckRule.PREDICTION,
        place="lesson.md:29",
        said="the answer is that there is none, and no choice says so; add it with `nothing`",
    ),
    text(
        "words are for wrong choices",
        "value = 500 => value = 404",
        CheckRule.PREDICTION,
        "lesson.md:29",
        "404 is the answer, so its words are never said; move them into `after`",
    ),
    text(
        "the starter fails",
        "expect = ['body == \"Hello, you!\"'] => expect = ['status == 404']",
        CheckRule.STARTER,
        "lesson.md:45",
        "the starter passes all checks already; ask for something that is not there yet",
    ),
    file(
        "the solution passes",
        "solution/app.py",
        SOLUTION.replace('"you"', '"me"'),
        CheckRule.SOLUTION,
        "lesson.md:50",
        'solution/ does not fulfil body == "Hello, you!" (it was "Hello, me!"; first difference at character 8: ',
    ),
    file(
        "the solution loads",
        "solution/app.py",
        "app = 1 / 0\n",
        CheckRule.SOLUTION,
        "solution/app.py",
        "app.py:1: the app does not load: ZeroDivisionError: division by zero; fix it",
    ),
    file(
        "the solution has an app",
        "solution/app.py",
        "text = 1\n",
        CheckRule.SOLUTION,
        "solution/app.py",
        "app.py makes no Flask app",
    ),
    text(
        "the mistake's edit fits",
        '[["/hello/<name>", => [["/hallo/<name>",',
        CheckRule.MISTAKE,
        "lesson.md:57",
        "replace: '/hallo/<name>' is not in app.py; quote what occurs there once",
    ),
    text(
        "the mistake's edit fits once",
        '[["/hello/<name>", => [["hello",',
        CheckRule.MISTAKE,
        "lesson.md:57",
        "replace: 'hello' occurs 2 times in app.py; quote what occurs there once",
    ),
    text(
        "the mistake's file is there",
        "replace = [[ => file = 'other.py'\nreplace = [[",
        CheckRule.MISTAKE,
        "lesson.md:57",
        "there is no file 'other.py' to edit",
    ),
    text(
        "the mistake's edit is recognised",
        'expect = ["status == 404"]\nsay => expect = ["status == 403"]\nsay',
        CheckRule.MISTAKE,
        "lesson.md:57",
        "the edit in `replace` does not fulfil this `expect`; correct one of them",
    ),
    text(
        "the mistake's edit loads",
        'replace = [["/hello/<name>", "/hello"]] => replace = [["/hello/<name>", "/hello/<nam"]]',
        CheckRule.MISTAKE,
        "lesson.md:57",
        "with the edit in `replace` the app does not load at app.py:",
    ),
    text(
        "the mistake does not look like the solution",
        'request = "GET /hello/Ann"\nexpect = ["status == 404"]\n => request = "GET /nope"\nexpect = ["status == 404"]\n',
        CheckRule.MISTAKE,
        "lesson.md:57",
        "solution/ is taken for this mistake, too; expect something that only the mistake has",
    ),
    text(
        "the mistake is a mistake",
        'replace = [["/hello/<name>", "/hello"]] => '
        'replace = [["@app.route(\\"/hello/<name>\\")\\ndef hello(name)", '
        '"@app.route(\\"/hello\\")\\n@app.route(\\"/hello/<name>\\")\\ndef hello(name=\\"you\\")"]]',
        CheckRule.MISTAKE,
        "lesson.md:57",
        "the edit in `replace` passes all checks, so it is not a mistake; add a check that it fails, or passes = true",
    ),
    text(
        "the mistake that passes does so",
        'replace = [["/hello/<name>", "/hello"]] => '
        'passes = true\nwrote = \'/hello"\'\nreplace = [["/hello/<name>", "/hello"]]',
        CheckRule.MISTAKE,
        "lesson.md:57",
        "the edit in `replace` fails a check; leave `passes` out",
    ),
    text(
        "the mistake is not taken for another",
        "[[mistake]]\n => [[mistake]]\nrequest = 'GET /hello/Ann'\nexpect = ['status == 404']\nsay = 'No.'\n"
        "replace = [['/hello/<name>', '/hallo']]\n[[mistake]]\n",
        CheckRule.MISTAKE,
        "lesson.md:62",
        "the edit in `replace` is taken for the mistake at line 57; expect more there",
    ),
]


# These break a second promise with the first.
NOT_ALONE = {"an app", "the app loads", "the app has an app", "the starter fails"}


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_each_proof_fails_where_its_promise_is_broken(tmp_path: Path, case: Broken) -> None:
    folder = broken_lesson(
        tmp_path / "lesson", Breaking(files=(("app.py", APP), ("solution/app.py", SOLUTION)))
    )
    if "templates" in case.place:
        (folder / "templates").mkdir()
        (folder / "templates" / "a.html").write_text("")
    case.breaking.apply(folder)
    found = proven(folder, tmp_path / "scratch").findings
    about = [finding for finding in found if finding.promise is case.promise]
    assert about, shown(found)
    assert about[0].place == case.place
    assert about[0].text.startswith(case.said)
    assert (len(found) == 1) == (case.name not in NOT_ALONE), shown(found)
    assert all(finding.text.isprintable() for finding in found)


EMPTY = """\
# An edit that asks for nothing

The goal.

## Take it away

```toml task
kind = "edit"
ask = "Remove the route."
[[check]]
request = "GET /hello/Ann"
expect = ["status == 404"]
```
"""


def test_an_empty_app_passes_no_edit(tmp_path: Path) -> None:
    files = (("lesson.md", EMPTY), ("app.py", APP), ("solution/app.py", APP.replace("hello", "hallo")))
    folder = broken_lesson(tmp_path / "lesson", Breaking(files=files))
    assert shown(proven(folder, tmp_path / "scratch").findings) == [
        "lesson.md:7 [empty] an app without any route passes all checks; add one that needs a route"
    ]


def test_an_edit_needs_a_solution(tmp_path: Path) -> None:
    folder = broken_lesson(tmp_path / "lesson", Breaking(files=(("solution/app.py", None),)))
    (folder / "solution").rmdir()
    assert shown(proven(folder, tmp_path / "scratch").findings) == [
        "lesson.md:45 [solution] there is no solution/ for this edit task; put the files there that fulfil it"
    ]


def test_a_solution_needs_an_edit(tmp_path: Path) -> None:
    folder = broken_lesson(tmp_path / "lesson", Breaking())
    lesson = folder / "lesson.md"
    lesson.write_text(lesson.read_text().partition("## Greet everybody")[0])
    assert shown(proven(folder, tmp_path / "scratch").findings) == [
        "solution/app.py [files] no edit task asks for a solution; delete it"
    ]


def test_what_follows_from_a_typo_is_held_back(tmp_path: Path) -> None:
    """An edit task that cannot be read is no reason to delete its solution."""
    breaking = Breaking(replace=edits('kind = "edit" => kind = "edti"'))
    found = shown(proven(broken_lesson(tmp_path / "lesson", breaking), tmp_path / "scratch").findings)
    assert len(found) == 1
    assert "there is no kind 'edti' of task; did you mean 'edit'?" in found[0]


def test_a_link_is_no_file_of_a_lesson(tmp_path: Path) -> None:
    folder = broken_lesson(tmp_path / "lesson", Breaking())
    (folder / "static").mkdir()
    (folder / "static" / "x.css").symlink_to(tmp_path / "elsewhere.css")
    assert shown(proven(folder, tmp_path / "scratch").findings) == [
        "static/x.css [files] this is a link, and lessons are copied; put the file itself there"
    ]


def test_chance_is_found(tmp_path: Path) -> None:
    folder = broken_lesson(
        tmp_path / "lesson",
        Breaking(
            replace=edits("""'arg "name" == "Ann"'] => 'body contains "Ann"']"""),
            files=(("app.py", COUNTING), ("solution/app.py", None)),
        ),
    )
    lesson = folder / "lesson.md"
    lesson.write_text(lesson.read_text().partition("## Say hello to nobody")[0])
    (folder / "solution").rmdir()
    (found,) = shown(proven(folder, tmp_path / "scratch").findings)
    assert found.startswith(
        "lesson.md:18 [same_twice] 'GET /hello/Ann' gave \"Hello, Ann! You are visitor 1.\" "
        'and then "Hello, Ann! You are visitor 2."; ask for what does not depend on'
    )
    assert not (folder / "visits").exists(), "the lesson's own folder is left as it was"


def test_a_value_that_need_only_exist_may_be_another_each_time(tmp_path: Path) -> None:
    folder = broken_lesson(
        tmp_path / "lesson",
        Breaking(
            replace=edits("""'arg "name" == "Ann"'] => 'body exists']"""),
            files=(("app.py", COUNTING), ("solution/app.py", None)),
        ),
    )
    lesson = folder / "lesson.md"
    lesson.write_text(lesson.read_text().partition("## Say hello to nobody")[0])
    (folder / "solution").rmdir()
    assert shown(proven(folder, tmp_path / "scratch").findings) == []


LOAD = """\
# A file that does not load

The goal.

## What is wrong

```toml task
kind = "predict"
loads = false
ask = "What does Python say?"
request = "GET /"
query = "load"
choices = ["SyntaxError", "ZeroDivisionError"]
```

## Mend it

```toml task
kind = "edit"
ask = "Make it load."
[[check]]
request = "GET /hello/Ann"
expect = ["status == 200"]
```

## And now

```toml task
kind = "try"
ask = "Greet Ann."
expect = ["status == 200"]
example = "GET /hello/Ann"
```
"""


def test_an_app_that_is_meant_not_to_load(tmp_path: Path) -> None:
    files = (("lesson.md", LOAD), ("app.py", "1 / 0\n" + APP), ("solution/app.py", APP))
    folder = broken_lesson(tmp_path / "lesson", Breaking(files=files))
    assert proven(folder, tmp_path / "scratch", *ENGINES).findings == ()


def test_what_only_one_engine_finds_is_said_to_be_of_it(tmp_path: Path) -> None:
    engine = "import flask\n\n\nENGINE = flask.Flask.__module__\n"
    app = engine + APP.replace("Hello, {name}", "Hello from {ENGINE}, {name}")
    folder = broken_lesson(
        tmp_path / "lesson",
        Breaking(
            replace=edits("""'arg "name" == "Ann"'] => 'body startsWith "Hello from routelab"']"""),
            files=(("app.py", app),),
        ),
    )
    found = [
        it
        for it in proven(folder, tmp_path / "scratch", *ENGINES).findings
        if it.promise is CheckRule.EXAMPLE
    ]
    assert [it.text.rpartition(" (engine ")[2] for it in found] == ["flask)"]


def test_a_sound_lesson_has_no_findings(tmp_path: Path) -> None:
    folder = broken_lesson(tmp_path / "lesson", Breaking())
    proof = proven(folder, tmp_path / "scratch", *ENGINES)
    assert (proof.findings, proof.tasks, proof.engines) == ((), 3, ENGINES)


def test_a_lesson_may_use_templates_static_and_data_files(tmp_path: Path) -> None:
    app = APP + "\n\n# reads schema.sql\n"
    files: tuple[tuple[str, str | bytes | None], ...] = (
        ("app.py", app),
        ("templates/a.html", "<p>"),
        ("static/logo.png", b"\x89PNG"),
        ("schema.sql", "select 1"),
        ("shop/__init__.py", ""),
        ("__pycache__/app.cpython-311.pyc", b"\0"),
    )
    folder = broken_lesson(tmp_path / "lesson", Breaking(files=files))
    assert shown(proven(folder, tmp_path / "scratch").findings) == []
