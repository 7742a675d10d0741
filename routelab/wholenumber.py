"""Whole numbers that people type, or that are in the names of files.

It must not know what is counted.
"""

from __future__ import annotations

_DIGITS = 9  # far more than there is of anything that is counted here; Python refuses to read some thousand


def whole_number(text: str) -> int | None:
    """Read a whole number without a sign; None where it is none, or has too many digits.

    >>> [whole_number(text) for text in ("7", "07", "-7", "²", "", "9" * 5000)]
    [7, 7, None, None, None, None]
    """
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None
