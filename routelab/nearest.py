"""The word that a misspelt one may be, and how one asks for it.

It knows no words; where a start is waited for, only who mistypes loads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known word that is most like another; None where none is."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=cutoff)), None)


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """Ask for the nearest known word: "did you mean 'page'?"; say something else where there is none."""
    near = nearest(word, known)
    return otherwise if near is None else f"did you mean {near!r}?"
