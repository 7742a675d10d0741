"""Lines that beginners type at the prompt and that belong elsewhere: Python in a file, commands in a shell.

It must not know the place of a session, nor any app.
"""

from __future__ import annotations

import re

_PYTHON = re.compile(
    r"from\s+[\w.]+\s+import\b|import\s+\w|(?:async\s+)?def\s+\w+\s*\(|class\s+\w+\s*[(:]|@\w[\w.]*(?:\(|$)"
    r"|return\b|print\s*\(|\w+(?:\.\w+)*\s+=\s+\S|\w+\.\w+\("
).match
_SERVERS = {"python", "python3", "py", "flask", "gunicorn", "waitress-serve"}
_EDITORS = {"nano", "vim", "vi", "emacs", "notepad", "notepad++", "gedit"}
_SHELL = {"pip", "pip3", "cd", "ls", "dir", "cat", "mkdir", "touch", "rm", "git", "sudo", "export", "wget"}


def belongs_elsewhere(text: str) -> str | None:
    """Say where a line belongs that is not for this prompt; None of any other line.

    from flask import Flask     into the app's file
    flask run                   nowhere: there is no server
    """
    if _PYTHON(text):
        return "That is Python, so it belongs in the app's file: edit opens it."
    first, _, rest = text.partition(" ")
    word = first.casefold()
    if word in _SERVERS and (rest or word.startswith("py")):
        return "No server has to be started here: a request goes straight to your app. For example: GET /"
    if word in _EDITORS:
        return "To open the app's file, type: edit"
    if word in _SHELL:
        return f"{word} is a command of your shell. quit leads back there."
    return None
