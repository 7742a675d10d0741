r"""A shell command into its words and back, as bash and zsh read it: quotes, `$'...'`, continued lines.

It must not know what the words mean, and expands nothing: no variable, no glob.
"""

import re

from .errors import UnclosedQuoteError

_PIECE = re.compile(
    r"""
      (?P<continued> \\ \r?\n )
    | (?P<blank>  [ \t\r\n]+ )
    | \$' (?P<ansi> (?: [^'\\] | \\ . )* ) '
    | ' (?P<single> [^']* ) '
    | " (?P<double> (?: [^"\\] | \\ . )* ) "
    | \\ (?P<escaped> . )
    | (?P<plain> (?: [^ \t\r\n'"\\$] | \$(?!') )+ )
    """,
    re.VERBOSE | re.DOTALL,
).match
_IN_DOUBLE = re.compile(r'\\(\r?\n|["\\$`])')
_ESCAPE = re.compile(
    r"""\\(?: (?P<letter>[abefnrtv\\'"?E]) | x(?P<hex>[0-9A-Fa-f]{1,2}) | (?P<octal>[0-7]{1,3})
        | u(?P<short>[0-9A-Fa-f]{1,4}) | U(?P<long>[0-9A-Fa-f]{1,8}) )""",
    re.VERBOSE,
)
_LETTERS = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip
_SAFE = re.compile(r"[\w@%+=:,./-]+", re.ASCII).fullmatch
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'"}


def split_command(text: str) -> list[str]:
    r"""Split `curl -d $'a\nb' \` and the lines after it into words; raises UnclosedQuoteError."""
    words: list[str] = []
    word: str | None = None
    position = 0
    while position < len(text):
        piece = _PIECE(text, position)
        if piece is None:
            raise UnclosedQuoteError(text[position], position + 1)
        position = piece.end()
        kind = piece.lastgroup or "plain"
        if kind == "continued":
            continue
        if kind == "blank":
            if word is not None:
                words.append(word)
            word = None
            continue
        word = (word or "") + _meant(kind, piece[kind])
    return words if word is None else [*words, word]


def goes_on(text: str) -> bool:
    """Tell whether a command is not complete: it ends in a backslash, or a quote is open."""
    try:
        split_command(text)
    except UnclosedQuoteError:
        return True
    return text.endswith("\\\n")


def shell_quote(word: str) -> str:
    r"""Write a word so that a shell reads it as one, on one line: with control characters as `$'a\nb'`."""
    if _SAFE(word):
        return word
    if _CONTROL.search(word):
        return "$'" + "".join(_escaped(character) for character in word) + "'"
    return "'" + word.replace("'", "'\\''") + "'"


def _meant(kind: str, text: str) -> str:
    match kind:
        case "ansi":
            raw = _ESCAPE.sub(_unescaped, text)
            # \xHH are bytes, and several of them may be one character.
            return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        case "double":
            return _IN_DOUBLE.sub(lambda found: "" if found[1].endswith("\n") else found[1], text)
        case _:
            return text


def _unescaped(found: re.Match[str]) -> str:
    if found["letter"]:
        return _LETTERS.get(found["letter"], found["letter"])
    if found["hex"] or found["octal"]:
        number = int(found["hex"], 16) if found["hex"] else int(found["octal"], 8) & 0xFF
        return chr(number) if number < 0x80 else chr(0xDC00 + number)
    number = int(found["short"] or found["long"], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def _escaped(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    return f"\\x{ord(character):02x}" if _CONTROL.match(character) else character
