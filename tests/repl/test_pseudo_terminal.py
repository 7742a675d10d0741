"""routelab learn for real: in a pseudo-terminal, large and small, resized, interrupted and killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from effort import chosen
from routelab.session.reply import TraceShown
from sessions import APP, Edit, Home, bundled_lesson, moves_through, write_lesson
from support import write_app

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

from pseudo import PseudoTerminal

WIDE, LARGE, SMALL = (100, 30), (80, 24), (40, 15)


def start(
    home: Path, size: tuple[int, int], *arguments: str, own_python: bool = False, **environ: str
) -> PseudoTerminal:
    return PseudoTerminal(
        *arguments, home=home, columns=size[0], rows=size[1], own_python=own_python, **environ
    )


@pytest.mark.parametrize(
    ("number", "size"),
    chosen([(1, LARGE), (1, SMALL), (2, LARGE), (2, SMALL)], [(1, SMALL)]),
)
def test_a_lesson_is_finished_on_a_screen(tmp_path: Path, number: int, size: tuple[int, int]) -> None:
    lesson, twin = bundled_lesson(number), Home(folder=tmp_path / "twin")
    key = lesson.name.partition("-")[2]
    session = twin.session()
    prompt = session.opening(str(number)).prompt
    with start(tmp_path / "home", size, "learn", str(number)) as terminal:
        terminal.wait_for(prompt.text, f"Enter: {prompt.enter}")
        for move in moves_through(lesson, twin.folder / "work" / key):
            if isinstance(move, Edit):
                move.make()
                session.look()
                type(move)(folder=move.folder, work=tmp_path / "home" / move.work.name).make()
                time.sleep(0.1)
                continue
            reply = session.answer(move)
            terminal.type(f"{move}\r")
            if any(isinstance(item, TraceShown) and item.stepwise for item in reply.items):
                terminal.wait_for("Enter: next step (1 of")
                terminal.type("a")
                terminal.wait_for("Enter: go on.")
                terminal.type("\r")
            terminal.wait_for(reply.prompt.text, f"Enter: {reply.prompt.enter}")
        assert f"You have finished: {lesson.title}." in terminal.everything.replace("\n", " ")
        terminal.type("quit\r")
        assert terminal.wait_for_end() == 0


def test_a_trace_is_stepped_through_while_the_screen_is_resized(tmp_path: Path) -> None:
    with start(tmp_path, LARGE, "learn", "1") as terminal:
        terminal.wait_for("1 of 10")
        terminal.type("GET /\r")
        terminal.wait_for(
            "▶ request   ...   ...   ...", "Enter: next step (1 of 4).   Left back, End all, e edit"
        )
        assert not any("def home" in line or "view" in line for line in terminal.lines)
        terminal.type("\r\x1b[C")
        terminal.wait_for("▶ view", ">7  def home():", "(3 of 4)")
        terminal.resize(*SMALL)
        terminal.wait_for("3 view", "def home():", "Enter: next step (3 of 4).")
        assert max(map(len, terminal.lines)) <= 40
        terminal.type(" ")
        terminal.wait_for("4 response", "Enter: go on.")
        assert any(line.startswith(" 1 request") for line in terminal.lines)
        terminal.resize(*WIDE)
        terminal.wait_for("THE REQUEST SO FAR", "▶  4  response    200 OK", "HEADERS")
        terminal.type("\x1b[D")
        terminal.wait_for("▶  3  view", "(3 of 4)", "4  ...")
        terminal.type("\x1b")
        terminal.wait_for("Right.", "1 of 10")
        assert "200 OK   GET /" in terminal.everything


def test_the_way_out_is_tried_with_one_key_and_what_is_pasted_or_typed_is_kept(tmp_path: Path) -> None:
    with start(tmp_path, WIDE, "learn", "1/name") as terminal:
        terminal.wait_for("4 of 10")
        terminal.type("a\r")
        terminal.wait_for("you said 200", "a 200 (yours)   b 404   c 500")
        terminal.type("\x1b[F")
        terminal.wait_for("Would match: GET /latest   t tries it", "You said 200; it is 404.")
        terminal.type("t")
        terminal.wait_for("GET /latest", "(1 of")
        terminal.type("\x1b[200~GET /status\x1b[201~")
        terminal.wait_for("> GET /status")
        terminal.type("\r")
        terminal.wait_for("GET /status", "(1 of 4)")
        terminal.type("get /nope")
        terminal.wait_for("200 OK   GET /status", "> get /nope", "4 of 10")
        terminal.type("\x15")
        terminal.type("quit\r")
        assert terminal.wait_for_end() == 0


def test_what_is_typed_while_an_app_loads_stands_at_the_prompt_and_not_over_what_is_waited_for(
    tmp_path: Path,
) -> None:
    loads, editor = tmp_path / "loads", tmp_path / "editor.py"
    waits = (
        "from pathlib import Path\nfrom time import sleep\n"
        f"while not Path({str(loads)!r}).exists():\n    sleep(0.01)\n"
    )
    app = write_app(tmp_path, f"{waits}{APP}")
    editor.write_text("import sys\nprint('TO:', sys.stdin.readline())\n")
    with start(
        tmp_path / "home", LARGE, "play", "-A", str(app), VISUAL=f"{sys.executable} {editor}"
    ) as terminal:
        terminal.wait_for("Waiting for")
        assert not terminal.shows_keys
        terminal.type("GET /to")
        loads.touch()
        terminal.wait_for("> GET /to")
        terminal.type("\x15edit\r")
        terminal.wait_until(lambda: terminal.shows_keys)
        terminal.type("the editor\r")
        terminal.wait_for("TO: the editor")
        terminal.type("quit\r")
        assert terminal.wait_for_end() == 0
        assert terminal.shows_keys


def test_control_c_clears_the_line_and_stops_a_view(tmp_path: Path) -> None:
    running = tmp_path / "running"
    loop = f"\n\n@app.route('/loop')\ndef loop():\n    open({str(running)!r}, 'w').close()\n    while True:\n        sleep(0.01)\n"
    folder = write_app(tmp_path / "app", "from time import sleep\n" + APP + loop).parent
    with start(tmp_path / "home", LARGE, "play", "-A", str(folder / "app.py"), own_python=True) as terminal:
        terminal.wait_for("Enter: show the routes.")
        terminal.type("GET /nope")
        terminal.wait_for("> GET /nope")
        terminal.type("\x03")
        terminal.wait_for("> GET /nope >", "Enter: show the routes.")
        terminal.type("GET /loop\r")
        terminal.wait_until(running.exists)
        terminal.wait_for("Waiting for GET /loop, at most 30 s. Ctrl-C stops it.")
        terminal.type("\x03")
        terminal.wait_for("Ctrl-C ended the request", "Enter: send the last request again.")
        assert "Waiting" not in terminal.everything
        terminal.type("\x04")
        assert terminal.wait_for_end() == 0


def test_an_app_that_never_ends_to_load_does_not_stop_the_prompt(tmp_path: Path) -> None:
    folder = write_app(tmp_path / "app", APP).parent
    loop = tmp_path / "loading"
    with start(tmp_path / "home", LARGE, "play", "-A", str(folder / "app.py")) as terminal:
        terminal.wait_for("Enter: show the routes.")
        write_app(
            folder, f"open({str(loop)!r}, 'w').close()\nimport time\nwhile True:\n    time.sleep(0.01)\n"
        )
        terminal.wait_until(loop.exists)
        terminal.type("\x03")
        terminal.wait_for("app.py was saved", "Ctrl-C was pressed while the app was loading")
        terminal.type("GET /to")
        terminal.wait_for("> GET /to")
        terminal.type("\x03")
        write_app(folder, APP)
        terminal.wait_for("and the app was reloaded")
        terminal.type("GET /\r")
        terminal.wait_for("200 OK")


def test_killed_in_the_middle_of_a_lesson_the_next_start_resumes(tmp_path: Path) -> None:
    with start(tmp_path, LARGE, "learn", "2") as terminal:
        terminal.wait_for("1 of 11")
        terminal.type("GET /user/alice\r")
        terminal.wait_for("Right.")
        terminal.type("\r")
        terminal.wait_for("2 of 11")
        terminal.type("a\r")
        terminal.wait_for("next step")
        terminal.kill()
    with start(tmp_path, LARGE) as terminal:
        terminal.wait_for("2 of 11 pages, 2 done", "Enter: go on with lesson 2, Dynamic segments.")
        terminal.type("\r")
        terminal.wait_for("2 of 11")


def test_the_menu_names_the_variable_and_the_bottom_line_begins_with_enter(tmp_path: Path) -> None:
    with start(tmp_path, LARGE, "learn", "2") as terminal:
        terminal.wait_for("1 of 11", "Enter: show the task again.")
        assert terminal.lines[-1].startswith("Enter: ")
        terminal.type("GET /us")
        terminal.wait_for("/user/<username>", "show_album")
        terminal.type("\x15routes\r")
        terminal.wait_for("The router decides segment by segment", "Dynamic segments, 1 of 11")
        assert terminal.lines[-2].strip() == ">", "no row stands empty above the bottom line"


def test_a_lesson_from_elsewhere_asks_once(tmp_path: Path) -> None:
    lesson = write_lesson(tmp_path / "theirs")
    home = tmp_path / "home"
    with start(home, LARGE, "learn", str(lesson)) as terminal:
        terminal.wait_for(str(lesson), "app.py", "lesson.md", "Run its code? (y/n)")
        terminal.type("n\r")
        assert terminal.wait_for_end() == 1
    with start(home, LARGE, "learn", str(lesson)) as terminal:
        terminal.wait_for("Run its code? (y/n)")
        terminal.type("\x04")
        assert terminal.wait_for_end() == 1
        assert "Traceback" not in terminal.everything
    with start(home, LARGE, "learn", str(lesson)) as terminal:
        terminal.wait_for("Run its code? (y/n)")
        terminal.type("y\r")
        terminal.wait_for("1 of 4")
    with start(home, LARGE, "learn", str(lesson)) as terminal:
        terminal.wait_for("1 of 4")
    (lesson / "app.py").write_text(APP + "\n# new\n", encoding="utf-8")
    with start(home, LARGE, "learn", str(lesson)) as terminal:
        terminal.wait_for("Run its code? (y/n)")


@pytest.mark.parametrize("arguments", [("learn", "1", "--plain"), ("learn", "1")])
def test_a_dumb_terminal_and_plain_mode_redraw_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    plain = "" if "--plain" in arguments else "1"
    with start(tmp_path, SMALL, *arguments, ROUTELAB_PLAIN=plain) as terminal:
        terminal.wait_for("Enter: show the task again.", "1 of 10")
        terminal.type("GET /\r")
        terminal.wait_for("Right.", "Enter: next page.")
        terminal.type("half\x03")
        terminal.wait_until(lambda: terminal.everything.partition("^C")[2].rstrip().endswith("\n>"))
        terminal.type("quit\r")
        assert terminal.wait_for_end() == 0
        assert "next step" not in terminal.everything


ROUND = """
    from flask import Flask, redirect
    app = Flask(__name__)

    @app.get("/down/<int:n>")
    def down(n):
        return redirect(f"/down/{n - 1}") if n else "there"
"""


def test_of_a_long_way_both_ends_are_stepped_through(tmp_path: Path) -> None:
    app = write_app(tmp_path, ROUND)
    with start(tmp_path, LARGE, "request", "--step", "-F", "-A", str(app), "GET", "/down/9") as terminal:
        for number in (9, 8, 1, 0):
            terminal.wait_for(f"GET /down/{number} ", "Enter: next step (1 of")
            terminal.type("q")
        terminal.wait_until(lambda: "6 more requests in between" in terminal.everything)
        assert terminal.wait_for_end() == 0


def test_request_steps_through_a_trace(tmp_path: Path) -> None:
    with start(tmp_path, SMALL, "request", "--step", "-A", "2", "GET", "/user/alice/photos") as terminal:
        terminal.wait_for("1 request", "Enter: next step (1 of 4).")
        terminal.type("\r")
        terminal.wait_for("2 match", "one segment too many")
        terminal.type("q")
        terminal.wait_for("-v shows all.")
        assert terminal.wait_for_end() == 0


def test_a_single_request_is_played_and_its_way_out_tried(tmp_path: Path) -> None:
    with start(tmp_path, WIDE, "request", "--step", "-A", "1", "GET", "/latest_tracks") as terminal:
        terminal.wait_for("▶  1  request", "Enter: next step (1 of 4)")
        terminal.type("a")
        terminal.wait_for("Would match: GET /latest   t tries it")
        terminal.type("t")
        terminal.wait_until(lambda: terminal.lines[0].rstrip().endswith("GET /latest"))
        terminal.type("\x1b")
        assert terminal.wait_for_end() == 0
        assert "500 INTERNAL SERVER ERROR   GET /latest" in terminal.everything
