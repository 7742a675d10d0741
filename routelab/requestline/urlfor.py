"""A call of `url_for`, typed as in a view or as the words of a command, as an endpoint and its values.

It must not know routes: whether there is such an endpoint is the router's business.
"""

import ast
import json
from collections.abc import Sequence
from typing import Any

from routelab.record import Record
from routelab.requestline.errors import Fault, RequestLineError
from routelab.requestline.quoting import check_line

# What url_for itself takes; every other name is a value for the rule.
_OPTIONS = ("_anchor", "_external", "_method", "_scheme")
_LONGEST = 40  # characters of a name that is repeated in a sentence


class UrlFor(Record):
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
    """Read `url_for('profile', user_id=42)`; the arguments are literals. Raises RequestLineError."""
    check_line(line)
    try:
        call = ast.parse(line.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise _not_a_call("this is not a complete call") from None
    except (MemoryError, RecursionError):  # Python's parser says so of what is nested too deeply
        raise _not_a_call("this call is nested too deeply") from None
    if not isinstance(call, ast.Call) or any(keyword.arg is None for keyword in call.keywords):
        raise _not_a_call("this is not a simple call")
    try:
        positional = [ast.literal_eval(argument) for argument in call.args]
        named = [(str(keyword.arg), ast.literal_eval(keyword.value)) for keyword in call.keywords]
    except (ValueError, TypeError, RecursionError, MemoryError):  # TypeError: a list as the key of a dict
        raise _not_a_call(_no_literal(call)) from None
    if len(positional) != 1 or not isinstance(positional[0], str):
        raise _not_a_call("url_for takes one endpoint, in quotes, and values by name")
    return _of(positional[0], named)


def _no_literal(call: ast.Call) -> str:
    """Say what cannot be read: nobody gave a name here a value, so it was meant as text."""
    values = (*call.args, *(keyword.value for keyword in call.keywords))
    name = next((it.id for it in values if isinstance(it, ast.Name) and len(it.id) <= _LONGEST), None)
    literals = "the arguments must be literals, such as 'text' or 42"
    return literals if name is None else f"text needs quotes, as in {name!r}"


def parse_build_words(words: Sequence[str]) -> UrlFor:
    """Read `profile user_id:=42 tab=posts`; `=` gives text, `:=` anything that JSON can say."""
    endpoint, *rest = words
    return _of(endpoint, [_named(word) for word in rest])


def _named(word: str) -> tuple[str, Any]:
    name, equals, text = word.partition("=")
    as_json = name.endswith(":")
    name = name.removesuffix(":")
    if not equals or not name.isidentifier():
        raise RequestLineError(Fault.NOT_A_VALUE, word=word, problem="is not a value")
    if not as_json:
        return name, text
    try:
        return name, json.loads(text)
    except (ValueError, RecursionError):
        raise RequestLineError(Fault.NOT_A_VALUE, word=word, problem="has no JSON after :=") from None


def _of(endpoint: str, named: list[tuple[str, Any]]) -> UrlFor:
    for text in (endpoint, *(value for _, value in named)):
        _check_value(text)
    return UrlFor(
        endpoint=endpoint,
        values=tuple(pair for pair in named if pair[0] not in _OPTIONS),
        options=tuple(pair for pair in named if pair[0] in _OPTIONS),
    )


def _check_value(value: Any) -> None:
    """Refuse what nobody could read back: half a character, or a number that Python will not write out."""
    try:
        repr(value)
    except (ValueError, RecursionError):
        raise _not_a_call("a number has more digits than Python writes") from None
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise RequestLineError(Fault.NOT_UTF8, where="value") from None


def _not_a_call(problem: str) -> RequestLineError:
    return RequestLineError(Fault.NOT_A_CALL, problem=problem)
