"""Plain lines in, plain lines out: without a terminal, for screen readers, and where nothing can be redrawn.

It edits and colours nothing, and must not import prompt-toolkit or rich.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from routelab.screen.plain import lines
from routelab.screen.shown.replies import reply_blocks
from routelab.screen.telling import for_readers_of
from routelab.screen.text import escape
from routelab.session.reply import Prompt, Reply
from routelab.streams import InputLost


class PipedTerminal:
    """Reads lines from `source` and writes to `target`.

    `echo` writes each line that was read, since a script's lines are seen nowhere else. `has_news` is asked
    before each prompt, `edit` opens a file where somebody sits in front of it.
    """

    def __init__(
        self,
        source: TextIO,
        target: TextIO,
        *,
        echo: bool,
        has_news: Callable[[], bool],
        edit: Callable[[Path], str | None] | None = None,
    ) -> None:
        self._source = source
        self._target = target
        self._echo = echo
        self._has_news = has_news
        self._edit = edit

    def show(self, reply: Reply) -> None:
        """Write everything, one sentence a line; a terminal gets them broken between words."""
        for line in lines(reply_blocks(reply.items), for_readers_of(self._target)):
            self._write(f"{line}\n")
        self._target.flush()

    def read(self, prompt: Prompt, line: str) -> str | None:
        """Read one line; on an empty one, a line that was offered counts as typed."""
        if self._has_news():
            return None
        if line:
            self._write(f"{line}\n")
        enter = "send that" if line else prompt.enter
        self._write(f"{prompt.replace(enter=enter).bottom()}\n{prompt.text}")
        typed = self._line()
        if not typed.strip() and self._has_news():
            return None
        return typed if typed.strip() or not line else line

    def read_more(self) -> str:
        """Read the next line of a command that goes on."""
        self._write("... ")
        return self._line()

    def open_editor(self, file: Path) -> str | None:
        """Open a file where somebody sits in front of it; its path was shown already."""
        return self._edit(file) if self._edit is not None else None

    def _line(self) -> str:
        self._target.flush()
        try:
            typed = self._source.readline()
        except KeyboardInterrupt:
            self._write("\n")  # what follows begins on a line of its own
            raise
        except (OSError, UnicodeError) as error:
            self._write("\n")
            raise InputLost(error) from None
        if not typed:
            self._write("\n")
            raise EOFError
        typed = typed.rstrip("\r\n")
        if self._echo:
            self._write(f"{typed}\n")
        return typed

    def _write(self, text: str) -> None:
        self._target.write(escape(text))
