"""Which part of a value has no form in JSON. It looks at types, and converts nothing."""

from __future__ import annotations

import sys
from dataclasses import is_dataclass
from datetime import date
from typing import Any
from uuid import UUID

# What JSON has, and what Flask's provider makes text of.
_KNOWN = (str, int, float, bool, type(None), date, UUID)
_DEEPEST = 20


def part_without_json(value: object) -> str | None:
    """Return the first part that cannot be written, with its type: "['genres'], a set"; None for none."""
    return _part(value, "", 0)


def _part(value: Any, path: str, depth: int) -> str | None:
    if isinstance(value, _KNOWN) or _is_decimal(value) or depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        for key, each in value.items():
            if not isinstance(key, str | int | float | bool | None):
                return f"the key {key!r:.60} of {path or 'the dict'}, a {type(key).__name__}"
            found = _part(each, f"{path}[{key!r:.60}]", depth + 1)
            if found is not None:
                return found
        return None
    if isinstance(value, list | tuple):
        parts = (_part(each, f"{path}[{number}]", depth + 1) for number, each in enumerate(value))
        return next(filter(None, parts), None)
    if hasattr(type(value), "__html__") or (is_dataclass(value) and not isinstance(value, type)):
        return None
    return f"{path or 'it'}, of type {type(value).__name__}"


def _is_decimal(value: object) -> bool:
    decimal = sys.modules.get("decimal")  # who has not loaded it has no such number
    return decimal is not None and isinstance(value, decimal.Decimal)
