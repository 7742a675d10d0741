"""A decorator that takes arguments, written without its parentheses: it got the function as its argument.

What stands under the endpoint then is the decorator inside. It reads code and lines, and calls nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

from routelab.record import Record
from routelab.tracing.watching.sources import Sources


class Swallowed(Record):
    """`maker` is the decorator's name, as it is written; `function` what it got as its argument."""

    maker: str
    function: FunctionType


def swallowed_by(view: Callable[..., Any], sources: Sources) -> Swallowed | None:
    """Find the function that was given to the maker of this decorator, where its `@` has no parentheses."""
    if not isinstance(view, FunctionType) or ".<locals>." not in view.__code__.co_qualname:
        return None
    if not _is_decorator(view.__code__):
        return None
    maker = view.__code__.co_qualname.split(".<locals>.")[-2].rpartition(".")[2]
    for held in _held(view):
        if maker in sources.decorators_written(held, bare=True):
            return Swallowed(maker=maker, function=held)
    return None


def _is_decorator(code: CodeType) -> bool:
    """Tell whether a function is one that puts another around what it is given."""
    first = code.co_varnames[:1] if code.co_argcount else ()
    inner = (each for each in code.co_consts if isinstance(each, CodeType))
    return any(name in each.co_freevars for each in inner for name in first)


def _held(function: FunctionType) -> Iterator[FunctionType]:
    for cell in function.__closure__ or ():
        try:
            content = cell.cell_contents
        except ValueError:  # nothing was put in it
            continue
        for each in content if isinstance(content, tuple) else (content,):
            if isinstance(each, FunctionType):
                yield each
