"""Text from requests, apps and lessons, made harmless for a terminal.

It knows characters, not records.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from json import dumps

_SUSPECT_CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")


def escape(text: str) -> str:
    r"""Show control characters as escapes: ESC becomes `\x1b`; line breaks and spaces stay.

    Characters that reorder or hide what follows them count as control characters.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return text.translate({ord(each): _shown(each) for each in _steering(text)})


def escape_line(text: str) -> str:
    r"""Show line breaks too as escapes, `\n`."""
    return escape(text).replace("\n", "\\n")


def escape_json(text: str) -> str:
    r"""Return JSON that means the same and steers nothing: U+202E becomes `\u202e`."""
    if text.isascii() and "\x7f" not in text:
        return text
    return text.translate({ord(each): dumps(each)[1:-1] for each in _steering(text) if each > "~"})


def _steering(text: str) -> Iterator[str]:
    # Each character is looked up once, however long the text is.
    return (each for each in set(text) if each != "\n" and unicodedata.category(each) in _SUSPECT_CATEGORIES)


def _shown(character: str) -> str:
    if character == "\t":
        return "    "
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
