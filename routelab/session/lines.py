"""What a typed line is: a request, a curl command, a URL to build, a command word, or none of these.

It looks at text alone: it must not know the app, the lesson, nor what a command does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeAlias

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_WORD = re.compile(r"[^\W\d]+").fullmatch
_URL = re.compile(r"(?:[a-z]+://|localhost\b|127\.0\.0\.1\b|:\d+(?:/|$))", re.IGNORECASE).match
_BUILD = re.compile(r"url_for\s*(?:\(|$)").match
# What people copy along with a line: prompts, the command itself, Markdown's backticks.
_COPIED = re.compile(
    r"(?:(?:[$>%]|>>>)\s+)?(?:(?:python3? -m )?routelab request\s+|https?\s+(?=[A-Z]+\s|/|:))?"
).match
_VERSION = re.compile(r"(?<=\S)\s+HTTP/\d(?:\.\d)?$").sub
_SPOKEN = "?!.,;)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """Nothing was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A line for people alone, as scripts have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTyped:
    """A request, whole or half right."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurlTyped:
    """A curl command."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildTyped:
    """A call of url_for."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTyped:
    """A command word and what follows it."""

    name: str
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTyped:
    """Anything else."""

    text: str


Line: TypeAlias = Blank | Comment | RequestTyped | CurlTyped | BuildTyped | CommandTyped | OtherTyped


def sort_line(typed: str, names: Collection[str]) -> Line:
    """Tell what a line is; `names` are the command words."""
    text = _without_wrapping(typed)
    if not text:
        return Blank()
    if text.startswith("#"):
        return Comment()
    first, _, rest = text.partition(" ")
    if first.casefold() == "curl":
        return CurlTyped(text=text)
    if _BUILD(text):
        return BuildTyped(text=text)
    if _is_request(text, first, rest.strip(), names):
        return RequestTyped(text=text)
    name = command_word(first)
    if name in names:
        return CommandTyped(name=name, rest=rest.strip())
    return OtherTyped(text=text)


def command_word(word: str) -> str:
    """Return a word as command words are written: `.Help`, `:help` and `help()` are `help`."""
    return "help" if word == "?" else word.removesuffix("()").strip(f".:{_SPOKEN}").casefold()


def is_unfinished(typed: str) -> bool:
    """Tell whether a curl command goes on in the next line: after a backslash, or inside quotes."""
    if not _without_wrapping(typed).casefold().startswith("curl "):
        return False
    from routelab.requestline.curl import is_open

    return is_open(typed)


def lines_of(pasted: str) -> Iterator[str]:
    """Split what was pasted into lines to answer, a curl command over several lines being one."""
    waiting = ""
    for line in pasted.splitlines():
        waiting = f"{waiting}\n{line}" if waiting else line
        if not is_unfinished(waiting):
            yield waiting
            waiting = ""
    if waiting:
        yield waiting


def _without_wrapping(typed: str) -> str:
    text = typed.strip()
    for quote in "`'\"":
        if len(text) > 1 and text[0] == text[-1] == quote and quote not in text[1:-1]:
            text = text[1:-1].strip()
    copied = _COPIED(text)
    text = text[copied.end() :].strip() if copied else text
    return _VERSION("", text)


def _is_request(text: str, first: str, rest: str, names: Collection[str]) -> bool:
    if text.startswith("/") or _URL(text):
        return True
    return first.upper() in METHODS or _names_a_method(first, rest, names)


def _names_a_method(first: str, rest: str, names: Collection[str]) -> bool:
    """Tell whether a word is a method of somebody's own making: `AHOY /port`."""
    return _WORD(first) is not None and rest.startswith("/") and command_word(first) not in names
