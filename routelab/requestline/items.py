"""One word of a request line as an HTTPie item: a name, a separator, a value.

It must not know what the items together become, and opens no file.
"""

import re
from dataclasses import dataclass
from enum import Enum

from .errors import HeaderNotEmptyError, NotAnItemError


class Separator(Enum):
    """What stands between name and value, and so says what the item is."""

    HEADER = ":"
    HEADER_EMPTY = ";"
    HEADER_FILE = ":@"
    QUERY = "=="
    QUERY_FILE = "==@"
    TEXT = "="
    TEXT_FILE = "=@"
    JSON = ":="
    JSON_FILE = ":=@"
    UPLOAD = "@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item; `typed` is the whole word, as messages quote it."""

    name: str
    separator: Separator
    value: str
    typed: str


# The separator that starts first wins, the longest one there; a backslash takes the next character out of it.
_ITEM = re.compile(r"((?:[^\\:;=@]|\\.|\\$)*)(:=@|==@|:=|:@|==|=@|:|;|=|@)(.*)", re.DOTALL).fullmatch
_PAIR = re.compile(r"\\(.)", re.DOTALL)


def parse_item(word: str) -> Item:
    r"""Take one word apart, by HTTPie's rules.

    `a:b=c` -> a, HEADER, `b=c`; `a:==b` -> a, JSON, `=b`; `foo\==bar` -> `foo=`, TEXT, bar.
    Raises NotAnItemError or HeaderNotEmptyError.
    """
    found = _ITEM(word)
    if found is None:
        raise NotAnItemError(word)
    name, separator, value = found.groups()
    if "\\" in word:
        name, value = _PAIR.sub(_unescaped, name), _PAIR.sub(_unescaped, value)
    if separator == ";" and value:
        raise HeaderNotEmptyError(word, name)
    return Item(name=name, separator=Separator(separator), value=value, typed=word)


def _unescaped(pair: re.Match[str]) -> str:
    return pair[1] if pair[1] in ":;=@" else pair[0]
