"""Text from requests, apps and lessons, made harmless for a terminal.

It knows characters, not records.
"""

from __future__ import annotations

import unicodedata

_SUSPECT_CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")


def escape(text: str) -> str:
    r"""Show control characters as escapes: ESC becomes `\x1b`; line breaks and spaces stay.

    Characters that reorder or hide what follows them count as control characters.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(_shown(character) for character in text)


def escape_line(text: str) -> str:
    r"""Show line breaks too as escapes, `\n`."""
    return escape(text).replace("\n", "\\n")


def _shown(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in _SUSPECT_CATEGORIES:
        return character
    if character == "\t":
        return "    "
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
