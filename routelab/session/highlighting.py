"""What the words of a typed line are, so that a terminal can colour them.

It looks at text alone, and must not know colours.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from routelab.oneof import OneOf
from routelab.session.lines import METHODS, command_word

_WORDS = re.compile(r"\s+|[^\s'\"]*(?:'[^']*'?|\"[^\"]*\"?)[^\s]*|\S+").findall
_ITEM = re.compile(r"([^:;=@]+)(:=@|==@|:=|:@|==|=@|:|;|=|@)(.*)", re.DOTALL).fullmatch


class Part(OneOf):
    """What a piece of a line is."""

    METHOD = "method"
    PATH = "path"
    QUERY = "query"
    NAME = "name"
    SIGN = "sign"
    OPTION = "option"
    COMMAND = "command"
    TEXT = "text"


def parts_of(line: str, names: Collection[str]) -> Iterator[tuple[Part, str]]:
    """Cut a line into pieces; together they are the line again."""
    first = True
    for word in _WORDS(line):
        if word.isspace():
            yield Part.TEXT, word
            continue
        yield from _first_word(word, names) if first else _later_word(word)
        first = False


def _first_word(word: str, names: Collection[str]) -> Iterator[tuple[Part, str]]:
    if word.upper() in METHODS:
        yield Part.METHOD, word
    elif word.startswith("/"):
        yield from _path(word)
    elif command_word(word) in names or word == "curl" or word.startswith("url_for("):
        yield Part.COMMAND, word
    else:
        yield Part.TEXT, word


def _later_word(word: str) -> Iterator[tuple[Part, str]]:
    if word.startswith("/"):
        yield from _path(word)
    elif word.startswith("-"):
        yield Part.OPTION, word
    elif found := _ITEM(word):
        yield from zip((Part.NAME, Part.SIGN, Part.TEXT), found.groups(), strict=True)
    else:
        yield Part.TEXT, word


def _path(word: str) -> Iterator[tuple[Part, str]]:
    path, mark, query = word.partition("?")
    yield Part.PATH, path
    if mark:
        yield Part.QUERY, mark + query
