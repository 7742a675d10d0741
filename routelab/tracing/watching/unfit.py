"""What of a returned value kept it from becoming a response, and what could be made of it.

It looks at the value, and converts nothing, nor does it know how a response is made.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from routelab.tracing.steps.make_response import MakeResponseStep, Remedy, Shape, TuplePart
from routelab.tracing.watching.code.values import value_of
from routelab.tracing.watching.shapes import headers_part, split

# What JSON has, and what Flask's provider makes text of.
_KNOWN = (str, int, float, bool, type(None), date, UUID)
_DEEPEST = 20
_AS_TEXT = (int, float, complex, date, time, timedelta, UUID)


def with_what_is_unfit(step: MakeResponseStep, returned: Any) -> MakeResponseStep:
    """Return the step of a refusal with the part that was to blame, and what could be made of it."""
    body = split(returned)[0]
    if isinstance(returned, tuple) and type(returned) is not tuple:
        step = step.replace(tuple_class=type(returned).__name__)
    if step.shape is Shape.OTHER:
        return step.replace(remedy=_remedy(returned, body))
    if step.shape in (Shape.DICT, Shape.LIST):
        not_json = part_without_json(body)
        if not_json is not None:
            return step.replace(not_json=not_json)
    for part, given, fits in _of_tuple(returned):
        if not fits:
            return step.replace(unfit=part, unfit_value=value_of(given))
    return step


def _of_tuple(returned: Any) -> Iterator[tuple[TuplePart, Any, bool]]:
    """Yield the headers and the status of a returned tuple, and whether each can be that."""
    if not isinstance(returned, tuple) or len(returned) not in (2, 3):
        return
    headers = headers_part(returned)
    if headers:
        yield TuplePart.HEADERS, headers, _are_headers(headers)
    if len(returned) == 3 or headers == ():
        yield TuplePart.STATUS, returned[1], isinstance(returned[1], int | str | None)


def _are_headers(given: Any) -> bool:
    if isinstance(given, Mapping | Iterator) or hasattr(given, "getlist"):
        return True
    pairs = isinstance(given, list | tuple)
    return pairs and all(isinstance(it, list | tuple | str) and len(it) == 2 for it in given)


def _remedy(returned: Any, body: Any) -> Remedy | None:
    """Return what makes something of a value that can become a response; None where nothing is sure to."""
    kind = type(body)
    if any(hasattr(type(it), "_asdict") for it in (returned, body)):
        return Remedy.ASDICT
    if isinstance(body, bool) or (isinstance(body, int) and returned is not body):
        return None  # a hook that means to let the view run, or a status, more likely
    if isinstance(body, _AS_TEXT) or _is_decimal(body):
        return Remedy.STR
    if is_dataclass(kind):
        return Remedy.JSONIFY
    if hasattr(kind, "as_view") and hasattr(kind, "dispatch_request"):
        return Remedy.AS_VIEW
    if hasattr(kind, "keys") and hasattr(kind, "__getitem__"):
        return Remedy.DICT
    if issubclass(kind, Collection) and not issubclass(kind, tuple | memoryview):
        return Remedy.LIST
    return None


def part_without_json(value: object, name: str = "", also: tuple[type, ...] = ()) -> str | None:
    """Return the first part that cannot be written, with its type: "['genres'], of type set"; None for none.

    `name` is that of the value itself; values of the types `also` can be written, too.
    """
    return _part(value, name, 0, also)


def _part(value: Any, path: str, depth: int, also: tuple[type, ...]) -> str | None:
    if isinstance(value, (*_KNOWN, *also)) or _is_decimal(value) or depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        for key, each in value.items():
            if not isinstance(key, str | int | float | bool | None):
                return f"the key {key!r:.60} of {path or 'the dict'}, a {type(key).__name__}"
            found = _part(each, f"{path}[{key!r:.60}]", depth + 1, also)
            if found is not None:
                return found
        return None
    if isinstance(value, list | tuple):
        parts = (_part(each, f"{path}[{number}]", depth + 1, also) for number, each in enumerate(value))
        return next(filter(None, parts), None)
    if hasattr(type(value), "__html__") or (is_dataclass(value) and not isinstance(value, type)):
        return None
    return f"{path or 'it'}, of type {type(value).__name__}"


def _is_decimal(value: object) -> bool:
    decimal = sys.modules.get("decimal")  # who has not loaded it has no such number
    return decimal is not None and isinstance(value, decimal.Decimal)
