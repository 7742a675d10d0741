"""Code as HTML: each kind of token has a class, and what decides is marked.

Pygments is loaded with the first piece whose language is known, and is not Python. It knows text and
languages, no block.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from routelab.screen.pythontokens import PYTHON, pieces_of
from routelab.screen.text import escape as harmless
from routelab.screen.text import escape_line

if TYPE_CHECKING:
    from pygments.lexer import Lexer  # type: ignore[import-untyped]

# The class of a token by the name that Pygments has for it, or for a kind above it.
_CLASSES = {
    "Token.Keyword": "k",
    "Token.Name.Decorator": "d",
    "Token.Name.Function": "f",
    "Token.Name.Class": "f",
    "Token.Name.Tag": "k",
    "Token.Name.Attribute": "d",
    "Token.Literal.String": "s",
    "Token.Literal.Number": "n",
    "Token.Comment": "c",
}
_MOST_CHARACTERS = 20_000  # of more than that nobody reads the colours


def as_text(text: str) -> str:
    """Write a line of text that came from elsewhere."""
    return escape(escape_line(text))


def html_lines(lines: tuple[str, ...], language: str, mark: tuple[int, int, int] | None = None) -> list[str]:
    """Return each line as HTML; `mark` is the number of one, from 0, and from where to where it decides."""
    tokens = _tokens(lines, language)
    shown = []
    for number, line in enumerate(tokens):
        start, end = mark[1:] if mark is not None and mark[0] == number else (0, 0)
        shown.append("".join(_pieces(line, start, end)))
    return shown


def _pieces(line: list[tuple[str, str]], start: int, end: int) -> Iterator[str]:
    """Write a line's tokens; what is marked stands within one element."""
    at, open_mark = 0, False
    for kind, text in line:
        cuts = sorted({0, len(text), *(it - at for it in (start, end) if 0 < it - at < len(text))})
        for begin, stop in pairwise(cuts):
            marked = start <= at + begin < end
            if marked != open_mark:
                yield "<mark>" if marked else "</mark>"
                open_mark = marked
            piece = escape(harmless(text[begin:stop]))
            yield f'<span class="{kind}">{piece}</span>' if kind else piece
        at += len(text)
    yield "</mark>" if open_mark else ""


def _tokens(lines: tuple[str, ...], language: str) -> list[list[tuple[str, str]]]:
    """Cut lines into tokens, each with its class; into none where that would not give the same lines."""
    text = "\n".join(lines)
    whole = [[("", line)] for line in lines]
    short = bool(language) and len(text) <= _MOST_CHARACTERS
    if short and language == PYTHON:
        return _python_tokens(lines)
    lexer = _lexer(language) if short else None
    if lexer is None:
        return whole
    found: list[list[tuple[str, str]]] = [[]]
    for kind, value in lexer.get_tokens(text):
        first, *later = value.split("\n")
        found[-1].append((_class_of(kind), first))
        found += [[(_class_of(kind), each)] for each in later]
    if found[-1] == [] or not "".join(text for _, text in found[-1]):
        found.pop()  # lexers end with a line break
    # A lexer is free with blank lines and tabs; then the code itself counts for more than its colours.
    return found if ["".join(it for _, it in line) for line in found] == list(lines) else whole


def _python_tokens(lines: tuple[str, ...]) -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = [[] for _ in lines]
    ends = [0] * len(lines)
    for number, begin, end, kind in pieces_of(lines):
        line = lines[number]
        found[number] += [("", line[ends[number] : begin]), (_CLASSES[kind], line[begin:end])]
        ends[number] = end
    return [[*line, ("", text[end:])] for line, text, end in zip(found, lines, ends, strict=True)]


def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]

    try:
        lexer: Lexer = get_lexer_by_name(language, stripnl=False, ensurenl=True)
    except (ClassNotFound, ImportError):  # a site for a browser has some of the lexers
        return None
    return lexer


def _class_of(kind: object) -> str:
    name = str(kind)
    while name and name not in _CLASSES:
        name = name.rpartition(".")[0]
    return _CLASSES.get(name, "")
