"""Which program opens the learner's file: their own choice, VS Code, or what the system opens files with.

It must not know lessons; it never chooses a terminal editor unasked.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """A command to which the file's path is added; `waits` is for one that may take over the terminal."""

    command: tuple[str, ...]
    waits: bool


def choose_editor(
    environ: Mapping[str, str], which: Callable[[str], str | None], platform: str
) -> Editor | None:
    """Choose by VISUAL, EDITOR, `code`, the system's opener; None where nothing opens files."""
    for name in ("VISUAL", "EDITOR"):
        if words := _split(environ.get(name, ""), platform):
            return Editor(command=words, waits=True)
    if code := which("code"):
        return Editor(command=(code,), waits=False)
    if platform == "darwin":
        return Editor(command=("open", "-t"), waits=False)
    if platform == "win32":
        return Editor(command=("notepad",), waits=False)
    # Without a desktop xdg-open would look for an editor in the terminal, often vi.
    desktop = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    opener = which("xdg-open") if desktop else None
    return Editor(command=(opener,), waits=False) if opener else None


def open_file(file: Path, environ: Mapping[str, str]) -> str | None:
    """Open a file, and return what is to be said where that did not work."""
    editor = choose_editor(environ, shutil.which, sys.platform)
    if editor is None:
        return "No editor is known here; open the file in yours, or set EDITOR."
    command = [*editor.command, str(file)]
    try:
        if editor.waits:
            code = subprocess.run(command, check=False).returncode
            return f"{editor.command[0]} ended with exit code {code}." if code else None
        quiet = subprocess.DEVNULL
        subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
    except OSError as error:
        return f"{editor.command[0]} cannot be started ({error.strerror or error}); open the file yourself."
    return None


def _split(command: str, platform: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(command, posix=platform != "win32"))
    except ValueError:  # an open quote
        return (command,)
