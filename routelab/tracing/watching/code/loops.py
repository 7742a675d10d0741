"""Views that were made in a loop and read its variable when they run: all of them see its last value.

It is told only where several views have one code and share the variable, and nothing else in the file sets
it. It reads the file as it was at loading, and calls nothing of the app's.
"""

from __future__ import annotations

import ast
import dis
from collections import Counter
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType
from typing import Any

from routelab.pythontext import parsed
from routelab.tracing.steps.view import LoopVariable
from routelab.tracing.watching.code.sources import Sources

_MOST_WRAPPERS = 10


class MadeInLoops:
    """The views of an app that a loop made: what is asked at every request is looked up, and found once."""

    def __init__(self, app: Any, sources: Sources) -> None:
        self._app, self._sources = app, sources
        self._views = 0  # how many there were when they were last looked through
        self._shared: frozenset[int] = frozenset()  # the codes of several views, by their ids
        self._found: dict[tuple[FunctionType, ...], LoopVariable | None] = {}

    def may_have_made(self, view: Any) -> bool:
        """Tell whether a view is of one code with others."""
        views = self._app.view_functions
        if len(views) != self._views:
            known = {id(own): own for own in map(_innermost, views.values()) if own is not None}
            codes = Counter(id(own.__code__) for own in known.values())
            self._views, self._shared = len(views), frozenset(it for it, times in codes.items() if times > 1)
        own = _innermost(view) if self._shared else None
        return own is not None and id(own.__code__) in self._shared

    def variable_of(self, view: Any) -> LoopVariable | None:
        """Find the variable of a loop that a view shares with others of its code."""
        alike = _alike(self._app, view)
        if alike not in self._found:
            self._found[alike] = _loop_variable(alike, self._sources) if len(alike) > 1 else None
        return self._found[alike]


def _alike(app: Any, view: Any) -> tuple[FunctionType, ...]:
    """Return the functions of all views that have the code of this one."""
    own = _innermost(view)
    others = map(_innermost, app.view_functions.values())
    alike = {id(each): each for each in others if each and own is not None and each.__code__ is own.__code__}
    return tuple(alike.values())


def _loop_variable(alike: tuple[FunctionType, ...], sources: Sources) -> LoopVariable | None:
    """Find the variable of a loop that all these functions read, and the loop."""
    code = alike[0].__code__
    tree = parsed("\n".join(sources.texts.get(code.co_filename, ())))
    loops = [it for it in ast.walk(tree) if isinstance(it, ast.For) and _makes(it, code)]
    for name in _shared(alike):
        loop = next((it for it in loops if name in _names_set([it.target])), None)
        if loop is not None and list(_names_set([tree])).count(name) == 1:
            file = sources.own_file(code.co_filename)
            return LoopVariable(name=name, file=file, line=loop.lineno, views=len(alike))
    return None


def _innermost(view: Any) -> FunctionType | None:
    """Look through the wrappers that name what they wrap."""
    for _ in range(_MOST_WRAPPERS):
        if not isinstance(view, FunctionType):
            return None
        if "__wrapped__" not in vars(view):
            return view
        view = vars(view)["__wrapped__"]
    return None


def _shared(alike: tuple[FunctionType, ...]) -> Iterator[str]:
    """Yield the names that all the functions read from one place: a closure's cell, or their module."""
    code = alike[0].__code__
    for at, name in enumerate(code.co_freevars):
        if len({id((each.__closure__ or ())[at]) for each in alike}) == 1:
            yield name
    yield from {it.argval for it in dis.get_instructions(code) if it.opname == "LOAD_GLOBAL"}


def _makes(loop: ast.For, code: CodeType) -> bool:
    """Tell whether a function's code stands in a loop's body."""
    return any(it.lineno <= code.co_firstlineno <= (it.end_lineno or it.lineno) for it in _body(loop))


def _body(loop: ast.For) -> Iterator[ast.stmt | ast.expr]:
    for it in loop.body:
        yield it
        yield from getattr(it, "decorator_list", ())


def _names_set(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield each name that is set below some nodes, once for each place: parameters are others."""
    for node in nodes:
        for it in ast.walk(node):
            if isinstance(it, ast.Name) and isinstance(it.ctx, (ast.Store, ast.Del)):
                yield it.id
