"""Text that steers whatever shows it, and what finds it again in what was written."""

from __future__ import annotations

import re
import unicodedata

STEERING = (
    "\x1b]0;title\x07a\rb\u202ec\u2028d\x9bA\x7f\u200fe\U000e0001 <b>f</b> &[red]g[/red] \udc80h\n\x1b[2Ji\tj"
)
"""An escape, a bell, C1, DEL, a turn of direction, a separator, a tag, a lone surrogate, markup of two kinds."""

# What a terminal's writers send themselves: colours, and in the prompt where the cursor goes.
_OWN = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CATEGORIES = ("Cc", "Cf", "Cs", "Zl", "Zp")


def raw(text: str, *, own: bool = False) -> set[str]:
    """Return the characters of a text that steer; `own`: but for escape sequences that have numbers only."""
    rest = _OWN.sub("", text) if own else text
    return {each for each in set(rest) if each not in "\n" and unicodedata.category(each) in _CATEGORIES}
