"""Requests as they are typed at the prompt: read, or what is wrong with them and the line that may be meant.

It knows how requests are written, and no app.
"""

from __future__ import annotations

import re
from pathlib import Path

from routelab.requestline.curl import from_curl
from routelab.requestline.errors import Fault, RequestLineError
from routelab.requestline.parsing import parse
from routelab.requestline.record import RequestLine
from routelab.session.lines import neither, not_understood, sentence
from routelab.session.reply import Reply, saying


def read_request(text: str, folder: Path | None = None) -> RequestLine | Reply:
    """Read a request line; one that is half right comes back to be edited. Its files lie in `folder`."""
    try:
        return parse(text, folder=folder)
    except RequestLineError as error:
        if error.fault is not Fault.NOT_A_PATH or (line := _with_the_rest(error, text)) is None:
            return correction(error)
    try:
        parse(line, folder=folder)
    except RequestLineError:  # words with a method first: "delete the cart"
        return neither(text)
    return _with_its_slash(line)


def _with_the_rest(error: RequestLineError, text: str) -> str | None:
    """Put what was typed behind a path behind the corrected one; None where that was quoted in some way."""
    found = re.search(rf"(?:^|\s){re.escape(str(error.facts['word']))}(?!\S)", text)
    return None if found is None else f"{error.suggestion}{text[found.end() :]}"


def read_curl(text: str) -> RequestLine | Reply:
    """Read a curl command."""
    try:
        return from_curl(text)
    except RequestLineError as error:
        return correction(error)


def correction(error: RequestLineError) -> Reply:
    """Say what is wrong, and offer the line that may be meant."""
    if error.suggestion is None:
        return not_understood(str(error))
    if error.fault is Fault.NOT_A_PATH:
        return _with_its_slash(error.suggestion)
    said = f"{sentence(str(error))} Here is a line to begin with:"
    return saying(said, line=error.suggestion, understood=False)


def _with_its_slash(line: str) -> Reply:
    said = "A path starts with a slash. Here is the corrected line. Press Enter to send it:"
    return saying(said, line=line, understood=False)
