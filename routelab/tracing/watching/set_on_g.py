"""What `g` was asked for and did not have, and which lines of the app's files set that.

Flask's own message is no more than the name. It reads the frame that raised and the text of files, and calls
nothing of the app's.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from types import FrameType
from typing import NamedTuple, TypeAlias

from routelab.tracing.facts import Place

MODULES_OF_G = ("flask.ctx", "routelab.engine.ctx")
_ASKS = ("__getattr__", "__delattr__")
_MOST = 2  # lines that are named
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

OwnFile: TypeAlias = tuple[str, Sequence[str]]  # as seen from the app's folder, with its lines


class _Line(NamedTuple):
    """A line that sets a name on `g`; `elsewhere`: inside a `with app.app_context():`, which has its own."""

    place: Place
    elsewhere: bool


class NameNotOnG(NamedTuple):
    """A name that `g` does not have, and one that it has and that is nearly the same."""

    name: str
    near: str | None


def lacking_on_g(error: BaseException) -> NameNotOnG | None:
    """Find what `g` was asked for in vain; None for what another object raised."""
    if type(error) is not AttributeError or error.__traceback__ is None:
        return None
    way = error.__traceback__
    while way.tb_next is not None:
        way = way.tb_next
    return _asked(way.tb_frame)


def _asked(frame: FrameType) -> NameNotOnG | None:
    name, holder = frame.f_locals.get("name"), frame.f_locals.get("self")
    if frame.f_code.co_name not in _ASKS or frame.f_globals.get("__name__") not in MODULES_OF_G:
        return None
    if not isinstance(name, str):
        return None
    return NameNotOnG(name, next(iter(get_close_matches(name, list(vars(holder)), n=1)), None))


def words_on_g(lacking: NameNotOnG, files: Iterable[OwnFile]) -> str:
    """Say what `g` lacks, and where the app's own files set it."""
    name = lacking.name
    found = [line for file, lines in files for line in _set_in(file, lines, name)]
    if not found and lacking.near is not None:
        return f"g has no {name} here; it has {lacking.near}"
    if not found:
        return f"g has no {name} here, and no file that was read at loading has a line g.{name} = ..."
    told = " and ".join(map(_who, found[:_MOST]))
    return f"g has no {name} here; {told}"


def _who(line: _Line) -> str:
    place = line.place
    who = f"{place.function}()" if place.function else "a line"
    which = ", on the g of another app context" if line.elsewhere else ""
    return f"{who} sets it at {place.file}:{place.line}{which}"


def _set_in(file: str, lines: Sequence[str], name: str) -> Iterator[_Line]:
    text = "\n".join(lines)
    if name not in text:
        return
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    waiting: list[tuple[ast.AST, str | None, bool]] = [(tree, None, False)]
    while waiting:
        node, function, elsewhere = waiting.pop()
        if isinstance(node, _FUNCTIONS):
            function, elsewhere = node.name, False
        if isinstance(node, ast.With) and any(map(_pushes, node.items)):
            elsewhere = True
        if _sets(node, name):
            line = getattr(node, "lineno", None)
            yield _Line(Place(function=function, file=file, line=line), elsewhere)
        inner = [] if isinstance(node, ast.AugAssign) else ast.iter_child_nodes(node)
        waiting += [(child, function, elsewhere) for child in reversed(list(inner))]


def _pushes(item: ast.withitem) -> bool:
    match item.context_expr:
        case ast.Call(func=ast.Attribute(attr="app_context" | "test_request_context")):
            return True
    return False


def _sets(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Attribute(attr=attr, value=held, ctx=ast.Store()):
            return attr == name and _is_g(held)
        case ast.Call(func=ast.Name(id="setattr"), args=[held, ast.Constant(value=str(given)), *_]):
            return given == name and _is_g(held)
        case ast.Call(
            func=ast.Attribute(attr="setdefault", value=held), args=[ast.Constant(value=str(given)), *_]
        ):
            return given == name and _is_g(held)
    return False


def _is_g(node: ast.AST) -> bool:
    match node:
        case ast.Name(id="g") | ast.Attribute(attr="g"):
            return True
    return False
