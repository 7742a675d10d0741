"""A function for which a decorator around it answered: how that begins, and the decorator's line.

It reads one call, and knows no step.
"""

from __future__ import annotations

import re

from routelab.tracing.answers.spots import Spot, spot_around
from routelab.tracing.facts import Call, Value, Wrapper
from routelab.tracing.phrases import at_place, called_name, named


def before_wrapper(ran: Call, wrapper: Wrapper) -> str:
    """Say what became of a function, and name the wrapper last: it did what follows."""
    function, at = called_name(ran.place.function), at_place(wrapper.place)
    inner = f" ({called_name(wrapper.place.function)}{at})" if wrapper.decorator else at
    who = f"{wrapper.decorator or called_name(wrapper.place.function)}{inner}"
    if ran.may_have_run:
        return f"{function} may have run where it could not be seen: {who}"
    if not ran.ran:
        return f"{function} never ran: {who}"
    if ran.returned is not None:
        return f"{function} returned {_thing(ran.returned)}, and {who} around it"
    if ran.raised is not None:
        return f"{function} raised {named(ran.raised)}, and {who} around it"
    return f"{function} ran, but {who}"


def _thing(value: Value) -> str:
    """Name a value by its type: "None", "a list"."""
    match value.type:
        case "NoneType":
            return "None"
        case "str":
            return "a string"
        case "Response":
            return "a response"
        case "dict" | "list" | "tuple" | "generator" | "bool" | "float":
            return f"a {value.type}"
        case "int" | "bytes":
            return "an int" if value.type == "int" else "bytes"
        case _:
            return f"an object of class {value.type}"


def wrapping_spot(ran: Call, wrapper: Wrapper) -> Spot | None:
    """Return the line that puts the wrapper around a function, where the function's lines show it."""
    if ran.place.file is None or ran.first_line is None or wrapper.decorator is None:
        return None
    written = re.compile(rf"@[\w.]*\b{re.escape(wrapper.decorator.rpartition('.')[2])}\b")
    for number, text in enumerate(ran.source):
        if (found := written.search(text)) is not None:
            spot = spot_around(ran, ran.first_line + number)
            return None if spot is None else spot.replace(start=found.start(), end=found.end())
    return None
