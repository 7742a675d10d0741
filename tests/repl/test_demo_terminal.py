"""The classroom's screen for real, in a pseudo-terminal: a clicker's keys, resizing, the notes in a second one."""

from __future__ import annotations

import sys
from itertools import cycle, product
from pathlib import Path

import pytest

from effort import chosen
from routelab import bundled

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

from pseudo import PseudoTerminal
from support import write_app

pytestmark = pytest.mark.worker

WIDE, SMALL, TINY = (100, 30), (60, 20), (40, 20)
SLOW = """
    import time
    from flask import Flask
    app = Flask(__name__)

    @app.get("/slow")
    def slow():
        open({running!r}, "w").close()
        time.sleep(60)
"""
DEMOS = list(bundled.demos())
PAGE_DOWN, PAGE_UP, F5 = "\x1b[6~", "\x1b[5~", "\x1b[15~"


def start(home: Path, size: tuple[int, int], *arguments: str, own_python: bool = False) -> PseudoTerminal:
    return PseudoTerminal("demo", *arguments, home=home, columns=size[0], rows=size[1], own_python=own_python)


def test_a_class_is_shown_a_mistake_and_the_notes_follow(tmp_path: Path) -> None:
    script = str(bundled.demos()["post-hello"])
    with start(tmp_path, WIDE, script, own_python=True) as screen, start(tmp_path, SMALL, "--notes") as notes:
        screen.wait_for("A number in the path, 1 of 5", "Space: reveal")
        notes.wait_for("Ten minutes on one rule", "now", "GET /post/2   (not run yet)")
        screen.type("n")
        screen.wait_for("2 of 5")
        screen.type("x\r")
        screen.wait_for("GET /post/hello", "GET   /post  /hello", "request ● ○")
        screen.type(PAGE_DOWN * 5)
        screen.wait_for("✓", "✗", "int accepts only digits", "What will the browser get?")
        screen.type("9b3a")
        screen.wait_for("404 (9)", "200 (3)")
        notes.wait_for("GET /post/hello   (6 of 7 revealed)", "answer  b 404 NOT FOUND", "GET /post/-5")
        screen.type(" ")
        screen.wait_for("404 NOT FOUND", "9 of 12 said b.")
        screen.type(".")
        screen.wait_until(lambda: not any(screen.lines))
        screen.type(PAGE_UP)
        screen.wait_for("404 NOT FOUND")
        screen.resize(*TINY)
        screen.wait_for("9 of 12 said b.", "Space: reveal")
        assert max(map(len, screen.lines)) <= 40
        screen.type(PAGE_UP + "\tGET /user/ann\r")
        screen.wait_for("your own line", "200 OK", "back to the script")
        screen.type("\t")
        screen.wait_for("GET /post/hello", "What will the browser get?")
        notes.type("q")
        assert notes.wait_for_end() == 0
        screen.type("+-r" + F5)
        screen.wait_for("1 of 5")
        screen.type("\x1b")
        assert screen.wait_for_end() == 0


@pytest.mark.parametrize(
    ("name", "size"),
    chosen([*product(DEMOS, (WIDE, SMALL))], [*zip(DEMOS, cycle((WIDE, SMALL)), strict=False)]),
)
def test_a_whole_demo_is_played_forwards_and_backwards(
    tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    with start(tmp_path, size, name) as screen:
        screen.wait_for("1 of", "Space: reveal")
        screen.type(" " * 90)
        screen.wait_for("Now you:", "routelab ")
        screen.type(PAGE_UP)
        screen.wait_for("OK" if name != "loop" else "500 INTERNAL SERVER ERROR")
        screen.type(PAGE_UP * 120)
        screen.wait_for("1 of")
        screen.wait_until(lambda: not any("GET" in line for line in screen.lines[1:]))
        screen.type("\x03")
        assert screen.wait_for_end() == 0


def test_a_demo_plays_by_itself_to_its_end(tmp_path: Path) -> None:
    with start(tmp_path, SMALL, "GET", "/user/ann", "--auto", "0.05") as screen:
        assert screen.wait_for_end() == 0


def test_a_terminal_that_is_too_small_is_one_line(tmp_path: Path) -> None:
    with start(tmp_path, (20, 5), "GET", "/") as screen:
        assert screen.wait_for_end() == 1
        assert "too small for a demo" in " ".join("".join(screen.everything.split("\n")).split())


def test_a_view_that_takes_long_is_told_and_stopped(tmp_path: Path) -> None:
    running = tmp_path / "running"
    app = write_app(tmp_path / "app", SLOW.format(running=str(running)))
    with start(tmp_path, WIDE, "-A", str(app), "GET", "/slow") as screen:
        screen.wait_for("Space: reveal")
        screen.type(" ")
        screen.wait_for("GET /slow")
        screen.type(" ")
        screen.wait_until(running.exists)
        screen.wait_for("Waiting for GET /slow, at most 5 s. Ctrl-C stops it.")
        screen.type("\x03")
        screen.wait_for("Space: reveal")
        screen.type(" " * 9)
        screen.wait_for("stopped ●")
        screen.type("\x03")
        assert screen.wait_for_end() == 0
