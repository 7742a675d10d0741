"""Texts that look the same, as one letter in several Unicode forms, and how similar two others are.

It knows texts alone, and the words for how they differ.
"""

from __future__ import annotations

import unicodedata

_FEW = 3  # characters that are named; more say no more
# Letters of Cyrillic and Greek that are drawn as Latin ones are; and the spaces, hyphens
# and apostrophes that come with a text that is copied.
_DRAWN_ALIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0405\u0406\u0408"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf"
    "\u00a0\u2002\u2009\u202f\u2010\u2011\u2012\u2013\u2212\u2019\u02bc",
    "aeopcyxijshdABEKMHOPCTXSIJABEZHIKMNOPTYXo    -----''",
)
_LONGEST = 2_000  # characters: two texts of any length are compared, and nobody waits for it


# What Python's documentation calls a close match: "usr" for "user" has 0.86, "login" for "logout" 0.55.
SIMILAR = 0.6


def similarity(one: str, other: str) -> float:
    """Tell how similar two texts are, from 0 to 1."""
    from difflib import SequenceMatcher  # only a 404 wants it, and every start would pay for it

    return SequenceMatcher(None, one, other).ratio()


def look_alike(one: str, other: str) -> bool:
    """Tell whether two different texts look the same, or very nearly: "caf\u00e9" and "cafe\u0301"."""
    if one == other or (one.isascii() and other.isascii()) or max(len(one), len(other)) > _LONGEST:
        return False
    return _seen(one) == _seen(other)


def alike_words(got: str, wanted: str) -> str:
    """Say how a path's text and a rule's differ where that cannot be seen; "" where it can, or not at all.

    `wanted` is the rule's.
    """
    if not look_alike(got, wanted):
        return ""
    (theirs, ours) = _differing(got, wanted)
    return f"they look alike, but the path has {_named(theirs)} where the rule has {_named(ours)}"


def other_forms(text: str) -> tuple[str, ...]:
    """Return the text with its letters composed, decomposed, without what is not seen, and in plain ones."""
    if text.isascii() or len(text) > _LONGEST:
        return ()
    forms = (
        unicodedata.normalize("NFC", text),
        unicodedata.normalize("NFD", text),
        unicodedata.normalize("NFC", _visible(text)),
        _seen(text),
    )
    return tuple(form for form in dict.fromkeys(forms) if form != text)


def _seen(text: str) -> str:
    return unicodedata.normalize("NFC", _visible(text).translate(_DRAWN_ALIKE))


def _visible(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def _differing(one: str, other: str) -> tuple[str, str]:
    """Cut away what both begin and end with, but no letter from the marks that follow it."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    while start and any(unicodedata.combining(text[start]) for text in (one, other) if start < len(text)):
        start -= 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    while end and any(unicodedata.combining(text[-end]) for text in (one, other)):
        end -= 1
    return one[start : len(one) - end], other[start : len(other) - end]


def _named(text: str) -> str:
    """Name characters: "U+0065 U+0301 (2 characters)"; "nothing" for none."""
    if not text:
        return "nothing"
    codes = " ".join(f"U+{ord(character):04X}" for character in text[:_FEW])
    more = " ..." if len(text) > _FEW else ""
    return f"{codes}{more} ({len(text)} character{'s' if len(text) > 1 else ''})"
