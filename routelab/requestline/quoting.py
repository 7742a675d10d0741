r"""One typed line into words and back: request lines by gentle rules, curl commands as a shell reads them.

It must not know what the words mean, and expands nothing: no variable, no glob. On a request line a backslash
outside quotes escapes only a blank or a quote: items use backslashes of their own (`foo\==bar`), and so do
Windows paths. In a command it escapes anything, and `$'a\nb'` has escapes of its own.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from routelab.requestline.errors import Fault, RequestLineError
from routelab.requestline.record import is_no_text

# Characters. A shell takes less: Linux some 130,000 an argument, Windows some 32,000 a line. With this limit
# no line takes much more than a second to read.
LINE_LIMIT: Final = 1_000_000

_WORD = re.compile(r"[^ \t\r\n]+").findall
_IN_LINE = re.compile(
    r"""
      (?P<blank>  [ \t\r\n]+ )
    | ' (?P<single> [^']*+ ) '
    | " (?P<double> (?: [^"\\]++ | \\. )*+ ) "
    | \\ (?P<escaped> [ \t\r\n'"] )
    | (?P<plain> [^ \t\r\n'"\\]+ | \\ )
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_COMMAND = re.compile(
    r"""
      (?P<continued> \\ \r?\n )
    | (?P<blank>  [ \t\r\n]+ )
    | \$' (?P<ansi> (?: [^'\\]++ | \\ . )*+ ) '
    | ' (?P<single> [^']*+ ) '
    | " (?P<double> (?: [^"\\]++ | \\ . )*+ ) "
    | \\ (?P<escaped> . )
    | (?P<plain> (?: [^ \t\r\n'"\\$]++ | \$(?!') )++ )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED_IN_LINE = re.compile(r'\\(["\\])')
_ESCAPED_IN_COMMAND = re.compile(r'\\(?:\r?\n|(["\\$`]))')
_ANSI = re.compile(
    r"""\\(?: (?P<letter>[abefnrtv\\'"?E]) | x(?P<hex>[0-9A-Fa-f]{1,2}) | (?P<octal>[0-7]{1,3})
        | u(?P<short>[0-9A-Fa-f]{1,4}) | U(?P<long>[0-9A-Fa-f]{1,8}) )""",
    re.VERBOSE,
)
_LETTERS = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip

_NEEDS_QUOTES = re.compile(r"[^\w@%+=:,./-]").search
_SAFE_IN_COMMAND = re.compile(r"[\w@%+=:,./-]+", re.ASCII).fullmatch
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'"}

Meaning = Mapping[str, Callable[[str], str]]


def split(line: str) -> list[str]:
    """Split `POST /login name='Ann Lee'` into `['POST', '/login', 'name=Ann Lee']`.

    Raises RequestLineError.
    """
    check_line(line)
    if "'" not in line and '"' not in line and "\\" not in line:
        return _WORD(line)
    return _words(line, _IN_LINE, {"double": lambda text: _ESCAPED_IN_LINE.sub(r"\1", text)})


def split_command(text: str) -> list[str]:
    r"""Split `curl -d $'a\nb' \` and the lines after it into words; raises RequestLineError."""
    check_line(text)
    return _words(
        text,
        _IN_COMMAND,
        {"ansi": _ansi, "double": lambda text: _ESCAPED_IN_COMMAND.sub(r"\1", text)},
    )


def goes_on(text: str) -> bool:
    """Tell whether a command goes on in the next line: it ends in a backslash, or a quote is open."""
    line = text if text.endswith("\n") else f"{text}\n"
    try:
        split_command(line)
    except RequestLineError as error:
        return error.fault is Fault.UNCLOSED_QUOTE
    return line.endswith("\\\n")


def check_line(text: str) -> None:
    """Raise a RequestLineError for a line that is too long or is not valid text."""
    if len(text) > LINE_LIMIT:
        raise RequestLineError(Fault.LINE_TOO_LONG, length=len(text), limit=LINE_LIMIT)
    if is_no_text(text):
        raise RequestLineError(Fault.NOT_UTF8, where="line")


def quote(word: str) -> str:
    """Write a word so that `split`, and a POSIX shell, read it as one."""
    if word and not _NEEDS_QUOTES(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def shell_quote(word: str) -> str:
    r"""Write a word so that a shell reads it as one, on one line: with control characters as `$'a\nb'`."""
    if _SAFE_IN_COMMAND(word):
        return word
    if _CONTROL.search(word):
        return "$'" + "".join(_escaped(character) for character in word) + "'"
    return "'" + word.replace("'", "'\\''") + "'"


def _words(text: str, piece: re.Pattern[str], meaning: Meaning) -> list[str]:
    """Join pieces to words; `meaning` tells what the text of a quoted piece stands for, where not itself."""
    words: list[str] = []
    word: list[str] | None = None
    position = 0
    while position < len(text):
        found = piece.match(text, position)
        if found is None:
            raise RequestLineError(Fault.UNCLOSED_QUOTE, quote=text[position], column=position + 1)
        position = found.end()
        kind = found.lastgroup or "plain"
        if kind == "continued":
            continue
        if kind == "blank":
            if word is not None:
                words.append("".join(word))
            word = None
            continue
        if word is None:
            word = []
        word.append(meaning[kind](found[kind]) if kind in meaning else found[kind])
    return words if word is None else [*words, "".join(word)]


def _ansi(text: str) -> str:
    raw = _ANSI.sub(_unescaped, text)
    # \xHH are bytes, and several of them may be one character.
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


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
