"""The panes of a trace that is played: what each moment shows and hides, and that all of it fits a screen."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from rich.cells import cell_len

from effort import chosen
from routelab.lessons.tasks.answer import Guess
from routelab.screen.rich.panes import panes_lines
from routelab.screen.selection import select
from routelab.screen.shown.panes import HIDDEN, PanesModel
from routelab.tracing.trace import Trace
from sessions import APP
from support import lab_of

SIZES = [(100, 29), (100, 23), (120, 40), (200, 50), (60, 19), (80, 23), (99, 60)]
GUESS = Guess(
    ask="Which status will it be?",
    choices=(("a", "200"), ("b", "404")),
    chosen="a",
    own="200",
    answer="404",
    said="You said 200; it is 404.",
    told_at="response",
)
FAILS = """
@app.before_request
def first():
    pass


@app.route("/fails/<path:where>")
def fails(where):
    x = {"a": "a very long line " + where + "of code, longer than any pane of any screen is wide, 表 表 表 表"}
    return x["b"]


@app.errorhandler(404)
def not_found(error):
    return "nothing here", 404
"""


def model_of(trace: Trace, *, guess: Guess | None = None, verbose: bool = False) -> PanesModel:
    return PanesModel(trace, select(trace, verbose=verbose), guess=guess, heading="Lesson 1, page 3   A name")


def played(model: PanesModel, *, width: int = 100, height: int = 29) -> list[str]:
    return [
        "\n".join(panes_lines(model.panes(at), width, height, colour=False))
        for at in range(len(model.moments))
    ]


@pytest.mark.parametrize(
    "path", ["/", "/post/7", "/post/x", "/nope", "/login", "/fails/a/b", "/" + "表" * 90]
)
def test_every_moment_fits_the_screen(tmp_path: Path, path: str) -> None:
    trace = lab_of(tmp_path, APP + FAILS).send(f"GET {path}")
    every = [*product(SIZES, (False, True))]
    for (width, height), verbose in chosen(every, every[len(path) % 3 :: 3]):
        model = model_of(trace, guess=GUESS, verbose=verbose)
        for number, screen in enumerate(played(model, width=width, height=height)):
            lines = screen.split("\n")
            assert len(lines) <= height
            assert max(map(cell_len, lines)) <= width
            assert model.panes(number).map[model.moments[number].step].label in screen


def test_the_future_is_hidden(tmp_path: Path) -> None:
    trace = lab_of(tmp_path, APP).send("GET /post/x")
    model = model_of(trace, guess=GUESS)
    for moment, screen in zip(model.moments, played(model), strict=True):
        panes = model.panes(model.moments.index(moment))
        assert [row.label for row in panes.map[moment.step + 1 :]] == [HIDDEN] * (3 - moment.step)
        assert ("404 NOT FOUND" in screen) == (moment.step == 3)
        assert ("it is 404" in screen) == (moment.step == 3)
        assert ("NotFound" in screen) == (moment.step >= 2)
        if moment.step < 2:
            assert ("int accepts only digits" in screen) == (moment.step == 1 and moment.ticked > 1)


@pytest.mark.parametrize("chosen_letter", "abc")
def test_what_the_learner_chose_is_marked_where_choices_are_long(tmp_path: Path, chosen_letter: str) -> None:
    long = "name=Ann+Lee&seats=2&when=tomorrow"
    choices = (("a", long), ("b", "short"), ("c", long))
    guess = GUESS.replace(ask="What is sent, and how?", choices=choices, chosen=chosen_letter, own="it")
    screen = played(model_of(lab_of(tmp_path, APP).send("GET /"), guess=guess), width=80, height=23)[0]
    asked = next(each for each in screen.split("\n") if "a name=" in each)
    pieces = re.split(r"   (?=[bc] )", asked.strip())
    assert [each[0] for each in pieces] == ["a", "b", "c"]
    assert [each[0] for each in pieces if each.endswith(" (yours)")] == [chosen_letter]


def test_of_many_views_none_is_given_away_before_the_router_is_asked(tmp_path: Path) -> None:
    many = "\n".join(f"@app.route('/x{n}')\ndef x{n}():\n    return 'x'\n" for n in range(8))
    model = model_of(lab_of(tmp_path, APP + many).send("GET /post/x"))
    seen = ["def show_post" in screen for screen in played(model)]
    assert seen[0] is False
    assert seen[-1] is True


def test_rules_are_ticked_off_in_the_order_of_decision(tmp_path: Path) -> None:
    model = model_of(lab_of(tmp_path, APP).send("GET /post/x"))
    ticked = [
        screen.count("✗")
        for moment, screen in zip(model.moments, played(model), strict=True)
        if moment.step == 1
    ]
    assert ticked == [1, 2, 3, 4]
    rules = [it.candidate.rule for it in model.rules]
    assert rules == ["/", "/post/<int:post_id>", "/login", "/token"]
    assert "/static" not in played(model)[-3]
    assert "/static/<path:filename>" in "".join(played(model.with_builtin()))


def test_endpoints_are_in_one_column_beside_rules_that_are_not_too_long(tmp_path: Path) -> None:
    longer = "@app.get('/post/<int:post_id>/edit/all')\ndef edit_all(post_id):\n    return ''\n"
    model = model_of(lab_of(tmp_path, APP + longer).send("GET /post/x"))
    rows = [row.partition("│")[2] for row in played(model)[1].split("\n")]
    found = {
        name: row.rindex(name)
        for row in rows
        for name in ("first", "show_post", "login", "token", "edit_all")
        if row.rstrip().endswith(f"  {name}")
    }
    assert len({column for name, column in found.items() if name != "edit_all"}) == 1
    assert len(found) > 2


def test_what_comes_after_the_winner_is_not_ticked(tmp_path: Path) -> None:
    model = model_of(lab_of(tmp_path, APP).send("GET /post/7"))
    screen = played(model)[2]
    assert screen.count("✗") == 1
    assert "✓ GET  /post/<int:post_id>" in screen


def test_the_deciding_line_is_marked_and_arguments_name_their_variable(tmp_path: Path) -> None:
    model = model_of(lab_of(tmp_path, APP).send("GET /post/7"))
    view = next(at for at, it in enumerate(model.moments) if model.steps[it.step].kind() == "view")
    screen = played(model)[view]
    assert ">13  def show_post(post_id):" in screen
    assert "post_id = 7  from <int:post_id>" in screen
    assert "Content-Length" in played(model)[-1]


def test_all_that_came_with_a_request_is_told_at_its_step(tmp_path: Path) -> None:
    sent = lab_of(tmp_path, APP).send("POST /login?next=/post/7 name=ann -f")
    screen = played(model_of(sent))[0]
    assert "path /login, query next='/post/7'" in screen
    assert "form name='ann'" in screen


def test_the_way_out_comes_with_the_match(tmp_path: Path) -> None:
    model = model_of(lab_of(tmp_path, APP).send("GET /post/x"))
    ways = [model.panes(at).way for at in range(len(model.moments))]
    whole = next(at for at, it in enumerate(model.moments) if it.step == 1 and it.whole)
    assert [way is not None for way in ways] == [at >= whole for at in range(len(ways))]


def test_a_terminal_without_our_marks_gets_plainer_ones(tmp_path: Path) -> None:
    model = model_of(lab_of(tmp_path, APP).send("GET /post/x"))
    for at in range(len(model.moments)):
        "\n".join(panes_lines(model.panes(at), 100, 29, colour=False, plainer=True)).encode("ascii")


def test_the_winners_rule_stays_in_sight_until_the_view_runs(tmp_path: Path) -> None:
    model = model_of(lab_of(tmp_path, APP).send("GET /post/7"))
    shown = dict(zip([(it.step, it.whole) for it in model.moments], played(model), strict=True))
    kinds = [step.kind() for step in model.steps]
    first = " ".join(shown[kinds.index("request"), True].split())
    assert "This is what the client sends." in first
    for kind in ("match", "converters"):
        screen = shown[kinds.index(kind), True]
        assert '@app.route("/post/<int:post_id>")' in screen
        assert "return f" not in screen  # the view itself has not run
    assert "return f" in shown[kinds.index("view"), True]
