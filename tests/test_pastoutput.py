"""What comes through a worker's third pipe: where the code was, when a watchdog looked."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

import routelab
from routelab.process.pastoutput import PastOutput
from support import ENGINES, lab_of
from tables import each
from truth.shown import plain

DUMP = b'Timeout (0:00:05)!\nThread 0x01 (most recent call first):\n  File "/app.py", line 7 in home\n'


def mark(word: str) -> bytes:
    return f"\x1ethe-token {word}\x1f".encode()


@each("piece", [1, 7, 1000])
def test_where_the_code_was_is_known_until_the_next_message(piece: int) -> None:
    """Also where it ended at last, and no answer came of it before its time was over."""
    past = PastOutput("the-token")

    def fed(data: bytes) -> list[int | None]:
        for at in range(0, len(data), piece):
            past.feed(data[at : at + piece])
        return [frame.line for frame in past.frames]

    assert fed(mark("begin 1") + mark("step 3") + b"hello" + DUMP) == [7]
    assert fed(mark("step") + mark("end 1")) == [7]
    assert past.take() == {3: "hello"}
    assert (past.reached(1), past.begun(2)) == (True, False)
    assert fed(mark("begin 2")) == []
    assert past.begun(2)


@each("at", range(len(b"Timeout (0:00:05)!"), len(DUMP)))
def test_the_code_may_go_on_while_the_watchdog_writes(at: int) -> None:
    """A process that was not scheduled for a while does what both limits ask for at once."""
    past = PastOutput("the-token")
    past.feed(mark("begin 1") + mark("step 3") + DUMP[:at] + mark("step") + DUMP[at:] + mark("end 1"))
    assert past.take() == {}
    assert [frame.line for frame in past.frames] == [7]


@pytest.mark.parametrize("piece", [1, 5, 1000])
def test_what_begins_as_a_dump_does_and_is_none_is_kept(piece: int) -> None:
    past = PastOutput("the-token")
    said = b"Timeout (0 seconds left) Timeout (" + b"x" * 10_000
    for at in range(0, len(said), piece):
        past.feed(said[at : at + piece])
    past.feed(DUMP)
    assert past.take() == {None: said.decode()[:10_000] + "\n... and 34 bytes more"}
    assert [frame.line for frame in past.frames] == [7]


@each("word", ["begin", "end", "step", "end x", "begin ²", "end " + "9" * 5000, "nothing 1"])
def test_a_mark_that_an_app_forged_is_passed_over(word: str) -> None:
    past = PastOutput("the-token")
    past.feed(mark("begin 1") + mark(word) + mark("end 1") + b"after")
    assert (past.begun(2), past.reached(1), past.reached(2)) == (False, True, False)
    assert past.take() == {None: "after"}


PACKAGE = Path(inspect.getfile(routelab)).parent
WARNING = "RuntimeWarning: coroutine 'later' was never awaited\n"
APPS_OWN = f"/home/ann/app.py:5: {WARNING}  later()\n"


@each("file", ["record.py", "routing/search.py", "tracing/watching/calls/stages.py", "engine/app.py"])
def test_a_warning_that_falls_on_a_line_of_routelabs_names_none(file: str) -> None:
    past = PastOutput("the-token")
    ours = f"{PACKAGE / file}:235: {WARNING}  return _WRITERS[type(thing)](thing, extent)\n"
    bundled = f"{PACKAGE / 'lessons' / 'bundled' / '01' / 'app.py'}:5: {WARNING}  later()\n"
    past.feed(f"a\n{ours}{APPS_OWN}{ours}  b\n{bundled}".encode())
    assert past.take() == {None: f"a\n{WARNING}{APPS_OWN}{WARNING}  b\n{bundled}"}


def frame(file: Path | str, *below: str, comma: str = ",") -> str:
    return f'  File "{file}", line 7{comma} in home\n' + "".join(f"    {line}\n" for line in below)


def test_a_stack_that_an_app_writes_has_no_frame_of_routelabs() -> None:
    past = PastOutput("the-token")
    ours, app = PACKAGE / "worker" / "loop.py", "/home/ann/app.py"
    shown = [
        f"before\n{frame(app, 'show()')}",
        frame(PACKAGE / "lessons" / "bundled" / "01" / "app.py", "show()"),
    ]
    written = [
        frame(ours, "run(", "~~~^"),
        shown[0],
        frame(ours),
        frame(ours, comma=""),
        shown[1],
        frame(ours, "run()"),
    ]
    past.feed("".join(written).encode())
    assert past.take() == {None: "".join(shown)}


UNAWAITED = """
import gc
from flask import Flask
app = Flask(__name__)
async def later():
    return 1
@app.route("/")
def home():
    gc.set_threshold(5)  # objects: so it runs all the time
    kept = [later()]
    kept.append(kept)
    return "home"
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_where_the_collector_runs_is_no_place(tmp_path: Path, engine: str) -> None:
    with lab_of(tmp_path, UNAWAITED, engine) as lab:
        shown = "".join(plain(lab.send("GET /"), verbose=True) for _ in range(20))
    assert "was never awaited" in shown
    assert str(PACKAGE) not in shown
