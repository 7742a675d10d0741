"""Say why a converter did not take a text, for someone who has never seen a regular expression.

Pure functions from facts to plain English; they know neither rules nor requests.
"""

import re
from typing import assert_never

from routelab.routing.pattern import Kind, Variable


def quoted(text: str) -> str:
    """Put text from outside in double quotes, with what cannot be printed escaped."""
    shown = "".join(c if c.isprintable() and c not in '"\\' else _escaped(c) for c in text)
    return f'"{shown}"'


def _escaped(character: str) -> str:
    return f"\\{character}" if character in '"\\' else character.encode("unicode_escape").decode()


def misfit_words(variable: Variable, got: str) -> str:
    """Say why the converter's pattern does not fit `got`."""
    match variable.kind:
        case Kind.INT:
            return _int_words(variable, got)
        case Kind.FLOAT:
            return _float_words(variable, got)
        case Kind.TEXT:
            return _length_words(variable, got)
        case Kind.ANY:
            return f"{variable.written} takes only {listed(variable.items)}; {quoted(got)} is not"
        case Kind.UUID:
            return (
                "uuid takes 32 hexadecimal digits in groups of 8-4-4-4-12; "
                f"{quoted(got)} is not written that way"
            )
        case Kind.PATH:
            return _path_words(variable, got)
        case Kind.CUSTOM:
            return _pattern_words(variable, got)
        case _:
            assert_never(variable.kind)


def refusal_words(variable: Variable | None, got: str) -> str:
    """Say why a text that fits the pattern was refused all the same."""
    if variable is None:
        return "one of its converters refused a value"
    said = f"{variable.written} refused {got if got.isalnum() else quoted(got)}"
    if variable.kind not in (Kind.INT, Kind.FLOAT):
        return said
    if variable.digits and len(got) != variable.digits:
        return f"{said} (it takes exactly {counted(variable.digits, 'digit')})"
    try:
        number = float(got)
    except (ValueError, OverflowError):
        return said
    if variable.minimum is not None and number < variable.minimum:
        return f"{said} (below {variable.minimum})"
    if variable.maximum is not None and number > variable.maximum:
        return f"{said} (above {variable.maximum})"
    return f"{said} (too many digits)" if len(got) > 4000 else said


def _int_words(variable: Variable, got: str) -> str:
    takes = f"{variable.written} takes digits only"
    if variable.signed:
        takes = f'{variable.written} takes digits, with or without "-" before them'
    elif got[:1] == "-" and re.fullmatch(r"\d+", got[1:]):
        return f'{takes}; {quoted(got)} starts with "-"'
    if got[:1] == "+":
        return f'{takes}; {quoted(got)} starts with "+"'
    if re.fullmatch(r"-?\d+\.\d*", got):
        return f"{takes}; {quoted(got)} has a point"
    return f"{takes}; {quoted(got)} is not"


def _float_words(variable: Variable, got: str) -> str:
    name = variable.written
    if got[:1] in ("-", "+") and re.fullmatch(r"\d+\.\d+", got[1:]):
        return f"{name} takes no sign; {quoted(got)} starts with {quoted(got[0])}"
    number = got.removeprefix("-") if variable.signed else got
    if re.fullmatch(r"\d+", number):
        return f"{name} needs a point; {quoted(got)} has none"
    if re.fullmatch(r"\.\d+", number):
        return f"{name} needs a digit before the point; {quoted(got)} has none"
    if re.fullmatch(r"\d+\.", number):
        return f"{name} needs a digit after the point; {quoted(got)} has none"
    return f"{name} takes digits, a point and digits; {quoted(got)} is not"


def _length_words(variable: Variable, got: str) -> str:
    shortest, longest = variable.shortest, variable.longest
    has = f"{quoted(got)} has {len(got)}"
    if shortest == longest:
        return f"{variable.written} takes exactly {counted(shortest, 'character')}; {has}"
    if len(got) < shortest:
        return f"{variable.written} takes at least {counted(shortest, 'character')}; {has}"
    if longest is not None and len(got) > longest:
        return f"{variable.written} takes at most {counted(longest, 'character')}; {has}"
    return _pattern_words(variable, got)


def _path_words(variable: Variable, got: str) -> str:
    if got.startswith("/"):
        return f"path takes any text that does not begin with a slash; {quoted(got)} does"
    if "\n" in got:
        return f"path takes no line break; {quoted(got)} has one"
    return _pattern_words(variable, got)


def _pattern_words(variable: Variable, got: str) -> str:
    return (
        f"{variable.written} takes only text that fits the pattern {variable.regex}; {quoted(got)} does not"
    )


def listed(words: tuple[str, ...], joint: str = "or") -> str:
    """Join words as in a sentence: "a", "a or b", "a, b or c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def counted(number: int, noun: str) -> str:
    """Count in words a beginner reads: "one segment", "3 segments"."""
    return f"one {noun}" if number == 1 else f"{number} {noun}s"
