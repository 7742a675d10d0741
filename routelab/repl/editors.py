"""Opens the learner's file in the editor that was chosen.

It must not know lessons, nor how an editor is chosen.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from routelab.learner.editors import Editors
from routelab.repl.terminalmode import terminal_mode

_STOPPED = (-signal.SIGINT, 128 + signal.SIGINT)  # by Ctrl-C: itself, or what a script around it says of it


def open_file(file: Path, editors: Editors, remembered: str | None = None) -> str | None:
    """Open a file, and return what is to be said where that did not work."""
    editor = editors.chosen(remembered)
    if editor is None:
        return f"No editor was found. Open {file} yourself, or choose one: {editors.to_choose}"
    command = [*editor.command, str(file)]
    try:
        if editor.waits:
            return _ended(editor.command[0], _wait_for(command))
        quiet = subprocess.DEVNULL
        subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
    except OSError as error:
        return (
            f"{editor.command[0]} cannot be started ({error.strerror or error}). Open {file} yourself, "
            f"or choose another: {editors.to_choose}"
        )
    return None


def _wait_for(command: Sequence[str]) -> int:
    with _control_c_is_the_editors(), terminal_mode(sys.stdin, on="ECHO"):
        return subprocess.run(command, check=False).returncode


def _ended(name: str, code: int) -> str | None:
    if code in _STOPPED:
        return f"{name} was stopped by Ctrl-C."
    return f"{name} ended with exit code {code}." if code else None


@contextmanager
def _control_c_is_the_editors() -> Iterator[None]:
    """Leave Ctrl-C to the editor: what waits for it here would end it, with all that was not saved."""
    before = signal.signal(signal.SIGINT, lambda *_: None)  # an ignored signal would be ignored there, too
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
