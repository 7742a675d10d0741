"""The stepper: where keys lead, and what fits on a small screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from routelab.repl.stepper import player, screen_lines
from routelab.screen.blocks import StepRow
from routelab.screen.selection import select
from routelab.screen.shown.panes import PanesModel
from routelab.screen.shown.playback import Playback, Played
from routelab.screen.shown.trace import step_rows
from routelab.tracing.trace import Trace
from sessions import APP
from support import lab_of

KEYS = [
    ("\r\r\r\r", 4, "each Enter one step, and at the end it goes on"),
    (" \x1b[C\x1b[B\r", 4, "Space, Right, Down and Enter"),
    ("a\r", 4, "a shows the rest"),
    ("\x1b", 1, "Esc leaves at once"),
    ("\r\x1b[Dbq", 1, "Left and b go back, at most to the first"),
    ("\r\x03", 2, "Ctrl-C leaves"),
    ("\x1b[H\t?\rq", 2, "other keys do nothing"),
    ("\rG\r\r", 2, "the first letter of a request leaves"),
]
BEGUN = [
    ("g", "g"),
    ("/", "/"),
    ("4", "4"),
    ("w", "w"),
    ("sk", "sk"),  # `s` and `b` are keys here, and words begin with them, too
    ("bac", "bac"),
    ("s\rk", "k"),
    ("s\x1b[Ck", "k"),
    ("\x1b", ""),
    ("q", ""),
]


def rows(trace: Trace, *, verbose: bool = False) -> tuple[StepRow, ...]:
    return step_rows(trace, select(trace, verbose=verbose))


@pytest.mark.sockets
@pytest.mark.parametrize(("keys", "left_at", "about"), KEYS)
def test_keys_lead_through_and_out(tmp_path: Path, keys: str, left_at: int, about: str) -> None:
    trace = lab_of(tmp_path, APP).send("GET /")
    played = Played(PanesModel(trace, select(trace, verbose=False)), rows(trace))
    with create_pipe_input() as pipe:
        pipe.send_text(keys)
        player(played, colour=False, source=pipe, target=DummyOutput()).run()
    assert (played.playback.at, played.playback.total) == (left_at, 4), about


@pytest.mark.sockets
@pytest.mark.parametrize(("keys", "begun"), BEGUN)
def test_a_line_that_is_begun_in_the_panes_is_there_at_the_prompt(
    tmp_path: Path, keys: str, begun: str
) -> None:
    trace = lab_of(tmp_path, APP).send("GET /")
    played = Played(PanesModel(trace, select(trace, verbose=False)), rows(trace))
    with create_pipe_input() as pipe:
        pipe.send_text(keys)
        player(played, colour=False, source=pipe, target=DummyOutput()).run()
    assert played.playback.left.pasted == begun


def test_playback_goes_to_its_ends_and_no_further() -> None:
    playback = Playback(steps=(1, 2, 3))
    playback.back()
    assert (playback.at, playback.forward(), playback.forward(), playback.forward()) == (1, True, True, False)
    playback.back()
    assert playback.at == 2
    playback.rest()
    assert (playback.at, playback.bottom(80)) == (3, "Enter: go on.   Left back, End all, Esc leave")
    assert playback.bottom(20) == "Enter: go on."


@pytest.mark.parametrize(("width", "height"), [(80, 22), (40, 13), (40, 5), (20, 8)])
@pytest.mark.parametrize("path", ["/", "/post/7", "/post/x", "/nope"])
def test_every_step_fits_and_is_seen(tmp_path: Path, width: int, height: int, path: str) -> None:
    trace = lab_of(tmp_path, APP).send(f"GET {path}")
    steps = rows(trace, verbose=True)
    for at in range(1, len(steps) + 1):
        lines = screen_lines(trace.request.words, steps, at, width=width, height=height, colour=False)
        assert len(lines) <= height
        assert all(len(line) <= width for line in lines)
        assert any(re.match(rf"{at:>2} ", line) for line in lines), lines


def test_the_learners_own_lines_are_shown(tmp_path: Path) -> None:
    trace = lab_of(tmp_path, APP).send("GET /post/7")
    steps = rows(trace)
    lines = screen_lines(trace.request.words, steps, len(steps) - 1, width=80, height=22, colour=False)
    assert any('return f"post {post_id}"' in line for line in lines)


def test_earlier_steps_fold_to_a_line_each(tmp_path: Path) -> None:
    trace = lab_of(tmp_path, APP).send("GET /post/7")
    steps = rows(trace)
    lines = screen_lines(trace.request.words, steps, len(steps), width=80, height=10, colour=False)
    assert [line for line in lines if line.startswith(" 1 request")]
    assert not any("def show_post" in line for line in lines)
