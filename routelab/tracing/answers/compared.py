"""What a view compares in vain: a string of digits with numbers, the method with small letters.

It reads what a view was given and its own lines, and knows no step.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from textwrap import dedent

from routelab.pythontext import parsed
from routelab.tracing.facts import Call

_DIGITS = 12  # letters of a number that an id may have


def digits_compared(ran: Call) -> str | None:
    """Say of an argument like '7' that it is a string, where the view compares it or looks it up."""
    given = {
        it.name: it.value.json
        for it in ran.arguments
        if isinstance(it.value.json, str) and it.value.json.isdecimal() and len(it.value.json) <= _DIGITS
    }
    if not given:
        return None
    tree = parsed(dedent("\n".join(ran.source)))
    set_here = {it.id for it in ast.walk(tree) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)}
    name = next((name for name in _looked_up(tree) if name in given and name not in set_here), None)
    if name is None:
        return None
    rule = f"<int:{name}> in the rule gives one."
    return f"{name} is the string {given[name]!r} here; where numbers are meant, {rule}"


def _looked_up(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, comparators=[right]):
                if not any(isinstance(side, ast.Constant) for side in (left, right)):
                    yield from (side.id for side in (left, right) if isinstance(side, ast.Name))
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Name(id=name), *_]):
                yield name


def method_in_small_letters(ran: Call) -> str | None:
    """Say that `request.method == "post"` is never true."""
    if not any("request.method" in line for line in ran.source):
        return None
    for node in ast.walk(parsed(dedent("\n".join(ran.source)))):
        match node:
            case ast.Compare(
                left=ast.Attribute(value=ast.Name(id="request"), attr="method"),
                ops=[ast.Eq()],
                comparators=[ast.Constant(value=str(written))],
            ) if written != written.upper():
                line = f" in line {node.lineno + ran.first_line - 1}" if ran.first_line else ""
                return f"request.method is in capitals, so it never equals {written!r}{line}."
    return None
