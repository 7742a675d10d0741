"""What was percent-encoded in the path of a request that found no rule: the router sees it decoded.

It reads the path alone, and knows no rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_to_bytes

from routelab.tracing.phrases import cut

_ENCODED = re.compile("(?:%[0-9A-Fa-f]{2})+")
_THEN = "that is a character of the path then"
_MEANS = {
    "/": "that is a slash like any other then, and only a variable such as <path:name> takes slashes",
    "?": f"{_THEN}; a query begins with a ? that is not encoded",
    "#": _THEN,
    "%": "that is a percent sign then, and what follows is not decoded once more",
    "\0": "that is the character of code 0 then",
    "\ufffd": "bytes that are not UTF-8 become U+FFFD, the replacement character",
}


def decoded_words(as_sent: str, failing: int | None, root: str = "") -> Iterator[str]:
    """Say what the encoding of a path became, where it has a part in why no rule fits.

    `failing` is the segment of the path at which the nearest rule fails, None for the end of the path; `root`
    is where the app is mounted.
    """
    for found in _ENCODED.finditer(as_sent):
        segment = unquote(as_sent[: found.start()]).removeprefix(root).count("/")
        means = _meaning(found[0])
        if means is None:
            continue
        # A slash moves all that comes behind it.
        if failing is None or (failing > segment if means is _MEANS["/"] else failing == segment):
            what = cut(_bytes_of(means, found[0]))
            yield f"A server decodes {what} before the app sees the path: {means}."
            return


def _meaning(encoded: str) -> str | None:
    """Return what is said of the first character that needs a word; None where none does."""
    decoded = unquote(encoded)
    if "\ufffd" in decoded and not _is_utf8(encoded):
        return _MEANS["\ufffd"]
    return next((_MEANS[character] for character in decoded if character in _MEANS), None)


def _bytes_of(means: str, encoded: str) -> str:
    """Cut the encoding down to what is meant: the bytes that are no UTF-8, or one character."""
    if means is _MEANS["\ufffd"]:
        return encoded
    character = next(character for character, said in _MEANS.items() if said is means)
    return f"%{ord(character):02X}"


def _is_utf8(encoded: str) -> bool:
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return False
    return True
