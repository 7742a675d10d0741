"""What to colour in Python, found by Python's own tokenizer.

Nearly all code that is shown is Python; Pygments takes 36 milliseconds for its first line, this takes two.
It knows lines and names of kinds, and no style.
"""

from __future__ import annotations

import tokenize
from collections.abc import Iterable, Iterator, Sequence
from keyword import kwlist
from token import COMMENT, NAME, NUMBER, OP, STRING, tok_name
from typing import TypeAlias
from warnings import catch_warnings, simplefilter

# The number of a line, from 0; from where to where in it; and the name that Pygments has for the kind.
Piece: TypeAlias = tuple[int, int, int, str]
_Place: TypeAlias = tuple[int, int]  # line, from 1, and column

PYTHON = "python"  # the language, as Pygments names it
_KEYWORDS = frozenset(kwlist) - {"and", "in", "is", "not", "or"}  # these are operators
_NAMED = {"def": "Token.Name.Function", "class": "Token.Name.Class"}
_STRING = "Token.Literal.String"
_KINDS = {COMMENT: "Token.Comment", NUMBER: "Token.Literal.Number", STRING: _STRING}


def pieces_of(lines: Sequence[str]) -> list[Piece]:
    """Find what to colour, in its order; of a text that is not whole, as far as Python can read it."""
    found: list[Piece] = []
    with catch_warnings():
        simplefilter("ignore")  # of what looks odd; it is the author's own
        try:
            for (first, begin), (last, end), kind in _told(_tokens(lines)):
                for number in range(first, last + 1):
                    line = lines[number - 1]
                    from_, to = begin if number == first else 0, end if number == last else len(line)
                    found.append((number - 1, from_, to, kind))
        except (tokenize.TokenError, SyntaxError, ValueError):  # ValueError: what no source can have
            pass
    return found


def _tokens(lines: Sequence[str]) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens((f"{line}\n" for line in lines).__next__)


def _told(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[tuple[_Place, _Place, str]]:
    """Yield (begin, end, kind). An f-string is one text, as before Python 3.12, which reads its parts."""
    before: tokenize.TokenInfo | None = None
    begun: list[_Place] = []  # of f-strings that have not ended
    for token in tokens:
        name = tok_name[token.type]
        if name.endswith("STRING_START"):
            begun.append(token.start)
        elif name.endswith("STRING_END"):
            start = begun.pop()
            if not begun:
                yield start, token.end, _STRING
        elif not begun:
            if token.type in _KINDS:
                yield token.start, token.end, _KINDS[token.type]
            elif token.type == NAME and token.string in _KEYWORDS:
                yield token.start, token.end, "Token.Keyword"
            elif token.type == NAME and before is not None:
                if before.string in _NAMED:
                    yield token.start, token.end, _NAMED[before.string]
                elif before.type == OP and before.string == "@" and before.end == token.start:
                    yield before.start, token.end, "Token.Name.Decorator"
        before = token
