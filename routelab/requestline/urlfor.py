"""A call of `url_for`, typed as in a view or as the words of a command, as an endpoint and its values.

It must not know routes: whether there is such an endpoint is the router's business.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .errors import RequestLineError

# What url_for itself takes; every other name is a value for the rule.
_OPTIONS = ("_anchor", "_external", "_method", "_scheme")


class NotACallError(RequestLineError):
    """A line that begins like a call of url_for and is none."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(f"{problem}; write it as in: url_for('profile', user_id=42)")


class NotAValueError(RequestLineError):
    """A word after the endpoint that is no NAME=VALUE."""

    def __init__(self, word: str, problem: str = "is no value") -> None:
        self.word = word
        super().__init__(f"{word!r} {problem}; write NAME=VALUE, or NAME:=JSON, as in: user_id:=42")


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlFor:
    """What a call of url_for asks for; `options` are those of url_for itself, `_method` and so on."""

    endpoint: str
    values: tuple[tuple[str, Any], ...] = ()
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def full_endpoint(self) -> str:
        """The endpoint that a view of no blueprint means: there, `.home` is `home`."""
        return self.endpoint.removeprefix(".")

    def option(self, name: str) -> Any:
        """Return one of url_for's own options, or None."""
        return dict(self.options).get(name)


def is_url_for(line: str) -> bool:
    """Tell whether a line is meant as a call of url_for."""
    return line.lstrip().startswith("url_for(")


def parse_url_for(line: str) -> UrlFor:
    """Read `url_for('profile', user_id=42)`; the arguments are literals."""
    import ast  # only for those who ask

    try:
        call = ast.parse(line.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise NotACallError("this is no complete call") from None
    if not isinstance(call, ast.Call) or any(keyword.arg is None for keyword in call.keywords):
        raise NotACallError("this is no simple call")
    try:
        positional = [ast.literal_eval(argument) for argument in call.args]
        named = [(str(keyword.arg), ast.literal_eval(keyword.value)) for keyword in call.keywords]
    except ValueError:
        raise NotACallError("the arguments must be literals, such as 'text' or 42") from None
    if len(positional) != 1 or not isinstance(positional[0], str):
        raise NotACallError("url_for takes one endpoint, in quotes, and values by name")
    return _of(positional[0], named)


def parse_build_words(words: Sequence[str]) -> UrlFor:
    """Read `profile user_id:=42 tab=posts`; `=` gives text, `:=` anything that JSON can say."""
    endpoint, *rest = words
    return _of(endpoint, [_named(word) for word in rest])


def _named(word: str) -> tuple[str, Any]:
    name, equals, text = word.partition("=")
    as_json = name.endswith(":")
    name = name.removesuffix(":")
    if not equals or not name.isidentifier():
        raise NotAValueError(word)
    if not as_json:
        return name, text
    try:
        return name, json.loads(text)
    except ValueError:
        raise NotAValueError(word, "is no JSON after :=") from None


def _of(endpoint: str, named: list[tuple[str, Any]]) -> UrlFor:
    return UrlFor(
        endpoint=endpoint,
        values=tuple(pair for pair in named if pair[0] not in _OPTIONS),
        options=tuple(pair for pair in named if pair[0] in _OPTIONS),
    )
