"""Text from requests, apps and lessons, made harmless for a terminal.

It knows characters, not records.
"""

from __future__ import annotations

import unicodedata

BODY_CHARACTERS = 4000
_SUSPECT_CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")


def harmless(text: str) -> str:
    r"""Show control characters as escapes: ESC becomes `\x1b`; line breaks and spaces stay.

    Characters that reorder or hide what follows them count as control characters.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(_shown(character) for character in text)


def on_one_line(text: str) -> str:
    r"""Show line breaks too as escapes, `\n`."""
    return harmless(text).replace("\n", "\\n")


def body_text(body: bytes, mimetype: str, *, whole: str | None) -> str:
    """Return a body as people read it: text, cut visibly after 4,000 characters, or what it is instead.

    `whole` is what people type to see all of it; with None nothing is cut.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return f"({len(body)} bytes of {mimetype or 'no type'}, not text)"
    text = text.rstrip("\n")
    if whole is None or len(text) <= BODY_CHARACTERS:
        return harmless(text)
    more = len(text) - BODY_CHARACTERS
    return harmless(text[:BODY_CHARACTERS]) + f"\n... ({more} more characters; {whole} shows all)"


def _shown(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in _SUSPECT_CATEGORIES:
        return character
    if character == "\t":
        return "    "
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
