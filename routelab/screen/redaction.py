"""Secrets left out of what is shown: wherever their text stands, and wherever a name says that one follows.

It knows blocks as trees of text, words of a command line, and JSON; not what any of them is about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

from routelab.record import Record
from routelab.screen.blocks import CodeFrame
from routelab.tracing.secrets import HIDDEN, SECRET_NAMES, is_secret

# From where a name tells, to what it names; bounded, so that text that is made for it takes no longer.
_NAME = rf"(?:{SECRET_NAMES})[\w-]{{0,40}}[\"']?\]?"
_QUOTED = r"""(?P<quote>["'])(?:(?!(?P=quote))[^\\]|\\.)*(?P=quote)"""
_LITERAL = re.compile(rf"(?P<before>{_NAME}\s{{0,9}}(?:=|:)\s{{0,9}}[bfru]{{0,2}}){_QUOTED}", re.IGNORECASE)
_BARE = re.compile(rf"(?P<before>{_NAME}(?:==|:=|=))(?![=\"'])[^\s,;&)}}\]\"'`]+", re.IGNORECASE)
_INPUT = re.compile(
    rf"(?P<before>name=[\"']?[\w-]{{0,40}}?(?:{SECRET_NAMES})[^>]{{0,300}}?\bvalue=){_QUOTED}",
    re.IGNORECASE | re.DOTALL,
)
_ITEM = re.compile(r"(?P<name>[^=:@\s]+)(?P<sign>==|:=|=|:\s*)(?=.)", re.DOTALL)
_CREDENTIALS = ("-a", "--auth", "-u", "--user")
_CURLS_COOKIES = ("-b", "--cookie")
_ALIKE = 8  # characters; a shorter secret of letters is hidden as a word of its own only
Tree = TypeVar("Tree")


class Redaction:
    """Leaves out the texts that are secret, and what follows a name such as password, token or secret."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        written = {form for text in secrets for form in _ways_to_write(text)}
        longest_first = sorted(written, key=lambda text: (-len(text), text))
        self._secrets = re.compile("|".join(map(_pattern, longest_first))) if written else None

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        shown = self.code(text)
        shown = _INPUT.sub(_without, shown)
        return _BARE.sub(rf"\g<before>{HIDDEN}", shown)

    def code(self, line: str) -> str:
        """Return a line of code without secrets: of what is named so, string literals alone."""
        shown = self._secrets.sub(HIDDEN, line) if self._secrets is not None else line
        return _LITERAL.sub(_without, shown)

    def words(self, words: Sequence[str]) -> list[str]:
        """Return the words of a command line without secrets."""
        shown, before = [], ""
        for word in words:
            if before in (*_CREDENTIALS, *(_CURLS_COOKIES if "curl" in words else ())):
                shown.append(HIDDEN)
            else:
                shown.append(self._word(word))
            before = word
        return shown

    def tree(self, tree: Tree) -> Tree:
        """Return blocks or JSON without secrets in any of their texts."""
        return self._tree(tree)  # type: ignore[no-any-return]

    def _tree(self, tree: Any) -> Any:
        match tree:
            case str():
                return self.text(tree)
            case tuple():
                return tuple(map(self._tree, tree))
            case list():
                return list(map(self._tree, tree))
            case dict():
                return {key: self._tree(each) for key, each in tree.items()}
            case CodeFrame():
                return self._frame(tree)
            case Record():
                return tree.replace(**{name: self._tree(each) for name, each in vars(tree).items()})
        return tree

    def _frame(self, frame: CodeFrame) -> CodeFrame:
        lines = tuple(map(self.code, frame.lines))
        mark = frame.mark
        if mark is not None and lines != frame.lines:  # what is marked may stand elsewhere now
            mark = mark.replace(start=0, end=0)
        return frame.replace(lines=lines, mark=mark, file=self.text(frame.file))

    def _word(self, word: str) -> str:
        option, sign, _ = word.partition("=")
        if option in _CREDENTIALS and sign:
            return f"{option}={HIDDEN}"
        item = _ITEM.match(word)
        if item and "/" not in item["name"] and is_secret(item["name"]):
            return f"{item[0]}{HIDDEN}"
        return self.text(word)


def _without(found: re.Match[str]) -> str:
    return f"{found['before']}{found['quote']}{HIDDEN}{found['quote']}"


def _ways_to_write(text: str) -> set[str]:
    """List how a text may stand in a URL, in HTML, in JSON and in Python."""
    return {
        text,
        quote(text, errors="replace"),
        quote_plus(text, errors="replace"),
        escape(text),
        json.dumps(text)[1:-1],
        repr(text)[1:-1],
    }


def _pattern(text: str) -> str:
    word = re.escape(text)
    return rf"(?<!\w){word}(?!\w)" if len(text) < _ALIKE and text.isalnum() else word
