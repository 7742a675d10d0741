r"""One typed line into words and back, by the quoting rules of a POSIX shell with gentler backslashes.

It must not know what the words mean. Outside quotes a backslash escapes only a blank or a quote: items use
backslashes of their own (`foo\==bar`), and so do Windows paths.
"""

import re

from .errors import UnclosedQuoteError

_WORD = re.compile(r"[^ \t\r\n]+").findall
_PIECE = re.compile(
    r"""
      (?P<blank>  [ \t\r\n]+ )
    | ' (?P<single> [^']* ) '
    | " (?P<double> (?: [^"\\] | \\. )* ) "
    | \\ (?P<escaped> [ \t\r\n'"] )
    | (?P<plain> [^ \t\r\n'"\\]+ | \\ )
    """,
    re.VERBOSE | re.DOTALL,
).match
_ESCAPED_IN_DOUBLE = re.compile(r'\\(["\\])')
_NEEDS_QUOTES = re.compile(r"[^\w@%+=:,./-]").search


def split(line: str) -> list[str]:
    """Split `POST /login name='Ann Lee'` into `['POST', '/login', 'name=Ann Lee']`.

    Raises UnclosedQuoteError.
    """
    if "'" not in line and '"' not in line and "\\" not in line:
        return _WORD(line)
    words: list[str] = []
    word: str | None = None
    position = 0
    while position < len(line):
        piece = _PIECE(line, position)
        if piece is None:
            raise UnclosedQuoteError(line[position], position + 1)
        position = piece.end()
        kind = piece.lastgroup or "plain"
        if kind == "blank":
            if word is not None:
                words.append(word)
            word = None
            continue
        text = piece[kind]
        word = (word or "") + (_ESCAPED_IN_DOUBLE.sub(r"\1", text) if kind == "double" else text)
    return words if word is None else [*words, word]


def quote(word: str) -> str:
    """Write a word so that `split`, and a POSIX shell, read it as one."""
    if word and not _NEEDS_QUOTES(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"
