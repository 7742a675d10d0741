"""Requests as they are typed or pasted: read, or answered with what is wrong and a line that may be meant.

It must not know where the learner is, nor send anything.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from routelab.errors import RoutelabError
from routelab.session.reply import Reply, Says, Tone

if TYPE_CHECKING:
    # Loaded with the first request: the first prompt is there sooner.
    from routelab.requestline import RequestLine, RequestLineError


def read_request(text: str, folder: Path | None = None) -> RequestLine | Reply:
    """Read a request line; one that is half right comes back to be edited. Its files lie in `folder`."""
    from routelab.requestline import RequestLineError, parse

    try:
        return parse(text, folder=folder)
    except RequestLineError as error:
        return half_right(error)


def read_curl(text: str) -> RequestLine | Reply:
    """Read a curl command."""
    from routelab.requestline import RequestLineError, from_curl

    try:
        return from_curl(text)
    except RequestLineError as error:
        return half_right(error)


def half_right(error: RequestLineError) -> Reply:
    """Say what is wrong, and offer the line that may be meant."""
    from routelab.requestline import Fault

    if error.suggestion is None:
        return not_understood(str(error))
    if error.fault is Fault.NOT_A_PATH:
        said = "A path starts with a slash. Here it is, Enter sends it:"
    else:
        said = f"{_sentence(str(error))} Here is a line to begin with:"
    return Reply(items=(Says(text=said),), line=error.suggestion, understood=False)


def refused(error: RoutelabError) -> Reply:
    """Say an expected error as one line."""
    return Reply(items=(Says(text=_sentence(str(error)), tone=Tone.WRONG),), understood=False)


def not_understood(text: str) -> Reply:
    """Say why a line was not understood."""
    return Reply(items=(Says(text=_sentence(text)),), understood=False)


def _sentence(text: str) -> str:
    if "." not in text.partition(" ")[0]:  # app.py:3 stays as the file is called
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."
