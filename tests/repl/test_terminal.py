"""The editing terminal, driven through prompt-toolkit's own pipe: whole lessons, keys, menus, saved files."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prompt_toolkit.application import Application
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from effort import chosen
from routelab.repl.conversation import converse
from routelab.repl.terminal import RichTerminal
from routelab.session.reply import Reply, TraceShown
from routelab.session.session import Session
from sessions import SOLUTION, TAUGHT, Edit, Home, bundled_lesson, kinds, moves_through, said, write_lesson

pytestmark = pytest.mark.sockets


class Recorded(RichTerminal):
    """The terminal, with a record of what it was given to show."""

    def __init__(self, session: Session, history: Path | None, pipe: PipeInput) -> None:
        super().__init__(session, history, source=pipe, target=DummyOutput())
        self.shown: list[Reply] = []
        # Seconds until Esc is the key, and not the beginning of an arrow's code: those come whole here.
        self._prompt.app.ttimeoutlen = 0.02

    @property
    def has_menu(self) -> bool:
        return self._prompt.default_buffer.complete_state is not None

    @property
    def suggestion(self) -> str:
        found = self._prompt.default_buffer.suggestion
        return found.text if found else ""

    @property
    def line(self) -> str:
        return self._prompt.default_buffer.text

    @property
    def recalls(self) -> bool:
        """Whether lines typed before can be had again: they are loaded once the prompt is there."""
        return len(self._prompt.default_buffer._working_lines) > 1

    def show(self, reply: Reply) -> None:
        self.shown.append(reply)
        super().show(reply)


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routelab.repl.terminal._LOOK_EVERY", 0.02)


@contextmanager
def terminal_of(session: Session, history: Path | None = None) -> Iterator[tuple[Recorded, PipeInput]]:
    with create_pipe_input() as pipe:
        yield Recorded(session, history, pipe), pipe


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@contextmanager
def typing(pipe: PipeInput, keys: Callable[[], None]) -> Iterator[None]:
    """Type in the background and then leave, also where typing failed: a prompt would wait for ever."""

    def type_all() -> None:
        try:
            keys()
        finally:
            pipe.send_text("\x15quit\r\x15\x04")

    thread = threading.Thread(target=type_all)
    thread.start()
    yield
    thread.join()


def keys_for(session: Session, moves: Iterator[str | Edit]) -> Iterator[str | Edit]:
    """Add the keys that see each played trace to its end: all of it, then on."""
    for move in moves:
        yield move
        if isinstance(move, Edit):
            move.make()
            session.look()
            continue
        reply = session.answer(move)
        if any(isinstance(item, TraceShown) and item.stepwise for item in reply.items):
            yield "a"


def typed(session: Session, text: str, *, history: Path | None = None) -> Recorded:
    """Type all of a text, keys included, then leave."""
    with terminal_of(session, history) as (terminal, pipe):
        pipe.send_text(text + "\x15quit\r\x15\x04")
        converse(session, terminal, "1")
    return terminal


@pytest.mark.parametrize("number", chosen(TAUGHT, (1,)))  # more of them are through a pipe
def test_a_lesson_is_finished_at_the_prompt(
    tmp_path: Path, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = bundled_lesson(number)
    key = lesson.name.partition("-")[2]
    twin, home = Home(folder=tmp_path / "twin"), Home(folder=tmp_path / "home")
    other = twin.session()
    other.opening(str(number))
    moves = list(keys_for(other, moves_through(lesson, twin.folder / "work" / key)))
    session = home.session()
    with terminal_of(session) as (terminal, pipe):

        def type_moves() -> None:
            answered = 1
            for move in moves:
                wait_until(lambda wanted=answered: len(terminal.shown) >= wanted)  # type: ignore[misc]
                if isinstance(move, Edit):
                    type(move)(folder=move.folder, work=home.folder / "work" / move.work.name).make()
                    answered += session.has_news()  # the save is told by itself
                else:
                    pipe.send_text(f"{move}\r")
                    answered += move != "a"
            wait_until(lambda: len(terminal.shown) >= answered)

        with typing(pipe, type_moves):
            converse(session, terminal, str(number))
    assert f"You have finished: {lesson.title}." in capsys.readouterr().out


@pytest.fixture
def small(tmp_path: Path) -> Session:
    return Home(folder=tmp_path / "home").session(write_lesson(tmp_path / "small"))


KEYS = [
    ("up and down at the first prompt", "\x1b[A\x1b[B\x1b[D\x1b[C\r", ["PageShown", "TaskShown"]),
    ("Ctrl-C clears the line", "GET /nope\x03GET /\r", ["TraceShown"]),
    ("a paste of two lines", "\x1b[200~GET /\nGET /token\n\x1b[201~\r", ["TraceShown", "TraceShown"]),
    ("half a request, sent by Enter", "get token\r\r", ["TraceShown"]),
    ("an offered line, edited", "get token\r\x1b[C?x=1\r", ["TraceShown"]),
    ("an offered line, gone on with", "get token\r\t?x=1\r", ["TraceShown"]),
    ("an offered line, typed over", "get nothing\rGET /token\r", ["TraceShown"]),
    ("an offered line, pasted over", "get nothing\r\x1b[200~GET /token\x1b[201~\r", ["TraceShown"]),
    ("an offered line, deleted", "get nothing\r\x1b[3~GET /token\r", ["TraceShown"]),
    ("an offered line, discarded", "get nothing\r\x15GET /token\r", ["TraceShown"]),
    ("a line to begin with, typed over", "get\rGET token\r\r", ["TraceShown"]),
    ("a line to begin with, gone on with", "get\r\ttoken\r", ["TraceShown"]),
]


@pytest.mark.parametrize(("about", "keys", "expected"), KEYS)
def test_keys(small: Session, about: str, keys: str, expected: list[str]) -> None:
    shown = typed(small, keys).shown
    assert expected in [[kind for kind in kinds(reply) if kind != "Message"] for reply in shown[1:]], about


def test_tab_completes(small: Session) -> None:
    with terminal_of(small) as (terminal, pipe):

        def complete() -> None:
            wait_until(lambda: len(terminal.shown) == 1)
            pipe.send_text("rout")
            wait_until(lambda: terminal.has_menu)
            pipe.send_text("\t")
            wait_until(lambda: terminal.line == "routes")
            pipe.send_text("\r")
            wait_until(lambda: len(terminal.shown) == 2)

        with typing(pipe, complete):
            converse(small, terminal, "1")
    assert kinds(terminal.shown[1]) == ["RoutesShown"]


def test_control_d_leaves(small: Session) -> None:
    with terminal_of(small) as (terminal, pipe):
        pipe.send_text("\x04")
        converse(small, terminal, "1")
    assert [said(reply) for reply in terminal.shown[1:]] == ["Saved. routelab learn continues here."]


def test_escape_closes_the_menu_and_keeps_the_line(small: Session) -> None:
    with terminal_of(small) as (terminal, pipe):

        def close() -> None:
            wait_until(lambda: len(terminal.shown) == 1)
            pipe.send_text("rout")
            wait_until(lambda: terminal.has_menu)
            pipe.send_text("\x1b")
            wait_until(lambda: not terminal.has_menu)
            assert terminal.line == "rout"
            pipe.send_text("es\r")
            wait_until(lambda: len(terminal.shown) == 2)

        with typing(pipe, close):
            converse(small, terminal, "1")
    assert kinds(terminal.shown[1]) == ["RoutesShown"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no job control")
def test_control_z_stops_the_program_and_keeps_the_line(
    small: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[bool] = []
    monkeypatch.setattr(Application, "suspend_to_background", lambda _self: stopped.append(True))
    shown = typed(small, "GET /\x1a\rstep\r\x1aa\r").shown
    assert len(stopped) == 2
    assert kinds(shown[1]) == ["TraceShown"]


def test_control_c_gives_up_a_question(small: Session) -> None:
    shown = typed(small, "skip\rsolution\r\x03y\r").shown
    assert "Show the solution" in said(shown[2])
    assert "y" not in shown[3].prompt.others
    assert shown[3].prompt.others == shown[1].prompt.others
    assert "This request does it" not in "".join(said(reply) for reply in shown)


def test_control_c_twice_in_a_row_says_the_way_out(small: Session) -> None:
    told = ["Ctrl-D, leaves" in said(reply) for reply in typed(small, "GET\x03\x03\x03GET /\r\x03").shown]
    assert told[1:6] == [False, True, True, False, False]


def test_control_c_while_an_editor_is_open_leads_on(small: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_self: Recorded, _file: Path) -> str | None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Recorded, "open_editor", interrupted)
    shown = typed(small, "edit\rGET /\r").shown
    assert "Stopped." in said(shown[2])
    assert "TraceShown" in kinds(shown[3])


def test_control_d_on_a_half_typed_line_loses_nothing(small: Session) -> None:
    assert kinds(typed(small, "GET /\x04\r").shown[1]) == ["TraceShown"]


def test_history_is_kept_for_each_lesson(tmp_path: Path) -> None:
    home, lesson, history = (
        Home(folder=tmp_path / "home"),
        write_lesson(tmp_path / "small"),
        tmp_path / "history",
    )
    typed(home.session(lesson), "GET /token\r", history=history)
    (file,) = history.iterdir()
    assert "+GET /token" in file.read_text()
    again = typed(home.session(lesson), "\x1b[A\x1b[A\r", history=history)
    assert "TraceShown" in kinds(again.shown[1])


RECALLED = [
    ("the line before", "\x1b[A", "GET /token"),
    ("what is suggested from it", "GET /t", "GET /token"),
]


@pytest.mark.parametrize("writable", [True, False])
@pytest.mark.parametrize(("about", "keys", "line"), RECALLED)
def test_history_gives_back(
    small: Session, tmp_path: Path, about: str, keys: str, line: str, writable: bool
) -> None:
    history = tmp_path / "history"
    if not writable:
        history.write_text("no folder")
    with terminal_of(small, history) as (terminal, pipe):

        def recall() -> None:
            wait_until(lambda: len(terminal.shown) == 1)
            pipe.send_text("GET /token\r")
            wait_until(lambda: len(terminal.shown) == 2 and terminal.line == "" and terminal.recalls)
            pipe.send_text(keys)
            wait_until(lambda: terminal.line == line or terminal.suggestion == line.removeprefix(keys))
            pipe.send_text("\x05\r")
            wait_until(lambda: len(terminal.shown) == 3)

        with typing(pipe, recall):
            converse(small, terminal, "1")
    assert kinds(terminal.shown[2]) == ["TraceShown"], about


@pytest.mark.parametrize("switch", ["completion", "bottom-line", "highlighting"])
def test_each_can_be_switched_off(small: Session, switch: str) -> None:
    shown = typed(small, f"switch {switch}\rrou\tGET /\x15GET /\r").shown
    assert not small.learner.settings.is_on(switch)
    assert "TraceShown" in kinds(shown[2])


SAVED_OVER = {
    "half a request": ("GET /post", "/-7\r"),
    "a line that stands ready, typed over": ("get post/1\r", "GET /post/-7\r"),
}


@pytest.mark.parametrize(("typed", "then"), SAVED_OVER.values(), ids=list(SAVED_OVER))
def test_what_was_typed_comes_back_after_a_save(tmp_path: Path, typed: str, then: str) -> None:
    home = Home(folder=tmp_path / "home")
    session = home.session(write_lesson(tmp_path / "small"))
    with terminal_of(session) as (terminal, pipe):

        def type_and_save() -> None:
            wait_until(lambda: len(terminal.shown) == 1)
            pipe.send_text(typed)
            shown = 1 + typed.count("\r")
            wait_until(lambda: len(terminal.shown) == shown and terminal.line.startswith("GET /post"))
            (work,) = (home.folder / "work").iterdir()
            (work / "app.py").write_text(SOLUTION, encoding="utf-8")
            wait_until(lambda: len(terminal.shown) == shown + 1)
            pipe.send_text(then)
            wait_until(lambda: len(terminal.shown) == shown + 2)

        with typing(pipe, type_and_save):
            converse(session, terminal, "1/mend")
    assert kinds(terminal.shown[-3])[0] == "CheckReport"
    (trace,) = [item.trace for item in terminal.shown[-2].items if isinstance(item, TraceShown)]
    assert (trace.request.path, trace.response and trace.response.status) == ("/post/-7", 200)
