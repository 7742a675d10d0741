"""The classroom's screen: what fits, where it stands, and that nothing is given away."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from demos import Apps, stage_of, until
from effort import chosen
from routelab.screen.plain import lines
from routelab.screen.rich.stage import stage_lines
from routelab.screen.shown.demo import cue_blocks, demo_blocks
from routelab.session.demo.cue import cue_of
from routelab.session.demo.scene import scene_of
from routelab.session.demo.script import DemoLine, parse_script
from routelab.session.demo.stage import DemoStage, all_scenes
from routelab.session.reply import TraceShown

SIZES = [(100, 30), (60, 20), (40, 20), (40, 12), (30, 10), (200, 60)]
LINES = [
    "GET /post/x",
    "GET /post/7",
    "GET /login",
    "GET /zzz/y",
    "GET /" + "segment/" * 60,
    "GET /post/表表表表表表表表表表表表表表表表表表",
    "routes",
    "curl http://localhost/post/7 -H 'X: 1'",
    "DELETE /token?q=%1b[31m",
]


@pytest.mark.parametrize(("width", "height"), chosen(SIZES, [(100, 30), (40, 20), (30, 10)]))
def test_everything_fits_forwards_and_backwards(tmp_path: Path, width: int, height: int) -> None:
    stage, _ = stage_of(tmp_path, "\n".join(LINES))

    def look() -> None:
        shown = stage_lines(stage.view, width, height, colour=False)
        assert len(shown) == height
        assert max(map(cell_len, shown)) <= width
        assert "\x1b" not in "".join(shown)

    for act in (stage.forward, stage.back):
        for _ in range(80):
            look()
            act()
            if stage.view.told:
                stage.more(1)
    stage.blacken()
    assert set(stage_lines(stage.view, width, height, colour=False)) == {""}


@pytest.mark.parametrize(("width", "height"), [(100, 30), (60, 20)])
def test_all_of_a_mistake_stands_in_the_upper_two_thirds(tmp_path: Path, width: int, height: int) -> None:
    stage, _ = stage_of(tmp_path, "GET /post/x")
    until(stage, lambda: stage.view.asks, stage.forward)
    shown = stage_lines(stage.view, width, height, colour=False)
    text = "\n".join(shown)
    for words in (
        "/<int:post_id>",
        "✓",
        "✗",
        "int accepts only digits",
        "def show_post",
        "What will the browser get?",
    ):
        assert words in text
    if height == 30:
        assert all(not line.strip() for line in shown[height * 2 // 3 : -3])
    assert "404 NOT FOUND" not in text


def test_path_and_rule_stand_under_each_other(tmp_path: Path) -> None:
    stage, _ = stage_of(tmp_path, "GET /post/x")
    until(stage, lambda: len(stage.view.things) == 4, stage.forward)
    path, _, rule, _, marks = stage_lines(stage.view, 100, 30, colour=False)[2:7]
    assert path.index("/post") == rule.index("/post")
    assert path.index("/x") == rule.index("/<int:post_id>")
    assert rule.index("/post") <= marks.index("✓") < rule.index("/<int") < marks.index("✗")


def test_the_steps_are_named_when_they_are_revealed(tmp_path: Path) -> None:
    stage, _ = stage_of(tmp_path, "GET /post/x")
    stage.enter()
    assert "request ● ○ ○ ○" in "".join(stage_lines(stage.view, 100, 30, colour=False))
    until(stage, lambda: stage.view.told, stage.forward)
    whole = "".join(stage_lines(stage.view, 100, 30, colour=False))
    assert "request ● match ● error ● response ●" in whole


def test_the_line_that_raises_is_marked_with_the_answer_alone(tmp_path: Path) -> None:
    source = "from flask import Flask, abort\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    abort(404)\n"
    stage = DemoStage(parse_script("GET /", "a.demo"), Apps(tmp_path, source))
    until(stage, lambda: stage.view.asks, stage.forward)
    assert "▶  4  def home():" in "\n".join(stage_lines(stage.view, 100, 30, colour=False))
    stage.forward()
    assert "▶  5      abort(404)" in "\n".join(stage_lines(stage.view, 100, 30, colour=False))


def test_hands_are_told_with_the_answer(tmp_path: Path) -> None:
    stage, _ = stage_of(tmp_path, "GET /post/x")
    until(stage, lambda: stage.view.asks, stage.forward)
    for letter in "bba":
        stage.hand(letter)
    stage.forward()
    assert any("2 of 3 said b." in line for line in stage_lines(stage.view, 60, 20, colour=False))


def test_a_demo_in_a_pipe_is_its_pages_one_after_the_other(tmp_path: Path) -> None:
    text = "# note: Wait.\nGET /post/x\n---\nroutes\nGET /token\n# note: Bye.\n"
    script = parse_script(text, "a.demo")
    quiet = list(lines(demo_blocks(script, all_scenes(DemoStage(script, Apps(tmp_path))), notes=False)))
    loud = list(lines(demo_blocks(script, all_scenes(DemoStage(script, Apps(tmp_path))), notes=True)))
    assert [line for line in loud if line not in quiet] == ["Note: Wait.", "Note: Bye."]
    for line in ("a, 1 of 2", "a, 2 of 2", "b: 404 NOT FOUND", "a: 200 OK", "Now you:", "  routelab play"):
        assert line in quiet


def test_the_notes_show_the_next_line_and_a_clock(tmp_path: Path) -> None:
    stage, _ = stage_of(tmp_path, "# note: Say hello.\nGET /post/x\n# gives: 200 OK\n---\nGET /\n")
    stage.enter()
    cue = cue_of(stage, began=1000.0, page_began=1060.0)
    text = list(lines(cue_blocks(cue, 1125.9)))
    assert text[0] == "a, 1 of 2   2:05, this page 1:05"
    assert "Say hello." in text
    assert "  next: GET /" in text
    assert "Not as noted: it gives 404 NOT FOUND; the script notes 200 OK" in text
    for none in (None, cue.replace(ended=True)):
        assert next(lines(cue_blocks(none, 0.0))).startswith("No demo is running.")


def test_a_trace_without_a_match_has_a_scene(tmp_path: Path) -> None:
    stage, apps = stage_of(tmp_path, "GET /")
    line = DemoLine(typed="GET /")
    trace = next(it.trace for it in apps(line).answer("GET /").items if isinstance(it, TraceShown))
    scene = scene_of(line, trace.replace(steps=(), response=None))
    assert [thing.value for thing in scene.things] == ["path", "question", "answer"]
    assert dict(scene.question.choices if scene.question else ())[scene.right] == "nothing"
    assert stage.view.page == 1
