"""Nothing that is typed, offered, suggested or said below a prompt steers the terminal that it is typed in."""

from __future__ import annotations

import sys
import unicodedata
from io import StringIO
from pathlib import Path

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.layout.screen import Char
from prompt_toolkit.output.vt100 import Vt100_Output

from hostile.steering import STEERING, raw
from routelab.repl.characters import draw_escapes
from routelab.repl.terminal import RichTerminal
from routelab.session.reply import Prompt
from sessions import Home

TYPED = "".join(each for each in STEERING if each not in "\r\n\x1b\x07\t")


def test_every_character_that_steers_is_drawn_as_something_else() -> None:
    draw_escapes()
    for number in range(sys.maxunicode + 1):
        if unicodedata.category(chr(number)) in ("Cc", "Cf", "Zl", "Zp"):
            assert raw(Char(chr(number)).char) == set(), hex(number)
    assert Char("\u202e").width == len("\\u202e")
    assert [Char(each).char for each in "aé北\xa0"] == ["a", "é", "北", " "]


@pytest.mark.sockets
def test_a_prompt_with_all_that_stands_around_it(tmp_path: Path) -> None:
    history = tmp_path / "history"
    history.mkdir()
    session = Home(folder=tmp_path).session()
    (history / f"{session.place.history_name}.txt").write_text(
        f"\n# 2031-05-06\n+{TYPED}{TYPED}\n", encoding="utf-8", errors="surrogatepass"
    )
    written = StringIO()
    written.isatty = lambda: True  # type: ignore[method-assign]
    target = Vt100_Output(written, lambda: Size(rows=30, columns=200), term="xterm", enable_cpr=False)
    with create_pipe_input() as pipe:
        terminal = RichTerminal(session, history, source=pipe, target=target)
        pipe.send_text("\r")
        prompt = Prompt(place=STEERING, headers=(STEERING,), enter=STEERING, others=(STEERING,))
        assert terminal.read(prompt, TYPED) == TYPED
    shown = written.getvalue()
    assert "u202e" in shown
    assert "u200f" in shown
    assert raw(shown.replace("\r", ""), own=True) == set()
