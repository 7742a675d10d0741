"""What in a trace is a secret, told by its name: passwords, tokens, credentials, the values of cookies.

It knows a trace as JSON, and names; where else a secret's text may stand is the business of who shows it.

    [["Cookie", "session=eyJ1c2VyIjo0Mn0"]]  ->  [["Cookie", "session=(hidden)"]], found: eyJ1c2VyIjo0Mn0
    {"password": "hunter22"}                 ->  {"password": "(hidden)"},         found: hunter22
"""

from __future__ import annotations

import re
from base64 import b64decode

from routelab.record import Json, Object
from routelab.tracing.trace import Trace

HIDDEN = "(hidden)"
SECRET_NAMES = (
    r"passw|passphrase|secret|token|api[-_]?key|credential|authorization|cookie|csrf"
    r"|(?<![^\W_])(?:pass|pwd|otp|auth)(?![^\W_])"
)
"""A pattern for the names of what is secret, whatever their case."""

_COOKIES, _SET_COOKIE = "cookie", "set-cookie"
_SECRET = re.compile(SECRET_NAMES, re.IGNORECASE)
_COOKIE = re.compile(r"([^=;\s]+=)([^;]*)")
# A value that is shorter is hidden beside its name alone: it would be found in half of all words.
_SHORTEST, _SHORTEST_OF_COOKIE = 4, 8


def is_secret(name: str) -> bool:
    """Tell whether what has this name is a secret: "new_password", "X-Api-Key", "Set-Cookie"."""
    return _SECRET.search(name) is not None


def masked(trace: Trace) -> tuple[Trace, frozenset[str]]:
    """Return a trace in which no named secret stands beside its name, and the texts that were secret."""
    found: set[str] = set()
    hidden = _masked(trace.to_json(), found)
    assert isinstance(hidden, dict)
    return Trace.from_json(hidden), frozenset(found)


def _masked(node: Json, found: set[str]) -> Json:
    if isinstance(node, list):
        match node:
            case [str(name), str(text)] if is_secret(name):
                return [name, _hidden(name, text, found)]
        return [_masked(each, found) for each in node]
    if not isinstance(node, dict):
        return node
    own_name = node.get("name")
    if isinstance(own_name, str) and is_secret(own_name):
        return {key: _secret(own_name, it, found) if key in _OF_A_NAME else it for key, it in node.items()}
    return {key: _of_key(key, it, found) for key, it in node.items()}


# The keys of what has a name: of a header, and of what a converter made.
_OF_A_NAME = ("value", "raw")


def _of_key(key: str, node: Json, found: set[str]) -> Json:
    if key == "cookies" and isinstance(node, list):
        return [_masked_cookie(each, found) for each in node]
    return _secret(key, node, found) if is_secret(key) else _masked(node, found)


def _masked_cookie(node: Json, found: set[str]) -> Json:
    """Hide a cookie's value in a pair, and in the header that became of it what it says."""
    match node:
        case [str(name), str(text)]:
            return [name, _hidden(_COOKIES, f"{name}={text}", found).partition("=")[2]]
        case dict() if isinstance(header := node.get("header"), str):
            return {**node, "header": _hidden(_SET_COOKIE, header, found)}
    return node


def _secret(name: str, node: Json, found: set[str]) -> Json:
    match node:
        case str():
            return _hidden(name, node, found)
        case list():
            return [_secret(name, it, found) for it in node]
        case dict() if isinstance(written := node.get("repr"), str):  # a Python value
            text = node.get("json", written)
            if isinstance(text, str):
                _hidden(name, text, found)
            hidden: Object = {"repr": repr(HIDDEN), **({"json": HIDDEN} if "json" in node else {})}
            return {**node, **hidden}
    return _masked(node, found)


def _hidden(name: str, text: str, found: set[str]) -> str:
    """Hide a text that stands beside its name; a cookie's own name and its attributes may be seen."""
    kind = name.lower()
    if kind == _SET_COOKIE:
        pair, semicolon, attributes = text.partition(";")
        return _hidden(_COOKIES, pair, found) + semicolon + attributes
    if "cookie" in kind:
        values = [value for _, value in _COOKIE.findall(text)] or [text]
        found.update(value for value in values if len(value) >= _SHORTEST_OF_COOKIE)
        return _COOKIE.sub(rf"\g<1>{HIDDEN}", text) if _COOKIE.search(text) else HIDDEN
    if "authorization" in kind:
        scheme, _, credentials = text.partition(" ")
        found.update(_enough((credentials or scheme, *_of_basic(scheme, credentials))))
        return f"{scheme} {HIDDEN}" if credentials else HIDDEN
    found.update(_enough((text,)))
    return HIDDEN


def _of_basic(scheme: str, credentials: str) -> tuple[str, ...]:
    """Read name and password of HTTP's basic authentication; none where it is not that."""
    if scheme.lower() != "basic":
        return ()
    try:
        pair = b64decode(credentials).decode()
    except ValueError:
        return ()
    return (pair, pair.partition(":")[2])


def _enough(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in texts if len(text) >= _SHORTEST)
