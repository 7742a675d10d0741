"""Every block in every medium: each says what is in it, and nothing in it steers a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from routelab.screen import media
from routelab.screen.blocks import (
    Block,
    CodeFrame,
    Column,
    CommandResult,
    Conversions,
    Gap,
    Grid,
    HeaderRow,
    Mark,
    Meaning,
    PathAndRule,
    Role,
    StepRow,
    Title,
    line,
    phrase,
    status_meaning,
    words_of,
)
from routelab.screen.media import Medium
from routelab.screen.plain import lines
from routelab.screen.rich import console
from routelab.screen.rich.looks import LOOKS
from routelab.screen.rich.writer import view
from screen.samples import HOSTILE, samples
from screens import drawn
from support import Cli, write_app
from tables import each


def written(block: Block) -> Iterator[tuple[str, list[str]]]:
    """Return the block's lines in each medium that is made of lines."""
    yield "plain", list(lines([block]))
    for width in (200, 80, 40, 12):
        yield f"rich {width}", drawn(view([block]), width=width)


def test_there_is_a_sample_of_every_kind() -> None:
    assert {type(block) for block in samples("x")} == set(get_args(Block))


@each("block", samples("words"))
def test_every_medium_says_what_is_in_a_block(block: Block) -> None:
    for medium, shown in written(block):
        assert isinstance(block, Gap) == ("words" not in "".join(shown)), medium


@each("block", samples(HOSTILE))
def test_nothing_in_a_block_steers_a_terminal(block: Block) -> None:
    for medium, shown in written(block):
        steering = {unicodedata.category(character) for text in shown for character in text}
        assert not steering & {"Cc", "Cf", "Cs", "Zl", "Zp"}, medium
        if not isinstance(block, Gap) and medium in ("plain", "rich 200"):
            assert "[red]e[/red]" in "".join(shown), medium


def test_every_meaning_has_a_look() -> None:
    assert set(LOOKS) == set(Meaning)


@each(
    ("status", "meaning"),
    [
        (200, "success"),
        (308, "redirection"),
        (404, "client-error"),
        (500, "server-error"),
        (101, "server-error"),
    ],
)
def test_a_status_means_what_its_class_means(status: int, meaning: str) -> None:
    assert status_meaning(status) is Meaning(meaning)


def test_a_phrase_of_nothing_has_no_fragment() -> None:
    assert (phrase(""), words_of(phrase("a") + phrase("b"))) == ((), "ab")


FRAME = CodeFrame(
    lines=("@app.route('/post/<int:n>')", "def show(n):"),
    file="app.py",
    first=6,
    mark=Mark(line=6, start=18, end=25),
)


def test_a_code_frame_marks_the_piece_that_decides() -> None:
    assert list(lines([FRAME])) == [
        "From app.py, line 6:",
        "  >6  @app.route('/post/<int:n>')",
        "      (it is about <int:n>)",
        "   7  def show(n):",
    ]
    assert drawn(view([FRAME])) == [
        "app.py",
        "  >6  @app.route('/post/<int:n>')",
        "                        ~~~~~~~",
        "   7  def show(n):",
    ]


PARTING = PathAndRule(
    path=("/post", "/hello"), rule=("/post", "/<int:post_id>"), decides=1, view="show", where="app.py:6"
)


def test_path_and_rule_stand_under_each_other(tmp_path: Path) -> None:
    assert drawn(view([PARTING])) == [
        "  path  /post /hello",
        "  rule  /post /<int:post_id>                      show  app.py:6",
        "              ~~~~~~~~~~~~~~",
    ]
    assert drawn(view([PARTING]), width=24) == [
        "  path",
        "    /post/hello",
        "  rule",
        "    /post/<int:post_id>",
        "    It fails at /hello,",
        "    where the rule has",
        "    /<int:post_id>.",
        "    show  app.py:6",
    ]
    assert list(lines([PARTING])) == [
        "It fails at /hello, where the rule has /<int:post_id> (show, app.py:6)."
    ]
    assert list(lines([PARTING.replace(path=("/post",))])) == [
        "It fails where the path ends and the rule has /<int:post_id> (show, app.py:6)."
    ]
    assert list(lines([PARTING.replace(rule=("/post",))])) == [
        "It fails at /hello, where the rule ends (show, app.py:6)."
    ]


def test_each_conversion_has_a_row() -> None:
    rows = (("album_id", '"2"', "string", "'2'", "str"), ("n", '"30"', "int", "30", "int"))
    assert drawn(view([Conversions(rows=rows)])) == [
        """album_id  "2"   --string-->  '2'  str""",
        """n         "30"  --int----->  30   int""",
    ]


def test_a_reason_stands_two_spaces_behind_its_fact_and_never_past_column_80() -> None:
    header = HeaderRow(name="Vary", value="Cookie", reason="because the session was used")
    assert drawn(view([header]), width=200) == ["Vary: Cookie  because the session was used"]
    long = header.replace(value="x" * 60)
    for width in (80, 200):
        assert drawn(view([long]), width=width) == [f"Vary: {'x' * 60}", "  because the session was used"]
    step = StepRow(number=1, name="View", label="view", what=phrase("show()"), where="app.py:6")
    assert drawn(view([step]), width=200) == drawn(view([step]))
    assert len(drawn(view([step]))[0]) <= 80


def test_a_mark_stands_below_its_piece_behind_wide_characters() -> None:
    frame = FRAME.replace(lines=("# 北京 <n>",), mark=Mark(line=6, start=5, end=8))
    _, marked, under = drawn(view([frame]))
    assert (marked, under) == ("  >6  # 北京 <n>", "             ~~~")


def test_what_is_only_spoken_stands_in_no_column() -> None:
    columns = (
        Column(head=phrase("order"), role=Role.ORDER),
        Column(head=phrase("view"), role=Role.PLACE),
        Column(head=phrase("variables"), role=Role.SPOKEN),
    )
    view_of_files = (*phrase("Flask's own"), *phrase(" view for files", Meaning.SPOKEN))
    grid = Grid(columns=columns, rows=((phrase("1"), view_of_files, phrase("filename: path")),))
    assert list(lines([grid])) == ["1. (Flask's own view for files), filename: path"]
    assert drawn(view([grid])) == ["order  view", "─" * 18, "    1  Flask's own"]
    assert drawn(view([grid]), width=50) == ["1. (Flask's own view for files), filename: path"]


def test_an_aside_is_part_of_its_sentence() -> None:
    assert list(lines([line("It is checked.", aside=phrase("at 12:00"))])) == ["It is checked (at 12:00)."]
    assert list(lines([Title(text=phrase("GET /a."), aside=phrase("app app.py"))])) == [
        "GET /a. (app app.py)"
    ]
    assert list(lines([line("Your file: app.py", aside=phrase("edit"))])) == ["Your file: app.py (edit)"]


def test_a_new_medium_is_one_entry(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def shout(result: CommandResult) -> None:
        print(*(text.upper() for text in lines(result.blocks())), sep="\n")

    monkeypatch.setitem(media.MEDIA, "loud", Medium(name="loud", write=shout))
    write_app(tmp_path, "from flask import Flask\napp = Flask(__name__)\n")
    commands = (("request", "/"), ("match", "/"), ("routes",), ("build", "static", "filename=a"), ("audit",))
    for command in commands:
        told = {
            form: cli(*command, "--engine", "routelab", "--format", form, folder=tmp_path).out
            for form in ("loud", "plain")
        }
        assert told["loud"] == told["plain"].upper()
    assert "1 FINDING" in cli("check", "--format", "loud", folder=_broken_lesson(tmp_path)).out


def _broken_lesson(folder: Path) -> Path:
    lesson = folder / "lesson"
    lesson.mkdir()
    (lesson / "lesson.md").write_text("no title\n", encoding="utf-8")
    return lesson


@pytest.mark.parametrize("terminal", ["dumb", "xterm"])
def test_what_is_drawn_is_as_wide_as_is_asked_whatever_terminal_this_is(
    terminal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", terminal)
    widths = {max(map(len, console.drawn([line("ab " * 99)], width=it, colour=False))) for it in (41, 62)}
    assert widths == {41, 62}
