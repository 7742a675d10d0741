"""Texts that a variable takes: the one nearest to what was given, and a set of different ones.

It guesses from what is known of the converter; only Werkzeug can say whether a guess fits, and is asked.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from routelab.routing.pattern import Dynamic, Pattern
from routelab.routing.variable import Kind, Variable

_UUIDS = ("12345678-1234-5678-1234-567812345678", "00000000-0000-0000-0000-000000000001")
# Tried in turn on a pattern of which nothing else is known.
_ANYTHING = (
    "1",
    "2",
    "a",
    "b",
    "A",
    "ab",
    "abc",
    "en",
    "10",
    "12",
    "123",
    "1.5",
    "a-b",
    "a_b",
    "a+b",
    "a/b",
    "x1",
)


def nearest_sample(variable: Variable, got: str) -> str | None:
    """Change `got` as little as can be guessed, so that the variable takes it; None when nothing is known."""
    match variable.kind:
        case Kind.INT:
            return _whole_number(variable, got)
        case Kind.FLOAT:
            return _decimal(variable, got)
        case Kind.ANY:
            near = get_close_matches(got, variable.items, n=1)
            return near[0] if near else (variable.items or (None,))[0]
        case Kind.UUID:
            return _UUIDS[0]
        case Kind.TEXT:
            text = (got or variable.name)[: variable.longest]
            return text + "x" * (variable.shortest - len(text))
        case Kind.PATH:
            return got.strip("/") or variable.name
        case Kind.CUSTOM:
            return next(_fitting(variable, (got.lower(), got.upper(), *_ANYTHING)), None)


def _whole_number(variable: Variable, got: str) -> str:
    found = re.search(r"-?[0-9]+" if variable.signed else "[0-9]+", got)
    number = int(found[0]) if found and len(found[0]) < 20 else 1
    return str(_within(variable, number)).zfill(variable.digits)


def _decimal(variable: Variable, got: str) -> str:
    found = re.search(r"-?[0-9]*\.?[0-9]+" if variable.signed else r"[0-9]*\.?[0-9]+", got)
    return str(float(_within(variable, float(found[0]) if found and len(found[0]) < 15 else 1.5)))


def _within(variable: Variable, number: float) -> float:
    if variable.minimum is not None and number < variable.minimum:
        return variable.minimum
    if variable.maximum is not None and number > variable.maximum:
        return variable.maximum
    return number


def samples(variable: Variable) -> tuple[str, ...]:
    """Different texts that the variable takes, as far as can be guessed; the plainest first."""
    return tuple(dict.fromkeys(_samples(variable)))


def _samples(variable: Variable) -> Iterator[str]:
    match variable.kind:
        case Kind.INT:
            for got in ("1", "2", "3", "10", "42", "999", "2024", "-1"):
                yield _whole_number(variable, got)
        case Kind.FLOAT:
            for got in ("1.5", "0.5", "2.25", "10.0", "-1.5"):
                yield _decimal(variable, got)
        case Kind.ANY:
            yield from variable.items
        case Kind.UUID:
            yield from _UUIDS
        case Kind.TEXT:
            for got in ("a", "routelab", "ab", "x-y", "1", "7.5", "ä", _UUIDS[0]):
                text = got[: variable.longest]
                yield text + "x" * (variable.shortest - len(text))
        case Kind.PATH:
            yield from ("a", "a/b", "a/b/c", "x.txt", "1", "1/2")
        case Kind.CUSTOM:
            yield from _fitting(variable, _ANYTHING)


def _fitting(variable: Variable, texts: tuple[str, ...]) -> Iterator[str]:
    return (text for text in texts if re.fullmatch(variable.regex, text))


def sample_path(pattern: Pattern) -> str | None:
    """Fill in one text for each variable; None where no text can be guessed."""
    texts: list[str] = []
    for part in pattern.parts:
        if isinstance(part, Dynamic):
            known = [nearest_sample(variable, "") for variable in part.variables]
            if None in known:
                return None
            texts.append(part.filled(tuple(text for text in known if text is not None)))
        else:
            texts.append(part.text)
    return "/".join(texts).replace("//", "/")
