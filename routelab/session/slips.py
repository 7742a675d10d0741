"""Lines that are meant for somewhere else, or are nearly a request: what is said, and what is offered.

It looks at text alone: it must not know the app, the lesson, nor what a command does.
"""

from __future__ import annotations

import re

from routelab.session.lines import METHODS, offered
from routelab.session.reply import Reply, saying

_PYTHON = re.compile(
    r"from\s+[\w.]+\s+import\b|import\s+\w|(?:async\s+)?def\s+\w+\s*\(|class\s+\w+\s*[(:]|@\w[\w.]*(?:\(|$)"
    r"|return\b|(?:if|elif|for|while|with)\s.*:$|(?:else|try|finally):$|except\b.*:$"
    r"|print\s*\(|\w+(?:\.\w+)*\s+=\s+\S|\w+\.\w+\("
).match
_SERVERS = {"python", "python3", "py", "flask", "gunicorn", "waitress-serve"}
_EDITORS = {"nano", "vim", "vi", "emacs", "notepad", "notepad++", "gedit"}
_SHELL = {
    "pip", "pip3", "cd", "ls", "dir", "cat", "mkdir", "touch", "rm", "git", "sudo", "export", "wget",
    "routelab",
}  # fmt: skip
_CLEARS = {"clear", "cls"}
_METHOD = "|".join(METHODS)
_GLUED = re.compile(rf"({_METHOD})(/.*)").fullmatch
_SWAPPED = re.compile(rf"(/\S*)\s+({_METHOD})").fullmatch
_BACKSLASHES = re.compile(rf"((?:{_METHOD})\s+)?(\\\S+)(.*)", re.IGNORECASE).fullmatch
_QUOTED = re.compile(
    rf"(?:{_METHOD})\s+[“”„‟«»‘’‚‛´]|url_for\b[^'\"]*[“”„‟«»‘’‚‛´]", re.IGNORECASE
).match  # of a path, or first in a call
_PLAIN_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚‛´", "'"))
_STATUS_LINE = re.compile(r"HTTP/\d(?:\.\d)? \d{3}\b").match
_HEADER = re.compile(
    r"(?:[A-Za-z]+(?:-[A-Za-z]+)+|Host|Accept|Cookie|Origin|Referer|Authorization|Location|Connection|Date|Server"
    r"|Allow|Vary):(?: |$)"
).match
_DATA = re.compile(r"[A-Za-z_][\w-]*(?:==|:=|=)[^\s=]\S*").fullmatch
_TRACEBACK = re.compile(
    r"Traceback \(most recent|File \"[^\"]*\", line \d+|[\w.]*(?:Error|Exception|Warning)(?::|$)|[\^~ ]+$"
).match
_CODE = re.compile(r"R\d{3}", re.IGNORECASE).fullmatch
# What says the same as a word of ours, to those whose language it is.
_SPOKEN = {
    "hilfe": "help",
    "aide": "help",
    "ayuda": "help",
    "beenden": "quit",
    "ende": "quit",
    "salir": "quit",
}


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
    if word in _CLEARS and not rest:
        return "Ctrl-L clears the screen."
    if word in _SHELL:
        return f"{word!r} is a command of your shell. quit leads back there."
    return None


def nearly_a_request(text: str) -> Reply | None:
    """Offer the request that a line is but for its writing; None of any other line."""
    if _QUOTED(text):
        said = (
            "Those are quotes of a word processor. Here is the line with plain ones. Press Enter to send it:"
        )
        return offered(said, text.translate(_PLAIN_QUOTES))
    if found := _GLUED(text):
        said = "A space belongs between method and path. Press Enter to send it:"
        return offered(said, f"{found[1]} {found[2]}")
    if found := _SWAPPED(text):
        return offered("The method comes first. Press Enter to send it:", f"{found[2]} {found[1]}")
    if found := _BACKSLASHES(text):
        path = found[2].replace("\\", "/")
        said = "A path is written with slashes. Here is the corrected line. Press Enter to send it:"
        return offered(said, f"{found[1] or 'GET '}{path}{found[3]}")
    if _STATUS_LINE(text):
        return _said("That is the first line of a response. Here you type requests, as in: GET /")
    return None


def part_of_something(text: str) -> Reply | None:
    """Say what a line is a part of, and where it belongs; None of any other line."""
    if _HEADER(text):
        name = text.partition(":")[0]
        return _said(
            f"That is a header. Headers follow the request they belong to, as in: GET / {name}:value"
        )
    if _DATA(text):
        return _said(f"That is data. Data follows the request it belongs to, as in: POST / {text}")
    if _TRACEBACK(text):
        return _said(
            "That is part of a traceback. Its last line says what went wrong, and the line above it where; "
            "a request to the app shows the same here."
        )
    if _CODE(text):
        return offered("That is the code of a mistake. Its page is shown by:", f"explain {text.upper()}")
    if (word := _SPOKEN.get(text.casefold())) is not None:
        return offered("The words here are English:", word)
    return None


def _said(text: str) -> Reply:
    return saying(text, understood=False)
