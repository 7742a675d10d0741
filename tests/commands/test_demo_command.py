"""`routelab demo` and `check` on scripts, without a terminal: what is shown, and what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from effort import chosen
from routelab import bundled
from routelab.commands.learning import learner_environment
from routelab.session.demo.apps import DemoApps
from routelab.session.demo.script import of_lesson
from routelab.session.demo.stage import DemoStage, all_scenes
from sessions import APP, bundled_lesson, write_lesson
from support import Cli, write_app

WRONG = [
    (("nosuch",), 2, "there is no lesson, no script and no demo 'nosuch'"),
    (("2/nosuch",), 2, "lesson 2 has no page 'nosuch'"),
    (("2/end",), 2, "'2/end' has no task"),
    (("none.demo",), 1, "none.demo: there is no such script"),
    (("empty.demo",), 1, "empty.demo: there is nothing to show in it"),
    (("unknown.demo",), 1, "unknown.demo:2: 'what is this' is neither a request"),
    (("-A", "broken.py", "GET", "/"), 1, "broken.py:1: the app does not load"),
    (("-A", "none.py", "GET", "/"), 1, "there is no"),
    (("x" * 5000,), 2, "there is no lesson"),
    (("x" * 5000 + ".demo",), 1, "it cannot be read"),
    (("a\0b",), 2, "there is no lesson"),
    (("GET",), 2, "the path is missing after GET"),
    (("GET", "/", "--auto", "0"), 2, "give seconds above 0"),
    (("GET", "/", "--auto", "soon"), 2, "argument --auto: give seconds above 0"),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROUTELAB_HOME", str(tmp_path / "home"))
    write_app(tmp_path, APP)
    (tmp_path / "broken.py").write_text("x = \n", encoding="utf-8")
    (tmp_path / "empty.demo").write_text("# note: nothing\n", encoding="utf-8")
    (tmp_path / "unknown.demo").write_text("GET /\nwhat is this\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("arguments", "code", "said"), WRONG)
def test_what_cannot_be_shown_is_one_line(
    here: Path, cli: Cli, arguments: tuple[str, ...], code: int, said: str
) -> None:
    assert here.is_dir()
    ended = cli("demo", *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err.splitlines()[0]
    assert "Traceback" not in ended.err


def test_pages_in_a_pipe(here: Path, cli: Cli) -> None:
    assert here.is_dir()
    ended = cli("demo", "GET", "/post/x")
    assert ended.code == 0
    assert "It fails at /x, where the rule has /<int:post_id> (show_post, app.py:13)." in ended.out
    assert ended.out.endswith("Now you:\n  routelab request GET /post/x\n")
    assert "b: 404 NOT FOUND" in cli("demo", "2/too-many").out
    solved = cli("demo", "1/about")
    assert solved.code == 0


def test_the_demos_are_listed_and_the_notes_wait(here: Path, cli: Cli) -> None:
    assert here.is_dir()
    listed = cli("demo").out
    assert all(f"routelab demo {name}" in listed for name in bundled.demos())
    assert cli("demo", "--notes").out.startswith("No demo is running.")
    assert "Note: Say the method" not in cli("demo", "loop").out
    assert "Note: Draw two boxes" in cli("demo", "loop", "--notes").out
    assert "routelab learn 1\n" in cli("demo", "loop").out


def test_a_script_brings_its_own_app(here: Path, cli: Cli) -> None:
    folder = here / "class"
    write_app(folder, APP)
    (folder / "a.demo").write_text("# app: app.py\nGET /post/7\n# gives: 200 OK\n", encoding="utf-8")
    (here / "app.py").unlink()
    assert "show_post(post_id=7) returned" in cli("demo", "class/a.demo").out
    assert cli("check", "class/a.demo").out == "class/a.demo: 1 line rehearsed on routelab and flask\n"


def test_check_names_each_line_whose_outcome_changed(here: Path, cli: Cli) -> None:
    script = here / "class.demo"
    script.write_text(
        "# app: app.py\nGET /\n# gives: 404 NOT FOUND\nGET /post/7\n# gives: 200 OK\n", encoding="utf-8"
    )
    ended = cli("check", "class.demo", "unknown.demo")
    assert ended.code == 1
    assert ended.out.splitlines() == [
        "class.demo:2: GET / gives 200 OK; the script notes 404 NOT FOUND",
        "unknown.demo:2: 'what is this' is neither a request nor a word of a demo; those are routes, match, "
        "build, source, set, unset, cookies and as curl",
        "2 findings in 2 demos.",
    ]
    document = json.loads(cli("check", "class.demo", "--format", "json").out)
    assert document["demos"][0]["findings"] == [
        {"line": 2, "text": "GET / gives 200 OK; the script notes 404 NOT FOUND"}
    ]


def test_the_bundled_demos_are_proven_with_the_lessons(cli: Cli) -> None:
    scripts = [str(path) for path in bundled.demos().values()]
    ended = cli("check", *scripts)
    assert (ended.code, len(ended.out.splitlines())) == (0, 3)


@pytest.mark.parametrize("number", chosen([0, 1, 4, 10, 15], [0, 4]))
def test_every_task_of_a_lesson_has_its_scenes(number: int) -> None:
    lesson = bundled_lesson(number)
    script = of_lesson(lesson, str(number), lesson.pages)
    assert script is not None
    with learner_environment(guest=True, engine="auto") as learner:
        stage = DemoStage(script, DemoApps(learner, folder=lesson.folder))
        for line, scene in all_scenes(stage):
            assert scene.things, line.typed
            assert scene.right, line.typed


def test_a_lesson_of_ones_own_is_shown_by_its_folder(cli: Cli, tmp_path: Path) -> None:
    write_lesson(tmp_path / "small")
    refused = cli("demo", "small/guess", "--engine", "routelab", folder=tmp_path)
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "say --yes" in refused.err
    for typed in ("small/guess", "./small/3", str(tmp_path / "small" / "guess")):
        ended = cli("demo", typed, "--yes", "--engine", "routelab", folder=tmp_path)
        assert (ended.code, ended.err) == (0, "")
        assert "GET /post/-5" in ended.out
        assert f"routelab learn {typed.removeprefix('./').replace('/3', '')}" in ended.out
    whole = cli("demo", "small", "--engine", "routelab", folder=tmp_path)
    assert (whole.code, "GET /post/7" in whole.out) == (0, True)
    for typed, says in (
        ("small/read", "'small/read' has no task"),
        ("small/nope", "lesson small has no page 'nope'; its pages are read, try, guess, mend"),
        ("smal", "there is no lesson, no script and no demo 'smal'"),
        ("smal/guess", "there is no lesson, no script and no demo 'smal/guess'"),
    ):
        ended = cli("demo", typed, "--yes", folder=tmp_path)
        assert (ended.code, ended.err.count("\n")) == (2, 1)
        assert says in ended.err
