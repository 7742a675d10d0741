"""Opens the learner's file in the editor that was chosen.

It must not know lessons, nor how an editor is chosen.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from routelab.learner.editors import Editors


def open_file(file: Path, editors: Editors, remembered: str | None = None) -> str | None:
    """Open a file, and return what is to be said where that did not work."""
    editor = editors.chosen(remembered)
    if editor is None:
        return f"No editor was found. Open {file} yourself, or choose one: {editors.to_choose}"
    command = [*editor.command, str(file)]
    try:
        if editor.waits:
            code = subprocess.run(command, check=False).returncode
            return f"{editor.command[0]} ended with exit code {code}." if code else None
        quiet = subprocess.DEVNULL
        subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
    except OSError as error:
        return (
            f"{editor.command[0]} cannot be started ({error.strerror or error}). Open {file} yourself, "
            f"or choose another: {editors.to_choose}"
        )
    return None
