"""How texts from outside, lists, numbers and methods are written in a sentence.

Every sentence of this folder is made of these; it knows neither rules nor requests.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

ONE_METHOD = "one method, as written"
_ESCAPED = frozenset('"\\')
_ENCODED = r"(?:%[0-9A-Fa-f]{2})+"
_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def endpoint_text(endpoint: object) -> str:
    """Return an endpoint as text: a function that was given for one is told without its address."""
    return endpoint if isinstance(endpoint, str) else re.sub(r" at 0x[0-9A-Fa-f]+", "", str(endpoint))


def quoted(text: str) -> str:
    """Put text from outside in double quotes, with what cannot be printed escaped."""
    if text.isprintable() and _ESCAPED.isdisjoint(text):  # as most are
        return f'"{text}"'
    shown = "".join(c if c.isprintable() and c not in '"\\' else _escaped(c) for c in text)
    return f'"{shown}"'


def _escaped(character: str) -> str:
    return f"\\{character}" if character in '"\\' else character.encode("unicode_escape").decode()


def plain(text: str) -> str:
    """Show a rule or path bare, with what cannot be printed escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def typed_path(path: str) -> str:
    """Write a decoded path as it is typed in a request: one word, that is decoded to the same again."""
    return quote(path, safe="!$&()*+,/:;=@", errors="replace") or "/"


def unaskable(text: str) -> str:
    """Say what a rule's fixed text has that the path of no ordinary URL has; "" where there is nothing."""
    if "?" in text:
        return 'has a "?"; what follows ? in a URL is the query string, and rules do not see it'
    if "#" in text:
        return 'has a "#"; what follows # in a URL stays in the browser'
    code = re.search(_ENCODED, text)
    if code is None:
        return ""
    written = quoted(unquote(code[0]))
    return f"has {code[0]}; paths are decoded before rules see them, so write {written} there"


def listed(words: tuple[str, ...], joint: str = "or") -> str:
    """Join words as in a sentence: "a", "a or b", "a, b or c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def counted(number: int, noun: str) -> str:
    """Count in words a beginner reads: "one segment", "3 segments"."""
    return f"one {noun}" if number == 1 else f"{number} {noun}s"


def methods_words(methods: tuple[str, ...]) -> str:
    """Name the methods that somebody chose: HEAD comes with GET, OPTIONS comes from Flask."""
    chosen = tuple(m for m in methods if not (m == "HEAD" and "GET" in methods) and m != "OPTIONS")
    return listed(tuple(map(method_word, chosen or methods)), "and") or "no method at all"


def all_methods_words(methods: tuple[str, ...]) -> str:
    """Name all of them, those that somebody chose first: for what is said of these and of no others."""
    own = ("HEAD", "OPTIONS")
    ordered = sorted(methods, key=lambda method: own.index(method) + 1 if method in own else 0)
    return listed(tuple(map(method_word, ordered)), "and") or "no method at all"


def method_name(method: str) -> str:
    """Show a method bare, and in quotes what no client can send as one: "GET, POST"."""
    return quoted(method) if is_odd(method) else method


def method_word(method: str) -> str:
    """Show a method, and say of an odd one that it is one."""
    return f"{method_name(method)} ({ONE_METHOD})" if is_odd(method) else method


def is_odd(method: str) -> bool:
    """Tell whether a name is no token (RFC 9110, 5.6.2), as a method must be."""
    return not method or not _TOKEN.issuperset(method)
