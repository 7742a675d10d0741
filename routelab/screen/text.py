"""Text from requests, apps and lessons, made harmless for a terminal.

It knows characters, not records.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from json import dumps

# Code with what stands right before and behind it; with more characters, a line may break within it.
_CODE, _SHORT = re.compile(r"[^\s`]*`[^`\n]+`[^\s`]*"), 32
_NO_BREAK = "\ud800"  # no text that is shown has it, and it is as wide as a blank
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


def without_breaks_in_code(text: str, room: int) -> str:
    """Put other characters in the place of the blanks within short code, so that no line breaks there."""

    def held(found: re.Match[str]) -> str:
        return found[0].replace(" ", _NO_BREAK) if len(found[0]) <= min(room, _SHORT) else found[0]

    return _CODE.sub(held, text) if "`" in text else text


def with_blanks_again(text: str) -> str:
    """Undo `without_breaks_in_code`, once there are lines."""
    return text.replace(_NO_BREAK, " ")


def _steering(text: str) -> Iterator[str]:
    # Each character is looked up once, however long the text is.
    return (each for each in set(text) if each != "\n" and unicodedata.category(each) in _SUSPECT_CATEGORIES)


def _shown(character: str) -> str:
    if character == "\t":
        return "    "
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
