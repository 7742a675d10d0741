"""A demo's script: what is read from it, and what is wrong with one that cannot be shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab import bundled
from routelab.lessons.records import Page
from routelab.lessons.tasks.mine import MineTask
from routelab.lessons.tasks.review import ReviewTask
from routelab.session.demo.noted import NOTHING_NOTED, Noted
from routelab.session.demo.script import ScriptError, of_lesson, parse_script, read_script
from sessions import TAUGHT, bundled_lesson
from tables import each

CLASS = """\
# title: Class 7b
# app: 04-methods
# A remark for those who read it.
# note: One.
# note: Two.
GET /vote
# gives: 200 OK
curl -X POST \\
  http://localhost/vote
---
# note: Three.
match /vote
# note: After all.
"""
BROKEN = [
    ("", "a.demo: there is nothing to show in it"),
    ("# note: x\n---\n", "a.demo: there is nothing to show in it"),
    ("GET /\nfoo bar\n", "a.demo:2: 'foo bar' is neither a request nor a word of a demo"),
    ("GET /\nquit\n", "a.demo:2: 'quit' is neither"),
    ("# gives: 200 OK\nGET /\n", "a.demo:1: gives belongs right below the line that it is about"),
    ("GET /\n# gives: 200 OK\n# gives: 404 NOT FOUND\n", "a.demo:3: gives belongs"),
    ("GET /\n# gives: status = 200\n", "a.demo:2: "),
    ('GET /\n# gives: header "X"\n', "a.demo:2: "),
    ("# gives: status == 200\nGET /\n", "a.demo:1: gives belongs right below the line that it is about"),
    ("GET /\n# gvies: 200 OK\n", "a.demo:2: there is no remark 'gvies'; did you mean 'gives'?"),
    ("# notes: Ask first.\nGET /\n", "a.demo:1: there is no remark 'notes'; did you mean 'note'?"),
    ("# app: 1\n# app: 2\nGET /\n", "a.demo:2: app is there twice"),
    ("GET /\ncurl 'http://x\n", "a.demo:2: the curl command does not end"),
    (f"GET /\n{'x' * 5000}\n", "a.demo:2: 'xxx"),
]


def test_a_script_is_read() -> None:
    script = parse_script(CLASS, "class.demo")
    assert (script.title, script.app, script.pages, script.closing) == (
        "Class 7b",
        "04-methods",
        2,
        ("After all.",),
    )
    told = [
        (line.typed, line.page, line.begins, line.number, line.notes, line.gives) for line in script.lines
    ]
    assert told == [
        ("GET /vote", 0, 0, 6, ("One.", "Two."), Noted("200 OK")),
        ("curl -X POST \\\n  http://localhost/vote", 0, 0, 9, (), NOTHING_NOTED),
        ("match /vote", 1, 2, 12, ("Three.",), NOTHING_NOTED),
    ]


def test_without_breaks_each_line_is_a_page() -> None:
    script = parse_script("GET /\nGET /a\n\nGET /b\n", "x/class.demo")
    assert [line.page for line in script.lines] == [0, 1, 2]
    assert script.title == "class"


@each(("text", "said"), BROKEN)
def test_what_is_wrong_is_one_line(text: str, said: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_script(text, "a.demo")
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_files_that_are_no_scripts(tmp_path: Path) -> None:
    binary, large = tmp_path / "b.demo", tmp_path / "l.demo"
    binary.write_bytes(b"\xff\xfe\x00")
    large.write_bytes(b"#" * 1_000_001)
    for path, said in (
        (binary, "not text in UTF-8"),
        (large, "more than 1 MB"),
        (tmp_path, "no such script"),
        (tmp_path / "none.demo", "no such script"),
    ):
        with pytest.raises(ScriptError, match=said):
            read_script(path)


def can_be_shown(page: Page) -> bool:
    """No class has an app of its own, and what is asked again was shown where it was asked first."""
    return page.task is not None and not isinstance(page.task, MineTask | ReviewTask)


@pytest.mark.parametrize("number", TAUGHT)
def test_every_page_with_a_task_can_be_shown(number: int) -> None:
    lesson = bundled_lesson(number)
    for page in lesson.pages:
        script = of_lesson(lesson, str(number), (page,))
        assert (script is not None) == can_be_shown(page)
        if script is not None:
            assert script.end == f"routelab learn {number}/{page.id}"
    whole = of_lesson(lesson, str(number), lesson.pages)
    assert whole is not None
    assert whole.pages == len([page for page in lesson.pages if can_be_shown(page)])


def test_three_demos_come_with_the_lessons() -> None:
    scripts = [read_script(path) for path in bundled.demos().values()]
    assert len(scripts) == 3
    for script in scripts:
        assert all(line.gives.verdict for line in script.lines)
        assert len([line for line in script.lines if line.notes]) >= script.pages - 1
