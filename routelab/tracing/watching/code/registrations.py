"""The line that registered something in the place of a function, as the app's files have it.

It is asked only for what is no function. It reads the files as they were at loading, and calls nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

from werkzeug.wrappers import Response

from routelab.pythontext import parsed
from routelab.tracing.facts import Call, NoFunction, Place
from routelab.tracing.watching.code.sources import Sources
from routelab.tracing.watching.code.values import value_of

_LONGEST = 60  # letters of a call that is told
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_GIVEN_AS = ("f", "view_func")  # the parameters that take a function


def is_no_function(thing: Any) -> bool:
    """Tell whether something cannot be called as Flask calls a function; a response is called by a server."""
    return not callable(thing) or isinstance(thing, Response)


class _Line(NamedTuple):
    """A line that registers something; `written` is that, where it is a call."""

    place: Place
    source: str
    written: str | None


def with_registration(call: Call, thing: Any, by: str, sources: Sources, endpoint: str | None = None) -> Call:
    """Say in a call that Flask was given no function, and by which line.

    `by` names a method of Flask's that registers, and stands for those of blueprints, too; `endpoint` is the
    one that is registered, where it is a view. Where several lines may be meant, none is told.
    """
    value = value_of(thing)
    lines = [line for file in sources.texts for line in _in_file(file, by, endpoint, sources)]
    line = lines[0] if len(lines) == 1 else None
    if line is None:
        return call.replace(no_function=NoFunction(value=value), place=Place(function=value.repr))
    return call.replace(
        no_function=NoFunction(value=value, made_by=line.written),
        place=line.place.replace(function=value.repr),
        source=(line.source,),
        first_line=line.place.line,
    )


def _in_file(filename: str, by: str, endpoint: str | None, sources: Sources) -> Iterator[_Line]:
    """Yield the lines of a file that may have registered what is no function."""
    file, lines = sources.own_file(filename), sources.texts[filename]
    text = "\n".join(lines)
    if file is None or by not in text.replace("app_", ""):
        return
    tree = parsed(text)
    functions = {it.name for it in ast.walk(tree) if isinstance(it, _FUNCTIONS)}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=method)) if method.replace("app_", "") == by:
                given = _given(node)
                if given is None or _is_function(given, functions) or not _is_for(node, endpoint):
                    continue
                written = ast.get_source_segment(text, given) if isinstance(given, ast.Call) else None
                if written is not None and ("\n" in written or len(written) > _LONGEST):
                    written = None
                place = Place(file=file, line=given.lineno)
                yield _Line(place, lines[given.lineno - 1], written)


def _is_for(node: ast.Call, endpoint: str | None) -> bool:
    """Tell whether a line names an endpoint, as it has to for what has no name of its own."""
    if endpoint is None:
        return True
    named = [*node.args[1:2], *(it.value for it in node.keywords if it.arg == "endpoint")]
    name = endpoint.rpartition(".")[2]
    return any(isinstance(it, ast.Constant) and it.value in (name, endpoint) for it in named)


def _given(node: ast.Call) -> ast.expr | None:
    """Return what a call registers: by its name, or the last that came by position."""
    by_name = next((it.value for it in node.keywords if it.arg in _GIVEN_AS), None)
    return by_name if by_name is not None or not node.args else node.args[-1]


def _is_function(given: ast.expr, functions: set[str]) -> bool:
    match given:
        case ast.Call(func=ast.Attribute(attr="as_view")) | ast.Lambda():
            return True
        case ast.Name(id=name):
            return name in functions
    return False
