"""A demo as it is played: what each key reveals and takes back, hands, free lines, and that nothing ends it."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest

from demos import COUNTS, Apps, stage_of, until
from routelab.errors import RoutelabError
from routelab.session.demo.cue import cue_of, read_cue, write_cue
from routelab.session.demo.rehearsal import rehearse
from routelab.session.demo.scene import Thing
from routelab.session.demo.script import DemoLine, DemoScript, parse_script
from routelab.session.demo.stage import DemoStage
from routelab.session.reply import Message
from routelab.session.session import Session
from support import write_app

FULL = [Thing.PATH, Thing.RULE, Thing.TICK, Thing.CROSS, Thing.CODE, Thing.QUESTION, Thing.ANSWER]


def body(stage: DemoStage) -> str:
    scene = stage.view.scene
    assert scene is not None
    assert scene.trace is not None
    assert scene.trace.response is not None
    return scene.trace.response.body.decode()


def test_one_thing_at_a_time_and_back(tmp_path: Path) -> None:
    stage, _ = stage_of(tmp_path, "GET /post/x\n")
    seen = []
    stage.type()
    assert stage.view.line == "GE"
    stage.enter()
    for _ in FULL:
        seen.append(list(stage.view.things))
        stage.forward()
    assert seen == [FULL[: number + 1] for number in range(len(FULL))]
    assert stage.view.finished
    stage.forward()
    stage.back()
    for number in range(len(FULL), 0, -1):
        assert list(stage.view.things) == FULL[:number]
        stage.back()
    assert (stage.view.scene, stage.view.line) == (None, "GET /post/x")
    stage.back()
    assert stage.view.line == ""
    stage.back()
    assert stage.view.line == ""


def test_what_the_system_refuses_of_a_line_is_told_in_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/full")

    stage, _ = stage_of(tmp_path, "GET /post/x\n")
    monkeypatch.setattr(Session, "answer", refuse)
    stage.enter()
    scene = stage.view.scene
    assert scene is not None
    (told,) = scene.items
    assert isinstance(told, Message)
    assert told.text == f"the system says: {os.strerror(errno.ENOSPC)}: /full; go on with the next"


@pytest.mark.parametrize(
    ("request_line", "things"),
    [
        ("GET /post/x", FULL),
        ("GET /post/7", [it for it in FULL if it is not Thing.CROSS]),
        ("GET /login", FULL),
        ("GET /zzz/y", [Thing.PATH, Thing.CROSS, Thing.QUESTION, Thing.ANSWER]),
    ],
)
def test_what_a_request_reveals(tmp_path: Path, request_line: str, things: list[Thing]) -> None:
    stage, _ = stage_of(tmp_path, request_line)
    stage.enter()
    scene = stage.view.scene
    assert scene is not None
    assert list(scene.things) == things
    assert scene.question is not None
    assert scene.trace is not None
    assert scene.trace.response is not None
    assert dict(scene.question.choices)[scene.right] == str(scene.trace.response.status)
    assert len({label for _, label in scene.question.choices}) == 4


def test_back_is_truly_back(tmp_path: Path) -> None:
    stage, apps = stage_of(tmp_path, "GET /count\nGET /count\nGET /count\n")
    forward = [("1", 0), ("2", 1), ("3", 2)]
    for number, at in forward:
        stage.enter()
        assert (body(stage), stage.number) == (number, at)
        until(stage, lambda: stage.view.scene is None or stage.view.finished, stage.forward)
    assert apps.opened == 1
    until(stage, lambda: stage.number == 1 and stage.view.scene is None, stage.back)
    stage.enter()
    assert body(stage) == "2"
    assert (apps.opened, apps.running) == (2, 1)
    stage.restart()
    stage.turn(-1)
    stage.enter()
    assert body(stage) == "1"


def test_the_presenters_own_lines_leave_no_trace(tmp_path: Path) -> None:
    stage, _ = stage_of(tmp_path, "GET /count\nGET /count\n")
    stage.enter()
    stage.toggle_free()
    for _ in range(3):
        for letter in "GET /countx":
            stage.type_free(letter)
        stage.erase()
        stage.run_free()
    assert (body(stage), stage.view.line, stage.view.free) == ("4", "GET /count", True)
    stage.toggle_free()
    assert (body(stage), stage.view.free) == ("1", False)
    stage.turn(1)
    stage.enter()
    assert body(stage) == "2"


def test_hands_are_counted_while_the_question_is_asked(tmp_path: Path) -> None:
    stage, _ = stage_of(tmp_path, "GET /post/x\n")
    assert not stage.hand("a")
    stage.enter()
    until(stage, lambda: stage.view.asks, stage.forward)
    for key in "14":
        assert stage.digit(key)
    stage.back()
    assert (stage.view.hands, stage.view.asks) == ("1", True)
    assert stage.digit("4")
    assert stage.hand("b")
    for letter in "aaddda":
        assert stage.hand(letter)
    assert stage.hand("z")
    assert stage.view.votes == {"a": 3, "b": 14, "d": 3}
    stage.forward()
    assert not stage.hand("a")
    stage.back()
    assert stage.view.votes == {"a": 3, "b": 14, "d": 3}
    stage.restart()
    assert stage.view.votes == {}


def test_pages_turn_and_stop_at_both_ends(tmp_path: Path) -> None:
    stage, _ = stage_of(tmp_path, "GET /\nGET /a\n---\nGET /b\n---\nGET /c\n")
    where = []
    for by in (-1, 1, 1, 1, -1):
        stage.turn(by)
        where.append((stage.number, stage.view.page))
    assert where == [(0, 1), (2, 2), (3, 3), (3, 3), (2, 2)]
    stage.begin()
    assert stage.number == 0
    stage.blacken()
    assert stage.view.black
    stage.blacken()
    for _ in range(5):
        stage.more(1)
    assert (stage.view.black, stage.view.detail) == (False, 2)


def test_whatever_goes_wrong_leads_on(tmp_path: Path) -> None:
    stage, apps = stage_of(tmp_path, "GET /\nroutes\nGET /count\nbuild nosuch x\nGET /\nGET /\n")
    stage.enter()
    (tmp_path / "app.py").write_text("def (", encoding="utf-8")
    stage.turn(1)
    stage.enter()
    assert stage.view.scene is not None
    stage.turn(1)
    stage.enter()
    assert "does not load" in stage.view.scene.verdict if stage.view.scene else False
    (tmp_path / "app.py").unlink()
    for _ in range(2):
        stage.turn(1)
        stage.enter()
        assert stage.view.scene is not None
    write_app(tmp_path, COUNTS)
    stage.turn(1)
    stage.enter()
    assert body(stage) == "Hello"
    assert apps.opened >= 1


class Nothing(RoutelabError):
    pass


@pytest.mark.parametrize("error", [Nothing("the folder is gone"), ValueError("ours")])
def test_an_app_that_is_gone_is_a_line_on_the_screen(error: Exception) -> None:
    def opened(_line: DemoLine) -> Session:
        raise error

    stage = DemoStage(parse_script("GET /\n", "a.demo"), opened)
    if isinstance(error, ValueError):
        stage = DemoStage(parse_script("GET /\n", "a.demo"), lambda _line: Broken())  # type: ignore[arg-type, return-value]
    stage.enter()
    assert stage.view.scene is not None
    assert len(stage.view.scene.items) == 1
    stage.forward()
    assert stage.view.finished


class Broken:
    def answer(self, line: str) -> None:
        raise ValueError(line)


def test_a_rehearsal_names_each_line_whose_outcome_changed(tmp_path: Path) -> None:
    text = "GET /\n# gives: 200 OK\nGET /post/x\n# gives: 200 OK\nroutes\n# gives: 200 OK\nbuild nosuch\nGET /y\n"
    text += "GTE /y\nAHOY /y\n"
    found = [(it.line, it.text) for it in rehearse(script_of(text), Apps(tmp_path))]
    assert found == [
        (3, "GET /post/x gives 404 NOT FOUND; the script notes 200 OK"),
        (5, "routes is not a request, so it gives no response"),
        (9, "GTE /y: no rule takes the method GTE; did you mean GET?"),
    ]
    write_app(tmp_path, "x = ")
    apps = Apps(tmp_path, "x = ")
    (only,) = rehearse(script_of(text), apps)
    assert only.line == 1
    assert "SyntaxError" in only.text


def test_a_rehearsal_holds_a_line_against_expectations(tmp_path: Path) -> None:
    text = (
        'POST /\n# gives: 405 METHOD NOT ALLOWED\n# gives: header "Allow" contains "GET"\n# gives: view not exists\n'
        'GET /post/x\n# gives: status == 404\n# gives: body contains "no such text"\n'
        'GET /\n# gives: header "X-None" exists\n'
    )
    found = [(it.line, it.text.partition(" (")[0]) for it in rehearse(script_of(text), Apps(tmp_path))]
    assert found == [
        (5, 'GET /post/x does not give what the script notes: body contains "no such text"'),
        (8, 'GET / does not give what the script notes: header "X-None" exists'),
    ]


def test_a_clickers_keys_are_no_text_and_a_space_clears_no_answer(tmp_path: Path) -> None:
    stage, _ = stage_of(tmp_path, "GET /count\n")
    stage.toggle_free()
    for key in ("\x1b[6~", " ", "\x1b[15~", *"GET /count", "\x1b[D"):
        stage.type_free(key)
    assert stage.view.line == "GET /count"
    stage.run_free()
    stage.type_free(" ")
    assert (body(stage), stage.view.line) == ("1", "GET /count")
    stage.type_free("G")
    assert stage.view.line == "G"


def script_of(text: str) -> DemoScript:
    return parse_script(text, "a.demo")


def test_the_notes_follow_through_a_file(tmp_path: Path) -> None:
    stage, _ = stage_of(
        tmp_path, "# note: Say hello.\nGET /post/x\n# gives: 200 OK\n---\nGET /\n# note: The end.\n"
    )
    file = tmp_path / "data" / "demo.json"
    assert read_cue(file) is None
    stage.enter()
    write_cue(file, cue_of(stage, began=1.0, page_began=2.0))
    cue = read_cue(file)
    assert cue is not None
    assert (cue.line, cue.next_line, cue.notes, cue.differs) == (
        "GET /post/x",
        "GET /",
        ("Say hello.",),
        "gives 404 NOT FOUND; the script notes 200 OK",
    )
    assert (cue.page, cue.pages, cue.revealed, cue.things, cue.right) == (1, 2, 1, 7, "b 404 NOT FOUND")
    file.write_text("{", encoding="utf-8")
    assert read_cue(file) is None
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    write_cue(blocked / "demo.json", cue)
