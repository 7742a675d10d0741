"""Where a view compares request.method with a method that its route refused, and how such a route is written.

It reads the lines of the view's file as they were at loading, and calls nothing of the app's.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import partial
from textwrap import dedent
from types import FunctionType
from typing import Any

from routelab.pythontext import parsed
from routelab.tracing.facts import Place
from routelab.tracing.steps.match import MethodCheck
from routelab.tracing.watching.code.layers import class_with
from routelab.tracing.watching.code.sources import Placed, Sources, is_frameworks

_SHORTHAND = r"\s*@\s*([\w.]+)\.(?:get|post|put|delete|patch)\("


def method_check(sources: Sources, view: Placed, view_class: object, method: str) -> MethodCheck | None:
    """Find the line of a view, or of its class's methods, that checks for a method; None where none does."""
    placed = [view]
    if isinstance(view_class, type):
        functions = tuple(_methods(view_class))
        named = [each for each in functions if each.__name__.upper() == method]
        by_methods = class_by_methods(view_class)
        if by_methods is not None and named and method.lower() not in (each.__name__ for each in named):
            return MethodCheck(at=sources.place(named[0]), view_class=by_methods, by_name=True)
        placed = [sources.place_and_lines(each) for each in functions]
    for place, lines, first in placed:
        line = None if first is None else _asks_for(lines, first, method)
        if line is not None:
            short = next(filter(None, (re.match(_SHORTHAND, each) for each in lines)), None)
            return MethodCheck(
                at=Place(function=place.function, file=place.file, line=line),
                shorthand=None if short is None else short[1],
                view_class=class_by_methods(view_class),
            )
    return None


def _methods(view_class: type) -> Iterator[FunctionType]:
    """Yield the functions that a view's class has, its parents' where it has none of that name."""
    met = set[str]()
    for kind in view_class.__mro__:
        new = {name: each for name, each in vars(kind).items() if name not in met}
        met.update(new)
        yield from (each for each in new.values() if isinstance(each, FunctionType))


def class_by_methods(view_class: Any) -> str | None:
    """Name a class whose methods are called by the request's: a MethodView that dispatches as Flask does."""
    dispatching = class_with(view_class, "dispatch_request") if isinstance(view_class, type) else None
    # The one of a View is Flask's own as well, and calls no method.
    by_methods = dispatching is not None and dispatching.__name__ == "MethodView"
    return view_class.__name__ if by_methods and is_frameworks(view_class.dispatch_request) else None


def _asks_for(lines: Sequence[str], first: int, method: str) -> int | None:
    """Find the line in which a view compares request.method with a method, or looks it up."""
    text = "\n".join(lines)
    if method not in text:
        return None
    found = map(partial(_compared_with, method), ast.walk(parsed(dedent(text))))
    return next((first + line - 1 for line in found if line is not None), None)


def _compared_with(method: str, node: ast.AST) -> int | None:
    """Return the line of a method that request.method is held against here."""
    values: Sequence[ast.AST | None]
    match node:
        case ast.Compare(left=left, comparators=others) if any(map(_is_asked, (left, *others))):
            values = [left, *others]
        case ast.Match(subject=subject, cases=cases) if _is_asked(subject):
            values = [case.pattern for case in cases]
        case ast.Subscript(value=ast.Dict(keys=keys), slice=key) if _is_asked(key):
            values = keys
        case ast.Call(func=ast.Attribute(value=ast.Dict(keys=keys)), args=args) if any(map(_is_asked, args)):
            values = keys
        case _:
            return None
    within = (each for value in values if value is not None for each in ast.walk(value))
    return next((it.lineno for it in within if isinstance(it, ast.Constant) and it.value == method), None)


def _is_asked(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="method", value=ast.Name(id="request") | ast.Attribute(attr="request")):
            return True
        case _:
            return False
