"""A variable of a rule: what its converter takes, and why it did not take a text, in plain English.

It is facts alone, so it knows neither Werkzeug's converters nor the rule around it.
"""

from __future__ import annotations

import re
from typing import assert_never

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.routing.lookalikes import alike_words
from routelab.routing.wording import counted, listed, plain, quoted


class ConverterKind(OneOf):
    """Which converter it is, so that words can say what it takes."""

    TEXT = "text"
    INT = "int"
    FLOAT = "float"
    PATH = "path"
    UUID = "uuid"
    ANY = "any"
    CUSTOM = "custom"  # not one of Werkzeug's: only its regular expression is known


class Variable(Record):
    """One `<...>` of a rule, with what its converter takes."""

    name: str
    converter: str  # as written; "string" when none is
    named: bool  # whether the rule names a converter at all
    arguments: str  # as written between the parentheses, else ""
    kind: ConverterKind
    regex: str
    refuses: bool  # whether it can refuse a text that its pattern fits (it has a to_python of its own)
    signed: bool = False
    digits: int = 0  # fixed_digits of int
    minimum: float | None = None
    maximum: float | None = None
    shortest: int = 1
    longest: int | None = None
    items: tuple[str, ...] = ()
    needs_slash: bool = False  # its pattern fits no text without a slash, and one segment is all it is given

    @property
    def written(self) -> str:
        """The converter as written: `int`, `int(min=5)`."""
        return f"{self.converter}({self.arguments})" if self.arguments else self.converter

    @property
    def takes_nothing(self) -> bool:
        """Whether no value is left, as where its limits exclude each other."""
        numbers = self.minimum is not None and self.maximum is not None and self.minimum > self.maximum
        return self.needs_slash or numbers or (self.longest is not None and self.longest < self.shortest)


def misfit_words(variable: Variable, got: str) -> str:
    """Say why the converter's pattern does not fit `got`."""
    match variable.kind:
        case ConverterKind.INT:
            return _int_words(variable, got)
        case ConverterKind.FLOAT:
            return _float_words(variable, got)
        case ConverterKind.TEXT:
            return _length_words(variable, got)
        case ConverterKind.ANY:
            alike = next((words for item in variable.items if (words := alike_words(got, item))), "")
            said = f"{variable.written} accepts only {listed(variable.items)}, not {quoted(got)}"
            return f"{said}: {alike}" if alike else said
        case ConverterKind.UUID:
            return (
                "uuid accepts 32 hexadecimal digits in groups of 8-4-4-4-12; "
                f"{quoted(got)} is not written that way"
            )
        case ConverterKind.PATH:
            return _path_words(variable, got)
        case ConverterKind.CUSTOM:
            return _pattern_words(variable, got)
        case _:
            assert_never(variable.kind)


def nothing_words(variable: Variable) -> str:
    """Say of a variable that takes nothing why that is so."""
    if variable.needs_slash:
        return (
            f"{plain(variable.written)} has the pattern {plain(variable.regex)}, which needs a slash, but it "
            "is given one segment at a time, so no path fits (a converter takes slashes only with "
            "part_isolating = False)"
        )
    return f"the limits of {plain(variable.written)} exclude each other, so no value fits"


def refusal_words(variable: Variable | None, got: str) -> str:
    """Say why a text that fits the pattern was refused all the same."""
    if variable is None:
        return "one of its converters rejected a value"
    said = f"{variable.written} rejected {got if got.isalnum() else quoted(got)}"
    if variable.kind not in (ConverterKind.INT, ConverterKind.FLOAT):
        return said
    if variable.takes_nothing:
        return f"{said}: {nothing_words(variable)}"
    if variable.digits and len(got) != variable.digits:
        return f"{said} (it accepts exactly {counted(variable.digits, 'digit')})"
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
    accepts = f"{variable.written} accepts only digits"
    if variable.signed:
        accepts = f'{accepts}, with or without "-" before them'
    elif got[:1] == "-" and re.fullmatch(r"\d+", got[1:]):
        return f'{accepts}; {quoted(got)} starts with "-"'
    if got[:1] == "+":
        return f'{accepts}; {quoted(got)} starts with "+"'
    if re.fullmatch(r"-?\d+\.\d*", got):
        return f"{accepts}; {quoted(got)} has a point"
    return f"{accepts}, not {quoted(got)}"


def _float_words(variable: Variable, got: str) -> str:
    name = variable.written
    if got[:1] in ("-", "+") and re.fullmatch(r"\d+\.\d+", got[1:]):
        return f"{name} accepts no sign; {quoted(got)} starts with {quoted(got[0])}"
    number = got.removeprefix("-") if variable.signed else got
    if re.fullmatch(r"\d+", number):
        return f"{name} needs a point; {quoted(got)} has none"
    if re.fullmatch(r"\.\d+", number):
        return f"{name} needs a digit before the point; {quoted(got)} has none"
    if re.fullmatch(r"\d+\.", number):
        return f"{name} needs a digit after the point; {quoted(got)} has none"
    return f"{name} accepts only digits around a point, not {quoted(got)}"


def _length_words(variable: Variable, got: str) -> str:
    shortest, longest = variable.shortest, variable.longest
    has = f"{quoted(got)} has {len(got)}"
    if shortest == longest:
        return f"{variable.written} accepts exactly {counted(shortest, 'character')}; {has}"
    if len(got) < shortest:
        return f"{variable.written} accepts at least {counted(shortest, 'character')}; {has}"
    if longest is not None and len(got) > longest:
        return f"{variable.written} accepts at most {counted(longest, 'character')}; {has}"
    return _pattern_words(variable, got)


def _path_words(variable: Variable, got: str) -> str:
    if got.startswith("/"):
        return f"path accepts any text that does not begin with a slash; {quoted(got)} does"
    if "\n" in got:
        return f"path accepts no line break; {quoted(got)} has one"
    return _pattern_words(variable, got)


def _pattern_words(variable: Variable, got: str) -> str:
    if variable.needs_slash:
        return nothing_words(variable)
    return (
        f"{variable.written} accepts only text that fits the pattern {variable.regex}; {quoted(got)} does not"
    )
