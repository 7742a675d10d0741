"""What people copy along with a request: quotes around it, a prompt, a command, the rest of a server's log.

It looks at text alone: it must not know what a word means, nor any app.
"""

import re
from collections.abc import Sequence

_OPENING, _CLOSING = "`'\"“„‘‚«»", "`'\"”“’‘»«"
# Of a shell (`$`, `ann@box:~/shop$`), of Windows (`PS C:\shop>`), of Python; before them may stand `(.venv)`.
_PROMPT = r"(?:\([\w.-]+\)\s+)?(?:[\w.-]+@\S*[$#%]|(?:PS\s+)?[A-Za-z]:\\\S*>|[$>%]|>>>)(?:\s+|$)"
# And the command itself.
_BEFORE = re.compile(
    rf"(?:{_PROMPT})?(?:(?:python3? -m )?routelab request\s+|https?\s+(?=[A-Z]+\s|/|:))?"
).match
_PROMPT_ALONE = re.compile(_PROMPT).fullmatch
_VERSION = re.compile(r"(?<=\S)\s+HTTP/\d(?:\.\d)?$").sub
_IS_VERSION = re.compile(r"HTTP/\d(?:\.\d)?").fullmatch
# The first line of a request (RFC 9112, 3), which servers log in quotes.
_FIRST_LINE = r"([A-Z]+ \S+) HTTP/\d(?:\.\d)?"
_COLOURS = re.compile(r"\x1b\[[\d;]*m").sub  # which Werkzeug's server writes, into a file as well
_IS_FIRST_LINE = re.compile(_FIRST_LINE).fullmatch
_LOGGED = re.compile(rf'(?!/|curl\b|[A-Za-z]+\s+/)[^"]*"{_FIRST_LINE}"').match


def without_wrapping(typed: str) -> str:
    """Return what was meant of a copied line.

    $ routelab request GET /user/alice                                      GET /user/alice
    127.0.0.1 - - [03/Mar/2026 02:13:50] "GET /user/alice HTTP/1.1" 404 -   GET /user/alice
    """
    text = _COLOURS("", typed).strip()
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        if len(text) > 1 and text[0] == opening and text.find(closing, 1) == len(text) - 1:
            text = text[1:-1].strip()
    before = _BEFORE(text)
    text = text[before.end() :].strip() if before else text
    logged = _LOGGED(text)
    return logged[1] if logged else _VERSION("", text)


def words_without_wrapping(words: Sequence[str]) -> list[str]:
    """Return what was meant of a line that a shell cut into words, with its quotes or without."""
    plain = [_COLOURS("", word) for word in words]
    for logged in (*map(_IS_FIRST_LINE, plain), _LOGGED(" ".join(plain))):
        if logged is not None:
            return [logged[1]]
    meant = list(words[1:] if words and _PROMPT_ALONE(words[0]) else words)
    if len(meant) == 1:
        return [without_wrapping(meant[0])]
    return meant[:-1] if meant and _IS_VERSION(meant[-1]) else meant
