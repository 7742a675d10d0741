"""Which program opens the learner's file: their own choice, VS Code, or what the system opens files with.

It chooses and starts nothing; a terminal editor that nobody chose is only offered, never taken unasked.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Mapping

from routelab.record import Record

_OFFERED = ("nano", "vim", "vi", "editor")  # in the terminal; the first that is there
VARIABLES = ("VISUAL", "EDITOR")


class Editor(Record):
    """A command to which the file's path is added; `waits` is for one that may take over the terminal."""

    command: tuple[str, ...]
    waits: bool


class Editors(Record):
    """The editors of a machine: its environment, what finds a program by its name, and its platform."""

    environ: Mapping[str, str]
    platform: str
    which: Callable[[str], str | None] = shutil.which

    def chosen(self, remembered: str | None) -> Editor | None:
        """Choose by what is remembered, VISUAL, EDITOR, `code`, the system's opener; None where none is."""
        for command in (remembered, *(self.environ.get(name, "") for name in VARIABLES)):
            if words := self._split(command or ""):
                return Editor(command=words, waits=True)
        if code := self.which("code"):
            return Editor(command=(code,), waits=False)
        if self.platform == "darwin":
            return Editor(command=("open", "-t"), waits=False)
        if self.platform == "win32":
            return Editor(command=("notepad",), waits=False)
        # Without a desktop xdg-open would look for an editor in the terminal, often vi.
        desktop = self.environ.get("DISPLAY") or self.environ.get("WAYLAND_DISPLAY")
        opener = self.which("xdg-open") if desktop else None
        return Editor(command=(opener,), waits=False) if opener else None

    def offered(self, remembered: str | None) -> str | None:
        """Return the terminal editor to ask about, where none is chosen; None where there is none."""
        if self.chosen(remembered) is not None:
            return None
        return next((name for name in _OFFERED if self.which(name)), None)

    @property
    def to_choose(self) -> str:
        """What chooses an editor that is there: `set EDITOR=vim`; nano where none is known."""
        return f"set EDITOR={next((name for name in _OFFERED if self.which(name)), _OFFERED[0])}"

    def has(self, command: str) -> bool:
        """Tell whether the program of a command is there."""
        words = self._split(command)
        return bool(words) and self.which(words[0]) is not None

    def _split(self, command: str) -> tuple[str, ...]:
        try:
            return tuple(shlex.split(command, posix=self.platform != "win32"))
        except ValueError:  # an open quote
            return (command,)
