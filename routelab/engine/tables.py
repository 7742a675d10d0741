"""The tables that decorators write into, and whose turn it is: the app's functions, or a blueprint's.

It knows names and order, and nothing of what the functions do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .typing import AnyFunction, Hook, Name


def naming(add: Callable[..., None], name: str | None) -> Callable[[AnyFunction], AnyFunction]:
    """Return the decorator that calls `add(function, name=name)`, as in `@app.template_filter("shout")`."""

    def decorator(function: AnyFunction) -> AnyFunction:
        add(function, name=name)
        return function

    return decorator


def functions_for(table: Mapping[Name, list[Hook]], blueprints: Sequence[str]) -> list[Hook]:
    """Return a table's functions for a blueprint, `blueprints` being what `nesting_of` gives for it.

    The app's own come first, then those of the outermost blueprint, and so on inwards.
    """
    return [function for name in (None, *reversed(blueprints)) if name in table for function in table[name]]


def nesting_of(endpoint: str) -> list[str]:
    """`"a.b.index"` gives `["a.b", "a"]`: the endpoint's blueprint, then those that it is nested in."""
    if "." not in endpoint:
        return []
    parts = endpoint.split(".")
    return [".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]
