"""The arguments of a match: the text that the path gave for each, and what its converter made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routelab.routing.obstacle import Refused
from routelab.routing.variable import Variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One argument. One that the rule sets itself (`defaults`) has neither converter nor raw text."""

    name: str
    converter: str | None  # as written, "string" when none is
    raw: str | None
    value: Any  # None when it was never converted
    refused: bool = False
    converted: bool = True


def matched_values(taken: tuple[tuple[Variable, str], ...], args: Mapping[str, Any]) -> tuple[Value, ...]:
    """Pair the texts that the variables took with the arguments that Werkzeug made of them."""
    named = {
        variable.name: Value(
            name=variable.name, converter=variable.converter, raw=raw, value=args.get(variable.name)
        )
        for variable, raw in taken
    }
    others = (
        Value(name=name, converter=None, raw=None, value=args[name]) for name in args if name not in named
    )
    return (*named.values(), *others)


def refused_values(taken: tuple[tuple[Variable, str], ...], refusal: Refused | None) -> tuple[Value, ...]:
    """Show the texts that the variables took when a converter refused one and no argument came of it."""
    return tuple(
        Value(
            name=variable.name,
            converter=variable.converter,
            raw=raw,
            value=None,
            refused=refusal is not None and variable is refusal.variable,
            converted=False,
        )
        for variable, raw in taken
    )
